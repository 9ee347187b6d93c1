"""Mutants that send long values in part, and some characters not at all."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

from client_tests.clients.gateway_http import Json
from client_tests.mutants.registry import mutant
from client_tests.mutants.sending.altering import Altering, text

MOST_BYTES = 65_536
MOST_ITEMS = 1_000
MOST_OF_A_NAME = 64
MOST_OF_A_URL = 2_048
MOST_OF_A_MODEL = 100_000


@mutant(
    killed_by="run/lengths/prompt-of-a-hundred-thousand",
    assertion="unchanged",
    seen_in="Columns of a database, and buffers, of 64 KiB.",
)
class CutsPromptsAtABuffer(Altering):
    """Cuts strings at 64 KiB."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: value[:MOST_BYTES], params)


@mutant(
    killed_by="run/lengths/prompt-of-a-million",
    assertion="unchanged",
    seen_in="Limits that are far away, until somebody sends a book.",
)
class CutsBooks(Altering):
    """Cuts strings at a hundred thousand and some characters."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: value[: MOST_OF_A_MODEL + MOST_BYTES], params)


@mutant(
    killed_by="run/lengths/url-of-thousands",
    assertion="unchanged",
    seen_in="What browsers of the nineties could do with URLs.",
)
class CutsUrls(Altering):
    """Cuts URLs at 2,048 characters."""

    def alter(self, params: Json) -> Any:
        def cut(value: str) -> str:
            return value[:MOST_OF_A_URL] if value.startswith("http") else value

        return text(cut, params)


@mutant(
    killed_by="run/lengths/name-of-some-hundreds",
    assertion="unchanged",
    seen_in="Identifiers of a database, which end after 64 characters.",
)
class CutsNames(Altering):
    """Cuts the names of parameters at 64 characters."""

    def alter(self, params: Json) -> Any:
        return {name[:MOST_OF_A_NAME]: value for name, value in params.items()}


@mutant(
    killed_by="run/lengths/name-of-nothing",
    assertion="unchanged",
    seen_in="`if name:` in a loop over the fields of a form.",
)
class DropsNamelessParameters(Altering):
    """Leaves out the parameter whose name is empty."""

    def alter(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if name}


@mutant(
    killed_by="run/lengths/list-of-nearly-a-hundred-thousand",
    assertion="unchanged",
    seen_in="PHP's `max_input_vars`, and what is modelled on it.",
)
class CutsLists(Altering):
    """Cuts lists at a thousand items."""

    def alter(self, params: Json) -> Any:
        return {
            name: value[:MOST_ITEMS] if isinstance(value, list) else value
            for name, value in params.items()
        }


@mutant(
    killed_by="run/lengths/list-of-one",
    assertion="unchanged",
    seen_in="XML that is turned into JSON, where a list of one is no list.",
)
class UnwrapsListsOfOne(Altering):
    """Sends the only item of a list in its place."""

    def alter(self, params: Json) -> Any:
        return {
            name: value[0] if isinstance(value, list) and len(value) == 1 else value
            for name, value in params.items()
        }


@mutant(
    killed_by="run/parameters/prompt-of-white-space",
    assertion="unchanged",
    seen_in="Text fields, git and editors, which know one end of a line.",
)
class SendsOneEndOfLine(Altering):
    """Sends a line feed for a carriage return and a line feed."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: value.replace("\r\n", "\n"), params)


@mutant(
    killed_by="run/parameters/prompt-of-separators",
    assertion="unchanged",
    seen_in="`utf-8-sig` everywhere, after a file from Windows had one.",
)
class SendsNoByteOrderMarks(Altering):
    """Leaves out U+FEFF wherever it stands."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: value.replace("\ufeff", ""), params)


@mutant(
    killed_by="run/parameters/prompt-of-private",
    assertion="unchanged",
    seen_in="MySQL's `utf8`, which has three bytes for a character.",
)
class SendsThreeBytes(Altering):
    """Leaves out characters beyond the first 65,536."""

    def alter(self, params: Json) -> Any:
        return text(lambda value: "".join(sign for sign in value if sign <= "\uffff"), params)
