"""Mutants that misread files."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

import httpx

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


@mutant(
    killed_by="property/downloads",
    assertion="result",
    seen_in="`answer.text` where it should have been `answer.content`.",
)
class DecodesMedia(Reference):
    """Decodes the bytes of an image as text."""

    def describe(self, answer: httpx.Response) -> Json:
        content = answer.content.decode("utf-8", "replace").encode()
        return {
            **super().describe(answer),
            "sha256": sha256(content).hexdigest(),
            "bytes": len(content),
        }


@mutant(
    killed_by="property/params-arrive-v1",
    assertion="expected",
    seen_in="Clients of the five models of the seed, four of which return JSON.",
)
class ExpectsJsonOnSync(Reference):
    """Cannot do with a blocking run that answers with an image."""

    def is_media(self, answer: httpx.Response) -> bool:
        return not answer and super().is_media(answer)


@mutant(
    killed_by="download/output/404-before",
    assertion="reported",
    seen_in="`curl -o` without `--fail`: the file is there, and it says Not Found.",
)
class SavesErrorPages(Reference):
    """Takes the page of an error for the file."""

    def download(self, url: str) -> Json:
        return self.describe(self.send("GET", url, headers={}))


@mutant(
    killed_by="download/output/truncated-after",
    assertion="reported",
    seen_in="Loops over chunks that take the end of the connection for that of the file.",
)
class CutFilesAreWhole(Reference):
    """Takes what came before the connection broke off for the whole answer."""

    def whole(self, answer: httpx.Response) -> httpx.Response:
        pieces = answer.iter_raw()
        content = b""
        with suppress(httpx.RemoteProtocolError):
            for piece in pieces:
                content += piece
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


@mutant(
    killed_by="property/downloads",
    assertion="result",
    seen_in="File types that are guessed from the ending of a name.",
)
class GuessesMediaType(Reference):
    """Says that every output is a JPEG."""

    def download(self, url: str) -> Json:
        return {**super().download(url), "content_type": "image/jpeg"}
