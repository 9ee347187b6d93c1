"""Mutants that misread refusals and failures."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any, ClassVar

import httpx

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


@mutant(
    killed_by="property/states",
    assertion="reported",
    seen_in="Mocks that were left in, and tests that test the mock.",
)
class DoesNothing(Reference):
    """Reports `completed` without doing anything."""

    def run(self, model: str, params: Json) -> Any:
        del model, params
        return {"status": "COMPLETED", "output": ""}

    def run_sync(self, model: str, params: Json) -> Any:
        return self.run(model, params)

    def download(self, url: str) -> Json:
        del url
        return {"sha256": "", "bytes": 0, "content_type": ""}

    def credits(self) -> Any:
        return {"credits": 0}


class Renaming(Reference):
    """Calls the refusals of some statuses by another name."""

    names: ClassVar[dict[int, str]] = {}

    def refusal(self, answer: httpx.Response) -> GaveUpError:
        name = self.names.get(answer.status_code)
        if name:
            return GaveUpError(name, self.words(answer), answer.status_code)
        return super().refusal(answer)


@mutant(
    killed_by="run/submit/406-before-ends",
    assertion="reported",
    seen_in="406 means Not Acceptable everywhere else.",
)
class PoorIsInvalid(Renaming):
    """Reports missing credits as an invalid request."""

    names: ClassVar = {402: "invalid", 406: "invalid"}


@mutant(
    killed_by="property/refusals-end",
    assertion="reported",
    seen_in="Clients that have met 406 as missing credits and as nothing else.",
)
class InvalidIsPoor(Renaming):
    """Reports a value that was refused as missing credits."""

    names: ClassVar = {406: "insufficient_credits"}


@mutant(
    killed_by="run/submit/410-before-ends",
    assertion="reported",
    seen_in="Tables of errors that leave out 410, and a default for what is not in them.",
)
class RetiredIsServerError(Renaming):
    """Reports a model that was retired as a server error."""

    names: ClassVar = {410: "server_error"}


@mutant(
    killed_by="run/submit/403-before-ends",
    assertion="reported",
    seen_in="`if status in (401, 403)`.",
)
class ForbiddenIsUnauthorized(Renaming):
    """Reports a model that an account may not call as a wrong key."""

    names: ClassVar = {403: "unauthorized"}


@mutant(
    killed_by="run/submit/404-before-ends",
    assertion="reported",
    seen_in="Everything that is not 401 or 429 is the caller's fault.",
)
class UnknownIsInvalid(Renaming):
    """Reports what is not found as an invalid request."""

    names: ClassVar = {404: "invalid"}


@mutant(
    killed_by="run/submit/failed-before-first",
    assertion="reported",
    seen_in="`raise JobFailed()`; the words are in the log, perhaps.",
)
class SwallowsFailure(Reference):
    """Reports a FAILED job without its words."""

    def failure(self, status: Json) -> GaveUpError:
        del status
        return GaveUpError("failed", "the run has failed")


@mutant(
    killed_by="run/submit/400-before-ends",
    assertion="reported",
    seen_in="`str(HTTPError)`, which has the status and the URL, and nothing of the body.",
)
class SwallowsRefusal(Reference):
    """Reports a refusal without its words."""

    def refusal(self, answer: httpx.Response) -> GaveUpError:
        error = super().refusal(answer)
        return GaveUpError(error.outcome, f"HTTP {error.status}", error.status)


@mutant(
    killed_by="run/submit/405-before-ends",
    assertion="answered",
    seen_in="`answer.json()['error']`: the gateway's errors are JSON, and the edge's are not.",
)
class CrashesOnPages(Reference):
    """Raises a JSONDecodeError at an error that is an HTML page."""

    def words(self, answer: httpx.Response) -> str:
        body = answer.json()
        return str(body["error"]) if isinstance(body, dict) and "error" in body else ""


@mutant(
    killed_by="run/submit/failed-before-first",
    assertion="answered",
    seen_in="Accounting that books the cost of each run when it ends.",
)
class ReadsCostOfFailed(Reference):
    """Raises a KeyError at a FAILED job, which has no cost."""

    def failure(self, status: Json) -> GaveUpError:
        cost = status["metrics"]["cost"]
        return GaveUpError("failed", f"{status.get('error', '')} ({cost})")
