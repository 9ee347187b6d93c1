"""Mutants that misread the JSON of an answer."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


@dataclass(frozen=True)
class StatusBody:
    """What a status held when a client was written."""

    status: str
    request_id: str | None = None
    status_url: str | None = None
    response_url: str | None = None
    metrics: Any = None
    error: str | None = None


@mutant(
    killed_by="run/status/extra-fields-after-first-recovers",
    assertion="answered",
    seen_in="`Status(**body)`, or a model that forbids what it does not know.",
)
class CrashesOnExtraFields(Reference):
    """Raises a TypeError at a status with a field that it does not know."""

    def wait(self, job: Json) -> None:
        while True:
            status = StatusBody(**self.poll(job["status_url"]))
            if status.status == "COMPLETED":
                return
            if status.status == "FAILED":
                raise GaveUpError("failed", str(status.error))
            self.pause(self.poll_interval_s)


@mutant(
    killed_by="run/result/without-metrics",
    assertion="answered",
    seen_in="A log line with the cost of each run.",
)
class CrashesWithoutMetrics(Reference):
    """Raises a KeyError at a result without metrics."""

    def fetch_result(self, job: Json) -> Any:
        result = super().fetch_result(job)
        result["metrics"]["cost"]
        return result


@mutant(
    killed_by="run/submit/without-status_url",
    assertion="answered",
    seen_in="`job['status_url']`, outside of any try block.",
)
class CrashesWithoutUrls(Reference):
    """Raises a KeyError when a submit's answer lacks a URL."""

    def body_of(self, answer: httpx.Response) -> Any:
        body = super().body_of(answer)
        if body.get("status") == "QUEUED":
            body["status_url"], body["response_url"]
        return body


@mutant(
    killed_by="run_sync/200-html-before-not-repeated",
    assertion="reported",
    seen_in="`try: return answer.json()`, `except ValueError: return answer.text`.",
)
class PagesAreResults(Reference):
    """Returns an HTML page as the result of a blocking run."""

    def run_sync(self, model: str, params: Json) -> Any:
        try:
            return super().run_sync(model, params)
        except GaveUpError as error:
            if error.status != 200:
                raise
            return "<html>"


@mutant(
    killed_by="credits/credits/200-empty-before",
    assertion="reported",
    seen_in="`answer.json() if answer.content else {}`.",
)
class EmptyIsFine(Reference):
    """Returns an empty balance for an empty answer."""

    def credits(self) -> Any:
        try:
            return super().credits()
        except GaveUpError as error:
            if error.status != 200:
                raise
            return {}


@mutant(
    killed_by="run_sync/400-before-ends",
    assertion="reported",
    seen_in="`fetch`, which rejects nothing that has a status.",
)
class IgnoresStatusOnSync(Reference):
    """Returns the error of a blocking run as its result."""

    def run_sync(self, model: str, params: Json) -> Any:
        answer = self.post(f"{self.base_url}/v1/{model}", params)
        return self.describe(answer) if self.is_media(answer) else self.body_of(answer)


@mutant(
    killed_by="property/states",
    assertion="result",
    seen_in="Wrappers that know what their callers want.",
)
class UnwrapsOutput(Reference):
    """Returns the output alone in place of the result."""

    def fetch_result(self, job: Json) -> Any:
        return super().fetch_result(job).get("output")


@mutant(
    killed_by="run/results/output-as-json-text",
    assertion="result",
    seen_in="Helpers that parse whatever looks like JSON.",
)
class ParsesOutput(Reference):
    """Parses an output that is JSON in a string, and hands on what is in it."""

    def fetch_result(self, job: Json) -> Any:
        result = super().fetch_result(job)
        try:
            return {**result, "output": json.loads(result["output"])}
        except (KeyError, TypeError, ValueError):
            return result


@mutant(
    killed_by="run/addresses/dashed-id",
    assertion="reported",
    seen_in="A regular expression made from the ids that one has seen.",
)
class ChecksIds(Reference):
    """Refuses a request id that is not 32 hex digits."""

    def submit(self, model: str, params: Json) -> Json:
        job = super().submit(model, params)
        if not re.fullmatch("[0-9a-f]{32}", str(job.get("request_id", "0" * 32))):
            raise GaveUpError("server_error", "the request id is odd", 200)
        return job


@mutant(
    killed_by="run/failures/words-about-credits",
    assertion="reported",
    seen_in="Errors that are told apart by their words, wherever they come from.",
)
class ReadsWordsOfFailures(Reference):
    """Reports a FAILED job whose error speaks of credits as missing credits."""

    def failure(self, status: Json) -> GaveUpError:
        words = str(status.get("error", ""))
        return GaveUpError("insufficient_credits" if "credit" in words else "failed", words)


@mutant(
    killed_by="run/result/extra-fields-after-first-recovers",
    assertion="result",
    seen_in="Models of a result that ignore what they do not know.",
)
class KeepsKnownFields(Reference):
    """Leaves out what it does not know of a result."""

    def fetch_result(self, job: Json) -> Any:
        known = {"status", "request_id", "output", "metrics", "images", "timings", "seed", "prompt"}
        result = super().fetch_result(job)
        return {name: value for name, value in result.items() if name in known}


@mutant(
    killed_by="property/states",
    assertion="result",
    seen_in="Amounts for display, rounded where they are read.",
)
class RoundsCosts(Reference):
    """Rounds the cost of a result to cents."""

    def fetch_result(self, job: Json) -> Any:
        result = super().fetch_result(job)
        metrics = result.get("metrics")
        if isinstance(metrics, dict) and isinstance(metrics.get("cost"), float):
            result["metrics"] = {**metrics, "cost": round(metrics["cost"], 2)}
        return result
