"""Mutants that send something else than they were given, or the key to the wrong place."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import httpx

from client_tests.clients.reference import Json, Reference
from client_tests.mutants.registry import mutant

PARAMS, PARAMS_V1 = "property/params-arrive", "property/params-arrive-v1"
LONG = 500


class Altering(Reference):
    """Sends what `altered` makes of the parameters."""

    def post(self, url: str, params: Json) -> httpx.Response:
        return super().post(url, self.altered(params))

    def altered(self, params: Json) -> Any:
        """Return what is sent in place of the parameters."""
        raise NotImplementedError


def each(change: Callable[[Any], Any], value: Any) -> Any:
    """Return a value in which every string, number, boolean and null has been changed."""
    if isinstance(value, dict):
        return {name: each(change, item) for name, item in value.items()}
    if isinstance(value, list):
        return [each(change, item) for item in value]
    return change(value)


def text(change: Callable[[str], str], value: Any) -> Any:
    """Return a value in which every string has been changed."""
    return each(lambda item: change(item) if isinstance(item, str) else item, value)


# --- Parameters that get lost -------------------------------------------------------------


@mutant(
    killed_by=PARAMS,
    assertion="unchanged",
    seen_in="The vendor's SDK before 1.1.0, which took `timeout` and others for its own arguments.",
)
class DropsControlNames(Altering):
    """Keeps parameters to itself that are called like its own arguments."""

    def altered(self, params: Json) -> Any:
        own = {"timeout", "interval", "poll_interval", "api_key"}
        return {name: value for name, value in params.items() if name not in own}


@mutant(
    killed_by="run/parameters/named-self",
    assertion="answered",
    seen_in="`self.call(model=model, **params)`, as many wrappers have it.",
)
class CrashesOnOwnNames(Altering):
    """Raises a TypeError when a parameter is called like an argument of its functions."""

    def altered(self, params: Json) -> Any:
        return self.collected(**params)

    def collected(self, **params: Any) -> Json:
        """Return what was given by name."""
        return params


@mutant(
    killed_by="run/parameters/named-id",
    assertion="unchanged",
    seen_in="Stores and queues that give each of their records an `id`.",
)
class DropsId(Altering):
    """Leaves out a parameter named `id`, which it takes for that of a record."""

    def altered(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if name != "id"}


@mutant(
    killed_by="run/parameters/nulls",
    assertion="unchanged",
    seen_in="pydantic's `model_dump(exclude_none=True)`.",
)
class DropsNulls(Altering):
    """Leaves out parameters that are null."""

    def altered(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if value is not None}


@mutant(
    killed_by="run/parameters/false-values",
    assertion="unchanged",
    seen_in="`if value:` in place of `if value is not None:`.",
)
class DropsFalsy(Altering):
    """Leaves out parameters that are 0 or false."""

    def altered(self, params: Json) -> Any:
        return {
            name: value
            for name, value in params.items()
            if value or value is None or isinstance(value, str | list | dict)
        }


@mutant(
    killed_by="run/parameters/empty-values",
    assertion="unchanged",
    seen_in="Forms, in which a field without text is no field.",
)
class DropsEmptyStrings(Altering):
    """Leaves out parameters that are empty strings."""

    def altered(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if value != ""}


@mutant(
    killed_by="run/parameters/empty-values",
    assertion="unchanged",
    seen_in="Serialisers that prune what holds nothing.",
)
class DropsEmptyCollections(Altering):
    """Leaves out parameters that are empty lists or objects."""

    def altered(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if value not in ([], {})}


# --- Parameters that change ---------------------------------------------------------------


@mutant(
    killed_by="run/parameters/numbers",
    assertion="unchanged",
    seen_in="Template engines and environment variables, where all is text.",
)
class StringifiesNumbers(Altering):
    """Sends numbers as strings."""

    def altered(self, params: Json) -> Any:
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

    def altered(self, params: Json) -> Any:
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

    def altered(self, params: Json) -> Any:
        return each(lambda value: str(value) if isinstance(value, bool) else value, params)


@mutant(
    killed_by="run/parameters/nested",
    assertion="unchanged",
    seen_in="Parameters that pass through form fields on their way.",
)
class FlattensNested(Altering):
    """Sends objects and lists as JSON in a string."""

    def altered(self, params: Json) -> Any:
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

    def altered(self, params: Json) -> Any:
        if isinstance(params, dict):
            return {name: self.altered(value) for name, value in params.items()}
        return sorted(params, key=str) if isinstance(params, list) else params


@mutant(
    killed_by="run/models/ideogram-3-in-full",
    assertion="unchanged",
    seen_in="Enumerations whose values a wrapper spells in its own way.",
)
class LowercasesWords(Altering):
    """Sends what is in capitals in small letters."""

    def altered(self, params: Json) -> Any:
        return text(lambda value: value.lower() if value.isupper() else value, params)


@mutant(
    killed_by="run/models/ideogram-3-in-full",
    assertion="unchanged",
    seen_in="JavaScript wrappers with a converter for all names.",
)
class CamelCasesNames(Altering):
    """Sends `negative_prompt` as `negativePrompt`."""

    def altered(self, params: Json) -> Any:
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

    def altered(self, params: Json) -> Any:
        return text(html.escape, params)


@mutant(
    killed_by="run/parameters/prompt-of-scripts",
    assertion="unchanged",
    seen_in="`encode('ascii', 'replace')`, after somebody saw an error once.",
)
class ReplacesUnicode(Altering):
    """Sends question marks for all that is not ASCII."""

    def altered(self, params: Json) -> Any:
        return text(lambda value: value.encode("ascii", "replace").decode(), params)


@mutant(
    killed_by="run/parameters/prompt-of-combining",
    assertion="unchanged",
    seen_in="Text that was normalised for search, or by a file system.",
)
class NormalisesUnicode(Altering):
    """Sends the normal form of characters that can be written in two ways."""

    def altered(self, params: Json) -> Any:
        return text(lambda value: unicodedata.normalize("NFKC", value), params)


@mutant(
    killed_by="run/parameters/prompt-of-white-space",
    assertion="unchanged",
    seen_in="Schemas that trim every string.",
)
class TrimsText(Altering):
    """Sends strings without the white space around them."""

    def altered(self, params: Json) -> Any:
        return text(str.strip, params)


@mutant(
    killed_by="run/parameters/long-prompt",
    assertion="unchanged",
    seen_in="Guards against long prompts, set for another model.",
)
class ShortensText(Altering):
    """Cuts strings that are long."""

    def altered(self, params: Json) -> Any:
        return text(lambda value: value[:LONG], params)


@mutant(
    killed_by=PARAMS, assertion="unchanged", seen_in="Wrappers that know which defaults are best."
)
class AddsDefaults(Altering):
    """Sends a parameter that nobody has given."""

    def altered(self, params: Json) -> Any:
        return {"base64": False, **params}


@mutant(
    killed_by=PARAMS,
    assertion="unchanged",
    seen_in="Clients ported from gateways that want it so, Replicate's for one.",
)
class WrapsParams(Altering):
    """Sends the parameters inside of an object named `input`."""

    def altered(self, params: Json) -> Any:
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


# --- The key ------------------------------------------------------------------------------

KEY = "property/key"


@mutant(killed_by=KEY, assertion="key-as-bearer", seen_in="The habit of most other gateways.")
class SendsBearer(Reference):
    """Sends the key as a Bearer token."""

    def key(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}"}


@mutant(
    killed_by=KEY,
    assertion="key-as-bearer",
    seen_in="Clients that send both, to be on the safe side.",
)
class SendsBearerToo(Reference):
    """Sends the key as it should, and as a Bearer token as well."""

    def key(self) -> dict[str, str]:
        return {**super().key(), "authorization": f"Bearer {self.api_key}"}


@mutant(
    killed_by=KEY,
    assertion="key-in-query",
    seen_in="Code for gateways that take `?api_key=`; proxies log it.",
)
class SendsKeyInQuery(Reference):
    """Puts the key into the query, too."""

    def post(self, url: str, params: Json) -> httpx.Response:
        return super().post(f"{url}?api_key={self.api_key}", params)


@mutant(
    killed_by=KEY,
    assertion="no-key",
    seen_in="Polls that take the status URL for public, since it is so long.",
)
class ForgetsKeyOnStatus(Reference):
    """Asks for the status without its key."""

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        if method == "GET" and url.endswith("/status"):
            parts["headers"] = {}
        return super().send(method, url, **parts)


@mutant(
    killed_by=KEY,
    assertion="no-key",
    seen_in="A bare `httpx.get(response_url)` at the end of a careful loop.",
)
class ForgetsKeyOnResult(Reference):
    """Asks for the result without its key."""

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        if method == "GET" and "/requests/" in url and not url.endswith("/status"):
            parts["headers"] = {}
        return super().send(method, url, **parts)


@mutant(
    killed_by="property/downloads",
    assertion="key-to-output",
    seen_in="One session with the key in its default headers, for downloads as well.",
)
class LeaksKeyToOutputs(Reference):
    """Sends the key to wherever an output is."""

    def download(self, url: str) -> Json:
        answer = self.send("GET", url, headers=self.key())
        self.refuse_errors(answer)
        return self.describe(answer)


# --- URLs ---------------------------------------------------------------------------------

OPAQUE = "run/submit/opaque-urls-before-goes-on"


@mutant(
    killed_by=OPAQUE,
    assertion="built-own-url",
    seen_in="Clients that keep the id alone and build the rest.",
)
class BuildsStatusUrl(Reference):
    """Asks for the status at a URL of its own making."""

    def wait(self, job: Json) -> None:
        own = f"{self.base_url}/v2/requests/{job.get('request_id')}/status"
        super().wait({**job, "status_url": own})


@mutant(
    killed_by=OPAQUE,
    assertion="built-own-url",
    seen_in="The same, with the status followed and the result not.",
)
class BuildsResultUrl(Reference):
    """Asks for the result at a URL of its own making."""

    def fetch_result(self, job: Json) -> Any:
        own = f"{self.base_url}/v2/requests/{job.get('request_id')}"
        return super().fetch_result({**job, "response_url": own})
