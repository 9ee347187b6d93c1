"""Mutants that misread the answer of a blocking run."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import json
from typing import Any, ClassVar

from client_tests.clients.gateway_http import TOO_MANY, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


@mutant(
    killed_by="run_sync/blocking/text",
    assertion="answered",
    seen_in="`answer.json()['data'][0]['url']`, since every model draws.",
)
class CrashesWithoutData(Reference):
    """Raises a KeyError at the JSON of a blocking run that has no `data`."""

    def run_sync(self, model: str, params: Json) -> Any:
        result = super().run_sync(model, params)
        if "sha256" not in result:
            result["data"]
        return result


@mutant(
    killed_by="run_sync/without-created",
    assertion="answered",
    seen_in="A file that is named after the second in which its picture was made.",
)
class CrashesWithoutCreated(Reference):
    """Raises a KeyError at the pictures of a blocking run that has no `created`."""

    def run_sync(self, model: str, params: Json) -> Any:
        result = super().run_sync(model, params)
        if "data" in result:
            result["created"]
        return result


@mutant(
    killed_by="run_sync/extra-fields-after-goes-on",
    assertion="result",
    seen_in="A dataclass of `created` and `data`.",
)
class KeepsKnownFieldsOfRuns(Reference):
    """Leaves out what it does not know of the pictures of a blocking run."""

    def run_sync(self, model: str, params: Json) -> Any:
        result = super().run_sync(model, params)
        if "data" not in result:
            return result
        return {name: result[name] for name in ("created", "data") if name in result}


@mutant(
    killed_by="run_sync/blocking/state-in-the-json",
    assertion="reported",
    seen_in="One function that reads the answers of both versions.",
)
class ReadsStatesIntoRuns(Reference):
    """Takes a `status` in the JSON of a blocking run for that of a job."""

    def run_sync(self, model: str, params: Json) -> Any:
        result = super().run_sync(model, params)
        if result.get("status") in {"QUEUED", "PROCESSING"}:
            raise GaveUpError("timeout", "the run is still pending")
        return result


@mutant(
    killed_by="run_sync/blocking/then-queued",
    assertion="submitted",
    seen_in="A cache whose key is the request, as for questions that change nothing.",
)
class RemembersRuns(Reference):
    """Makes a blocking run once, and tells the same when it is asked for again."""

    results: ClassVar[dict[str, Any]] = {}

    def run_sync(self, model: str, params: Json) -> Any:
        asked = json.dumps([self.api_key, model, params])
        if asked not in self.results:
            self.results[asked] = super().run_sync(model, params)
        return self.results[asked]


@mutant(
    killed_by="run_sync/limits/second-run-over-the-limit",
    assertion="expected",
    seen_in="`if not answer.ok: raise ServerError`.",
)
class TakesLimitsForServerErrors(Reference):
    """Reports a 429 to a blocking run as a server error."""

    def run_sync(self, model: str, params: Json) -> Any:
        try:
            return super().run_sync(model, params)
        except GaveUpError as error:
            outcome = "server_error" if error.status == TOO_MANY else error.outcome
            raise GaveUpError(outcome, str(error), error.status) from error


@mutant(
    killed_by="run_sync/together/three",
    assertion="result",
    seen_in="`self.last_response`, on an object that threads share.",
)
class SharesTheLastRun(Reference):
    """Hands on whichever blocking run of its key was answered first."""

    last: ClassVar[dict[str, Any]] = {}

    def run_sync(self, model: str, params: Json) -> Any:
        return self.last.setdefault(self.api_key, super().run_sync(model, params))
