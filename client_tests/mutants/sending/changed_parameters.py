"""Mutants that change parameters, add some, or send them in another form."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import html
import json
import re
import unicodedata
from typing import Any

import httpx

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant
from client_tests.mutants.sending.altering import PARAMS, PARAMS_V1, Altering, each, text

LONG = 500


@mutant(
    killed_by="run/parameters/numbers",
    assertion="unchanged",
    seen_in="Template engines and environment variables, where all is text.",
)
class StringifiesNumbers(Altering):
    """Sends numbers as strings."""

    def alter(self, params: Json) -> Any:
        def change(value: Any) -> Any:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return str(value) if is_number else value

        return each(change, params)


@mutant(
    killed_by="run/parameters/prompt-of-number",
    assertion="unchanged",
    seen_in="Command lines that guess the types of their arguments.",
)
class ReadsNumbers(Altering):
    """Sends strings of digits as numbers."""

    def alter(self, params: Json) -> Any:
        return each(
            lambda value: int(value) if isinstance(value, str) and value.isdecimal() else value,
            params,
        )


@mutant(
    killed_by="run/parameters/booleans",
    assertion="unchanged",
    seen_in="`str(value)` in a language that spells it True.",
)
class StringifiesBooleans(Altering):
    """Sends true and false as strings."""

    def alter(self, params: Json) -> Any:
        return each(lambda value: str(value) if isinstance(value, bool) else value, params)


@mutant(
    killed_by="run/parameters/nested",
    assertion="unchanged",
    seen_in="Parameters that pass through form fields on their way.",
)
class FlattensNested(Altering):
    """Sends objects and lists as JSON in a string."""

    def alter(self, params: Json) -> Any:
        return {
            name: json.dumps(value) if isinstance(value, dict | list) else value
            for name, value in params.items()
        }


@mutant(
    killed_by=PARAMS,
    assertion="unchanged",
    seen_in="Lists that are made unique, or compared, as sets.",
)
class SortsLists(Altering):
    """Sends lists in another order."""

    def alter(self, params: Json) -> Any:
        if isinstance(params, dict):
            return {name: self.alter(value) for name, value in params.items()}
        return sorted(params, key=str) if isinstance(params, list) else params


@mutant(
    killed_by="run/models/ideogram-3-in-full",
    assertion="unchanged",
    seen_in="Enumerations whose values a wrapper spells in its own way.",
)
class LowercasesWords(Altering):
    """Sends what is in capitals in small letters."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: value.lower() if value.isupper() else value, params)


@mutant(
    killed_by="run/models/ideogram-3-in-full",
    assertion="unchanged",
    seen_in="JavaScript wrappers with a converter for all names.",
)
class CamelCasesNames(Altering):
    """Sends `negative_prompt` as `negativePrompt`."""

    def alter(self, params: Json) -> Any:
        def camel(name: str) -> str:
            return re.sub(r"(?<=[a-z])_([a-z])", lambda found: found[1].upper(), name)

        return {camel(name): value for name, value in params.items()}


@mutant(
    killed_by="run/parameters/prompt-of-markup",
    assertion="unchanged",
    seen_in="Text that is made safe for a page before it is sent.",
)
class EscapesMarkup(Altering):
    """Sends `&`, `<` and quotation marks as HTML entities."""

    def alter(self, params: Json) -> Any:
        return text(html.escape, params)


@mutant(
    killed_by="run/parameters/prompt-of-scripts",
    assertion="unchanged",
    seen_in="`encode('ascii', 'replace')`, after somebody saw an error once.",
)
class ReplacesUnicode(Altering):
    """Sends question marks for all that is not ASCII."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: value.encode("ascii", "replace").decode(), params)


@mutant(
    killed_by="run/parameters/prompt-of-combining",
    assertion="unchanged",
    seen_in="Text that was normalised for search, or by a file system.",
)
class NormalisesUnicode(Altering):
    """Sends the normal form of characters that can be written in two ways."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: unicodedata.normalize("NFKC", value), params)


@mutant(
    killed_by="run/parameters/prompt-of-white-space",
    assertion="unchanged",
    seen_in="Schemas that trim every string.",
)
class TrimsText(Altering):
    """Sends strings without the white space around them."""

    def alter(self, params: Json) -> Any:
        return text(str.strip, params)


@mutant(
    killed_by="run/parameters/long-prompt",
    assertion="unchanged",
    seen_in="Guards against long prompts, set for another model.",
)
class ShortensText(Altering):
    """Cuts strings that are long."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: value[:LONG], params)


@mutant(
    killed_by=PARAMS, assertion="unchanged", seen_in="Wrappers that know which defaults are best."
)
class AddsDefaults(Altering):
    """Sends a parameter that nobody has given."""

    def alter(self, params: Json) -> Any:
        return {"base64": False, **params}


@mutant(
    killed_by=PARAMS,
    assertion="unchanged",
    seen_in="Clients ported from gateways that want it so, Replicate's for one.",
)
class WrapsParams(Altering):
    """Sends the parameters inside of an object named `input`."""

    def alter(self, params: Json) -> Any:
        return {"input": params}


@mutant(
    killed_by=PARAMS_V1,
    assertion="unchanged",
    seen_in="Wrappers whose two calls have different code for the body.",
)
class DropsNullsOnSync(Reference):
    """Leaves out parameters that are null, in blocking runs alone."""

    def run_sync(self, model: str, params: Json) -> Any:
        given = {name: value for name, value in params.items() if value is not None}
        return super().run_sync(model, given)


@mutant(
    killed_by="run/models/ideogram-3",
    assertion="expected",
    seen_in="A body made by hand with `json.dumps` and sent as what it is to the library: text.",
)
class SendsText(Reference):
    """Sends its JSON as text/plain."""

    def post(self, url: str, params: Json) -> httpx.Response:
        headers = {**self.key(), "content-type": "text/plain"}
        return self.send("POST", url, content=json.dumps(params), headers=headers)


@mutant(
    killed_by="run/models/ideogram-3",
    assertion="unchanged",
    seen_in="`requests.post(url, data=params)` in place of `json=params`.",
)
class SendsForms(Reference):
    """Sends the parameters as a form."""

    def post(self, url: str, params: Json) -> httpx.Response:
        return self.send("POST", url, data=params, headers=self.key())
