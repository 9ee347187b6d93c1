"""Mutants that take the label of an answer by its letters."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from mimetypes import guess_type
from typing import Any
from urllib.parse import urlsplit

import httpx

from client_tests.clients.gateway_http import FAILED, OK, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

PICTURES = {"image/png", "image/jpeg", "image/webp", "image/gif"}


class Labelled(Reference):
    """Reads JSON only where the label says that it is some."""

    def json_of(self, answer: httpx.Response) -> Any:
        return super().json_of(answer) if self.is_json(answer) else None

    def is_json(self, answer: httpx.Response) -> bool:
        """Tell whether the label is that of JSON."""
        raise NotImplementedError


@mutant(
    killed_by="run/spelling/json-with-a-charset",
    assertion="reported",
    seen_in="`if headers['content-type'] == 'application/json'`.",
)
class ComparesLabels(Labelled):
    """Reads JSON only where its label has no parameters."""

    def is_json(self, answer: httpx.Response) -> bool:
        return bool(answer.headers.get("content-type") == "application/json")


@mutant(
    killed_by="run/spelling/failure-with-a-charset",
    assertion="reported",
    seen_in="A second parser for errors, written for another gateway.",
)
class ComparesLabelsOfFailures(Labelled):
    """Reads the JSON of a failure only where its label has no parameters."""

    def is_json(self, answer: httpx.Response) -> bool:
        is_plain = answer.headers.get("content-type") == "application/json"
        return answer.status_code != FAILED or is_plain


@mutant(
    killed_by="run/spelling/refusal-with-a-charset",
    assertion="reported",
    seen_in="`answer.json()` where the label is right, and `statusText` where it is not.",
)
class ComparesLabelsOfRefusals(Reference):
    """Passes on the words of a refusal only where its label has no parameters."""

    def words(self, answer: httpx.Response) -> str:
        is_plain = answer.headers.get("content-type") == "application/json"
        return super().words(answer) if is_plain else answer.reason_phrase


@mutant(
    killed_by="run/spelling/refusal-as-a-problem",
    assertion="reported",
    seen_in="`'application/json' in content_type`, before others asked for problem+json.",
)
class KnowsOneLabelOfJson(Labelled):
    """Reads JSON only where its label is application/json."""

    def is_json(self, answer: httpx.Response) -> bool:
        return "application/json" in answer.headers.get("content-type", "").lower()


@mutant(
    killed_by="run/spelling/json-in-capitals",
    assertion="reported",
    seen_in="`content_type.startswith('application/json')`, on a server that writes it so.",
)
class MindsTheCaseOfLabels(Labelled):
    """Reads JSON only where its label is in small letters."""

    def is_json(self, answer: httpx.Response) -> bool:
        return "json" in answer.headers.get("content-type", "")


@mutant(
    killed_by="credits/spelling/json-with-a-charset",
    assertion="result",
    seen_in="A balance that was read by another hand than the results.",
)
class ComparesLabelsOfBalances(Reference):
    """Reads a balance only where its label has no parameters."""

    def credits(self) -> Any:
        answer = self.send("GET", f"{self.base_url}/v1/get-user-credits", headers=self.key())
        self.refuse_errors(answer)
        is_plain = answer.headers.get("content-type") == "application/json"
        return self.body_of(answer) if is_plain else answer.text


@mutant(
    killed_by="run_sync/spelling/json-with-a-charset",
    assertion="result",
    seen_in="`switch (contentType)`, whose default is a file.",
)
class UnknownLabelsAreFiles(Reference):
    """Describes JSON with a charset as if it were a file."""

    def is_media(self, answer: httpx.Response) -> bool:
        is_file = answer.headers.get("content-type") != "application/json"
        return answer.status_code == OK and is_file


@mutant(
    killed_by="run_sync/spelling/picture-with-a-parameter",
    assertion="reported",
    seen_in="A table from media types to endings of names, without the parameters in mind.",
)
class ComparesMediaTypes(Reference):
    """Tells a picture only where its label has no parameters."""

    def is_media(self, answer: httpx.Response) -> bool:
        return answer.headers.get("content-type") in PICTURES


@mutant(
    killed_by="run_sync/spelling/picture-in-capitals",
    assertion="reported",
    seen_in="`content_type.startswith('image/')`.",
)
class MindsTheCaseOfMediaTypes(Reference):
    """Tells a picture only where its label is in small letters."""

    def is_media(self, answer: httpx.Response) -> bool:
        kind: str = answer.headers.get("content-type", "")
        return kind.startswith("image/")


@mutant(
    killed_by="download/spelling/type-that-no-ending-tells",
    assertion="result",
    seen_in="`mimetypes.guess_type(url)`, which needs no header.",
)
class GuessesMediaTypeByEnding(Reference):
    """Says of an output what the ending of its name says."""

    def download(self, url: str) -> Json:
        guessed, _ = guess_type(urlsplit(url).path)
        return {**super().download(url), "content_type": guessed or ""}
