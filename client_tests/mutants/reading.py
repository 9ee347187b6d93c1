"""Mutants that misread answers: errors, bodies, files."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

import httpx

from client_tests.clients.reference import GaveUpError, Json, Reference
from client_tests.mutants.registry import mutant

# --- Nothing at all -----------------------------------------------------------------------


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


# --- Errors -------------------------------------------------------------------------------


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


# --- Bodies -------------------------------------------------------------------------------


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


# --- Files --------------------------------------------------------------------------------


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
