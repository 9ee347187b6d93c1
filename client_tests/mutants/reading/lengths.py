"""Mutants that read what is long in part, or hand it on so."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from hashlib import sha256
from typing import Any

import httpx

from client_tests.clients.gateway_http import OK, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant
from client_tests.mutants.sending.altering import text

LINE, SCREEN, BUFFER, LOG = 200, 1_000, 65_536, 500_000


class CutsErrors(Reference):
    """Cuts the words of a failure."""

    most = LINE

    def failure(self, status: Json) -> GaveUpError:
        return GaveUpError("failed", str(status.get("error", ""))[: self.most])


@mutant(
    killed_by="run/lengths/error-of-some-hundreds",
    assertion="reported",
    seen_in="Messages that have to fit into a line of a log.",
)
class CutsErrorsAtALine(CutsErrors):
    """Cuts the words of a failure at 200 characters."""


@mutant(
    killed_by="run/lengths/error-of-thousands",
    assertion="reported",
    seen_in="`VARCHAR(1000)` for what went wrong.",
)
class CutsErrorsAtAScreen(CutsErrors):
    """Cuts the words of a failure at 1,000 characters."""

    most = SCREEN


@mutant(
    killed_by="run/lengths/error-of-a-hundred-thousand",
    assertion="expected",
    seen_in="`TEXT` columns, and messages of syslog.",
)
class CutsErrorsAtABuffer(CutsErrors):
    """Cuts the words of a failure at 64 KiB."""

    most = BUFFER


@mutant(
    killed_by="run/lengths/error-of-a-million",
    assertion="expected",
    seen_in="Queues whose messages have a limit of some hundred kilobytes.",
)
class CutsErrorsAtALog(CutsErrors):
    """Cuts the words of a failure at half a million characters."""

    most = LOG


@mutant(
    killed_by="run/lengths/error-of-one-character",
    assertion="reported",
    seen_in="`if len(words) > 3`, against errors that say nothing.",
)
class DropsShortErrors(Reference):
    """Leaves out the words of a failure where they are few."""

    def failure(self, status: Json) -> GaveUpError:
        words = str(status.get("error", ""))
        return GaveUpError("failed", words if len(words) > 1 else "unknown")


@mutant(
    killed_by="run/lengths/refusal-of-thousands",
    assertion="reported",
    seen_in="`answer.text[:1000]` in the message of an exception.",
)
class CutsRefusals(Reference):
    """Cuts the words of a refusal at 1,000 characters."""

    def words(self, answer: httpx.Response) -> str:
        return super().words(answer)[:SCREEN]


@mutant(
    killed_by="run/lengths/result-of-a-hundred-thousand",
    assertion="result",
    seen_in="Results that are kept in a column of 64 KiB before they are handed on.",
)
class CutsTextsOfResults(Reference):
    """Cuts the texts of a result at 64 KiB."""

    def fetch_result(self, job: Json) -> Any:
        return text(lambda value: value[:BUFFER], super().fetch_result(job))


@mutant(
    killed_by="run/lengths/result-of-a-million",
    assertion="result",
    seen_in="Limits of a message queue between two workers.",
)
class CutsLongTextsOfResults(Reference):
    """Cuts the texts of a result at half a million characters."""

    def fetch_result(self, job: Json) -> Any:
        return text(lambda value: value[:LOG], super().fetch_result(job))


@mutant(
    killed_by="run_sync/lengths/result-of-a-hundred-thousand",
    assertion="result",
    seen_in="Another limit for blocking runs, since those are small.",
)
class CutsTextsOfBlockingRuns(Reference):
    """Cuts the texts of a blocking run at 64 KiB."""

    def run_sync(self, model: str, params: Json) -> Any:
        return text(lambda value: value[:BUFFER], super().run_sync(model, params))


@mutant(
    killed_by="run/lengths/result-of-a-hundred-thousand-numbers",
    assertion="result",
    seen_in="Lists that are capped for a log, before they are handed on.",
)
class CutsListsOfResults(Reference):
    """Cuts the lists of a result at a thousand items."""

    def fetch_result(self, job: Json) -> Any:
        return {
            name: value[:SCREEN] if isinstance(value, list) else value
            for name, value in super().fetch_result(job).items()
        }


@mutant(
    killed_by="run_sync/lengths/result-of-a-hundred-thousand",
    assertion="reported",
    seen_in="`response.read(65536)`, which is enough for all that one has seen.",
)
class ReadsABuffer(Reference):
    """Reads the first 64 KiB of an answer, and parses those."""

    def whole(self, answer: httpx.Response) -> httpx.Response:
        full = super().whole(answer)
        content = full.content[:BUFFER]
        return httpx.Response(full.status_code, headers=_drop_framing(full), content=content)


@mutant(
    killed_by="download/outputs/in-drops",
    assertion="result",
    seen_in="One `recv` in place of a loop: most answers come in one piece.",
)
class ReadsOnePiece(Reference):
    """Takes the first piece of an answer for all of it."""

    def whole(self, answer: httpx.Response) -> httpx.Response:
        content = next(answer.iter_raw(), b"")
        return httpx.Response(answer.status_code, headers=_drop_framing(answer), content=content)


@mutant(
    killed_by="download/lengths/file-of-a-hundred-thousand",
    assertion="result",
    seen_in="A buffer of 64 KiB for a file, and one read into it.",
)
class ReadsABufferOfFiles(Reference):
    """Downloads the first 64 KiB of a file."""

    def describe(self, answer: httpx.Response) -> Json:
        content = answer.content[:BUFFER]
        told = {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
        return {**super().describe(answer), **told}


@mutant(
    killed_by="run_sync/blocking/image-bytes",
    assertion="result",
    seen_in="Bytes that go through a channel for text: each of them still comes.",
)
class ReadsSevenBits(Reference):
    """Takes the highest bit from each byte of a picture."""

    def describe(self, answer: httpx.Response) -> Json:
        content = bytes(byte & 0x7F for byte in answer.content)
        return {**super().describe(answer), "sha256": sha256(content).hexdigest()}


@mutant(
    killed_by="run_sync/media/sound",
    assertion="result",
    seen_in="Code for pictures that sounds go through as well.",
)
class CallsSoundsPictures(Reference):
    """Says that whatever a blocking run yields is a PNG."""

    def run_sync(self, model: str, params: Json) -> Any:
        answer = self.post(f"{self.base_url}/v1/{model}", params)
        if answer.status_code == OK and self.is_media(answer):
            return {**self.describe(answer), "content_type": "image/png"}
        self.refuse_errors(answer)
        return self.body_of(answer)


def _drop_framing(answer: httpx.Response) -> dict[str, str]:
    """Return the headers of an answer without the length, which is not that of a part."""
    return {name: value for name, value in answer.headers.items() if name != "content-length"}
