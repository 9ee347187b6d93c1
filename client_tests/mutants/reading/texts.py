"""Mutants that change the texts of an answer, or leave out what is empty in it."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import html
import json
import unicodedata
from typing import Any, ClassVar

import httpx

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant
from client_tests.mutants.sending.altering import text

RESULT, ERROR, EMPTY = (
    "run/shapes/text-of-a-result",
    "run/shapes/text-of-an-error",
    "run/shapes/empty-values-of-a-result",
)


class ChangesTexts(Reference):
    """Hands on what `change` makes of the texts of a result."""

    def fetch_result(self, job: Json) -> Any:
        return text(self.change, super().fetch_result(job))

    def change(self, value: str) -> str:
        """Return what a text becomes."""
        raise NotImplementedError


@mutant(
    killed_by=RESULT,
    assertion="result",
    seen_in="`response.encoding`, which is ISO 8859-1 where no charset is named.",
)
class ReadsLatin(Reference):
    """Decodes JSON as ISO 8859-1."""

    def json_of(self, answer: httpx.Response) -> Any:
        try:
            return json.loads(answer.content.decode("latin-1"))
        except ValueError:
            return None


@mutant(killed_by=RESULT, assertion="result", seen_in="Models that trim every string they hold.")
class TrimsResults(ChangesTexts):
    """Takes the white space from around the texts of a result."""

    def change(self, value: str) -> str:
        return value.strip()


@mutant(
    killed_by=RESULT,
    assertion="result",
    seen_in="Texts that are made alike for a search, and handed on so.",
)
class NormalisesResults(ChangesTexts):
    """Composes the characters of a result that can be written in two ways."""

    def change(self, value: str) -> str:
        return unicodedata.normalize("NFC", value)


@mutant(
    killed_by=RESULT,
    assertion="result",
    seen_in="Files that are opened as text, which have one end of a line.",
)
class HandsOnOneEndOfLine(ChangesTexts):
    """Hands on a line feed for a carriage return and a line feed."""

    def change(self, value: str) -> str:
        return value.replace("\r\n", "\n")


@mutant(
    killed_by=RESULT,
    assertion="result",
    seen_in="`utf-8-sig`, or a filter for characters that have no width.",
)
class HandsOnNoByteOrderMarks(ChangesTexts):
    """Leaves U+FEFF out of the texts of a result."""

    def change(self, value: str) -> str:
        return value.replace("\ufeff", "")


@mutant(
    killed_by=RESULT,
    assertion="result",
    seen_in="Databases with three bytes for a character, and UCS-2.",
)
class HandsOnThreeBytes(ChangesTexts):
    """Puts U+FFFD in the place of characters beyond the first 65,536."""

    def change(self, value: str) -> str:
        return "".join(sign if sign <= "\uffff" else "\ufffd" for sign in value)


@mutant(
    killed_by=RESULT,
    assertion="result",
    seen_in="Languages and libraries in which a zero ends a string.",
)
class EndsTextsAtZero(ChangesTexts):
    """Ends the texts of a result at the first U+0000."""

    def change(self, value: str) -> str:
        return value.partition("\0")[0]


@mutant(
    killed_by=RESULT,
    assertion="result",
    seen_in="Texts that were meant for a page, and are unescaped on their way elsewhere.",
)
class UnescapesResults(ChangesTexts):
    """Hands on `&` for `&amp;`."""

    def change(self, value: str) -> str:
        return html.unescape(value)


@mutant(
    killed_by=ERROR,
    assertion="reported",
    seen_in="`' '.join(words.split())`, so that an error is one line of a log.",
)
class JoinsLinesOfErrors(Reference):
    """Puts the words of a failure into one line."""

    def failure(self, status: Json) -> GaveUpError:
        return GaveUpError("failed", " ".join(str(status.get("error", "")).split()))


@mutant(
    killed_by=ERROR,
    assertion="reported",
    seen_in="Exceptions whose message is encoded for a terminal.",
)
class HandsOnErrorsInAscii(Reference):
    """Hands on the words of a failure with question marks for all that is not ASCII."""

    def failure(self, status: Json) -> GaveUpError:
        words = str(status.get("error", "")).encode("ascii", "replace").decode()
        return GaveUpError("failed", words)


class DropsValues(Reference):
    """Leaves the values that are like some out of a result."""

    dropped: ClassVar[tuple[Any, ...]] = ()

    def fetch_result(self, job: Json) -> Any:
        kept = super().fetch_result(job).items()
        return {name: value for name, value in kept if value not in self.dropped}


@mutant(killed_by=EMPTY, assertion="result", seen_in="`model_dump(exclude_none=True)`.")
class DropsNullsOfResults(DropsValues):
    """Leaves out what is null in a result."""

    dropped: ClassVar = (None,)


@mutant(
    killed_by=EMPTY,
    assertion="result",
    seen_in="`omitempty`, which takes an empty text for none.",
)
class DropsEmptyTextsOfResults(DropsValues):
    """Leaves out what is an empty text in a result."""

    dropped: ClassVar = ("",)


@mutant(killed_by=EMPTY, assertion="result", seen_in="Serialisers that prune what holds nothing.")
class DropsEmptyCollectionsOfResults(DropsValues):
    """Leaves out lists and objects of a result that are empty."""

    dropped: ClassVar = ([], {})


@mutant(killed_by=EMPTY, assertion="result", seen_in="`if value:`, and `omitempty` for numbers.")
class DropsFalsyValuesOfResults(DropsValues):
    """Leaves out what is false or zero in a result."""

    dropped: ClassVar = (0,)


@mutant(
    killed_by=EMPTY,
    assertion="result",
    seen_in="Lists of Go and of GraphQL, for which nothing and null are one.",
)
class EmptyListsAreNull(Reference):
    """Hands on null for an empty list of a result."""

    def fetch_result(self, job: Json) -> Any:
        kept = super().fetch_result(job).items()
        return {name: None if value == [] else value for name, value in kept}
