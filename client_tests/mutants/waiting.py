"""Mutants that ask too often, too rarely, too long or not long enough, or misread a state."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from enum import Enum
from threading import Lock
from typing import Any, ClassVar

import httpx

from client_tests.clients.reference import (
    ENDED,
    FAILED,
    OK,
    SERVER_ERRORS,
    TOO_MANY,
    GaveUpError,
    Json,
    Reference,
)
from client_tests.mutants.registry import mutant

FOR_EVER_S = 3600.0
SLOW_S = 5.0
NOT_FOUND = 404

# --- Pace and deadline --------------------------------------------------------------------


@mutant(killed_by="property/states", assertion="paced", seen_in="`while not done: done = poll()`.")
class PollsWithoutPause(Reference):
    """Polls again as soon as it has an answer."""

    def pause(self, seconds: float) -> None:
        super().pause(min(seconds, 0))


@mutant(
    killed_by="property/states",
    assertion="expected",
    seen_in="A pause that is a constant, whatever the caller says.",
)
class PausesForSeconds(Reference):
    """Pauses for five seconds between two polls, however short its deadline is."""

    def pause(self, seconds: float) -> None:
        super().pause(max(seconds, SLOW_S))


@mutant(
    killed_by="run/submit/stall-processing-before-first",
    assertion="answered",
    seen_in="`while True`, since the job will end some time.",
)
class ForgetsDeadline(Reference):
    """Waits for as long as it takes."""

    def __init__(self, call: Json) -> None:
        super().__init__(call)
        self.deadline += FOR_EVER_S


@mutant(
    killed_by="run/submit/stall-queued-before-first",
    assertion="answered",
    seen_in="A timeout that is handed to the HTTP library, which knows of one request.",
)
class RestartsDeadline(Reference):
    """Gives each poll the whole of the time, and so never comes to an end."""

    def poll(self, url: str) -> Json:
        self.deadline = self.now() + self.timeout_s
        return super().poll(url)


@mutant(
    killed_by="run/submit/stall-queued-before-first",
    assertion="reported",
    seen_in="Milliseconds and seconds, or a safety margin that nobody asked for.",
)
class GivesUpEarly(Reference):
    """Says that the time is over when half of it is."""

    def __init__(self, call: Json) -> None:
        super().__init__(call)
        self.deadline -= self.timeout_s / 2


@mutant(
    killed_by="run/status/linger-after-twice-recovers",
    assertion="reported",
    seen_in="`for _ in range(attempts)` in place of a deadline.",
)
class CountsPolls(Reference):
    """Gives up after three polls."""

    def wait(self, job: Json) -> None:
        for _ in range(3):
            status = self.poll(job["status_url"])
            if self.state_of(status) == "COMPLETED":
                return
            if self.state_of(status) == "FAILED":
                raise self.failure(status)
            self.pause(self.poll_interval_s)
        raise GaveUpError("timeout", "not done after three polls")


@mutant(
    killed_by="run/submit/stall-processing-before-first",
    assertion="reported",
    seen_in="One exception for everything that is no result.",
)
class TimesOutAsServerError(Reference):
    """Reports a deadline that is over as a server error."""

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        except GaveUpError as error:
            outcome = "server_error" if error.outcome == "timeout" else error.outcome
            raise GaveUpError(outcome, str(error), error.status) from error


@mutant(
    killed_by="run/deadlines/endless-drip",
    assertion="answered",
    seen_in="HTTP libraries whose timeout is that of one read, and most are.",
)
class WaitsForEachRead(Reference):
    """Reads an answer for as long as each piece of it comes in time."""

    def whole(self, answer: httpx.Response) -> httpx.Response:
        content = b"".join(answer.iter_raw())
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


# --- States -------------------------------------------------------------------------------


@mutant(
    killed_by="run/submit/failed-before-first",
    assertion="reported",
    seen_in="`while status != 'COMPLETED'`.",
)
class PollsOnAfterFailed(Reference):
    """Takes FAILED for a state that passes."""

    def wait(self, job: Json) -> None:
        while self.state_of(self.poll(job["status_url"])) != "COMPLETED":
            self.pause(self.poll_interval_s)


@mutant(
    killed_by="run/submit/failed-before-first",
    assertion="reported",
    seen_in="Code that retries everything from 400 on, for the 422 is a 4xx like any other.",
)
class FailedIsTransient(Reference):
    """Repeats a poll that got 422, as if the connection had been lost."""

    def is_answer(self, answer: httpx.Response, body: Any) -> bool:
        return answer.status_code == OK and super().is_answer(answer, body)

    def refuse_for_good(self, answer: httpx.Response) -> None:
        if answer.status_code != FAILED:
            super().refuse_for_good(answer)


@mutant(
    killed_by="run/status/failed-before-later",
    assertion="reported",
    seen_in="`raise_for_status` on each poll, and one exception for what it raises.",
)
class FailedIsTransportError(Reference):
    """Reports the 422 of a FAILED job as a transport error."""

    def failure(self, status: Json) -> GaveUpError:
        return GaveUpError("transport_error", str(status.get("error", "")))


@mutant(
    killed_by="run/status/failed-before-first",
    assertion="reported",
    seen_in="The older table of the documentation, in which 422 is a validation error (E8).",
)
class FailedIsInvalid(Reference):
    """Reports a FAILED job as an invalid request."""

    def failure(self, status: Json) -> GaveUpError:
        return GaveUpError("invalid", str(status.get("error", "")))


@mutant(
    killed_by="property/states",
    assertion="reported",
    seen_in="`if state not in PENDING: return status`.",
)
class FailedIsCompleted(Reference):
    """Reports a FAILED job as completed."""

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        except GaveUpError as error:
            if error.outcome != "failed":
                raise
            return {"status": "FAILED", "error": str(error)}


@mutant(
    killed_by="run/submit/unknown-state-after-goes-on",
    assertion="reported",
    seen_in="A check that a run was QUEUED, on the submit's own answer.",
)
class InsistsOnQueued(Reference):
    """Refuses a submit's answer that says anything but QUEUED."""

    def submit(self, model: str, params: Json) -> Json:
        job = super().submit(model, params)
        if job.get("status") != "QUEUED":
            raise GaveUpError("server_error", f"the run is {job.get('status')}", OK)
        return job


@mutant(
    killed_by="run/status/unknown-state-after-first-recovers",
    assertion="reported",
    seen_in="A switch over the states whose default is the error.",
)
class UnknownStateIsFailed(Reference):
    """Reports a job in a state that it does not know as failed."""

    def state_of(self, status: Json) -> Any:
        state = super().state_of(status)
        return state if state in {"QUEUED", "PROCESSING", "COMPLETED"} else "FAILED"


class State(Enum):
    """The states that were known when a client was written."""

    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@mutant(
    killed_by="run/status/unknown-state-after-first-recovers",
    assertion="answered",
    seen_in="`State(body['status'])` with an enumeration.",
)
class CrashesOnUnknownState(Reference):
    """Raises a ValueError at a state that it does not know."""

    def state_of(self, status: Json) -> Any:
        return State(super().state_of(status)).value


@mutant(
    killed_by="run/states/almost-completed",
    assertion="reported",
    seen_in="`'COMPLETE' in state`, for gateways that spell it in more than one way.",
)
class ReadsStatesLoosely(Reference):
    """Takes every state that begins like COMPLETED or FAILED for it."""

    def state_of(self, status: Json) -> Any:
        state = str(super().state_of(status))
        return next((end for end in ENDED if state.startswith(end[:6])), state)


@mutant(
    killed_by="run/states/error-beside-a-state",
    assertion="reported",
    seen_in="`if 'error' in body: raise`.",
)
class ErrorFieldIsFailed(Reference):
    """Reports a pending job as failed when there is a field named `error`."""

    def state_of(self, status: Json) -> Any:
        return "FAILED" if "error" in status else super().state_of(status)


@mutant(
    killed_by="run/states/no-state",
    assertion="answered",
    seen_in="Static types that were believed, and never checked.",
)
class CrashesOnOddStates(Reference):
    """Raises an AttributeError at a state that is no string."""

    def state_of(self, status: Json) -> Any:
        return super().state_of(status).upper()


@mutant(
    killed_by="property/states",
    assertion="reported",
    seen_in="`if answer.ok: return answer.json()` on the route of the result.",
)
class PendingIsDone(Reference):
    """Takes whatever the result's route says first for the result."""

    def wait(self, job: Json) -> None:
        """Nothing is waited for."""

    def fetch_result(self, job: Json) -> Any:
        return self.poll(job["response_url"])


@mutant(
    killed_by="property/states",
    assertion="reported",
    seen_in="Clients of gateways whose status has the output in it.",
)
class StatusIsResult(Reference):
    """Returns the status of the COMPLETED job, in which there is no output."""

    def wait(self, job: Json) -> None:
        while True:
            status = self.poll(job["status_url"])
            if self.state_of(status) == "FAILED":
                raise self.failure(status)
            if self.state_of(status) == "COMPLETED":
                job["last"] = status
                return
            self.pause(self.poll_interval_s)

    def fetch_result(self, job: Json) -> Any:
        return job["last"]


@mutant(
    killed_by="property/states",
    assertion="reported",
    seen_in="A call of the queue route that is taken for a blocking one.",
)
class SubmitIsResult(Reference):
    """Returns the answer to the submit and waits for nothing."""

    def run(self, model: str, params: Json) -> Any:
        return self.submit(model, params)


# --- Polls that go wrong ------------------------------------------------------------------


class Fragile(Reference):
    """Gives up after a poll that `is_fatal` says so of."""

    def refuse_for_good(self, answer: httpx.Response) -> None:
        if self.is_fatal(answer):
            raise GaveUpError("server_error", self.words(answer), answer.status_code)
        super().refuse_for_good(answer)

    def is_fatal(self, answer: httpx.Response) -> bool:
        """Tell whether this is the end."""
        raise NotImplementedError


@mutant(
    killed_by="run/status/503-before-first-recovers",
    assertion="reported",
    seen_in="`raise_for_status` on each poll.",
)
class PollErrorsAreFatal(Fragile):
    """Gives up when a poll gets a 5xx."""

    def is_fatal(self, answer: httpx.Response) -> bool:
        return answer.status_code >= SERVER_ERRORS


@mutant(
    killed_by="run/status/200-html-before-first-recovers",
    assertion="reported",
    seen_in="`answer.json()` right after the check of the status.",
)
class GarbledPollsAreFatal(Fragile):
    """Gives up when a poll gets a 200 that is no JSON."""

    def is_fatal(self, answer: httpx.Response) -> bool:
        return answer.status_code == OK and self.json_of(answer) is None


@mutant(
    killed_by="run/status/reset-before-first-recovers",
    assertion="reported",
    seen_in="No try block around the poll.",
)
class LostPollsAreFatal(Reference):
    """Gives up when the connection of a poll is lost."""

    def is_transient(self, outcome: str) -> bool:
        return outcome != "transport_error" and super().is_transient(outcome)


@mutant(
    killed_by="run/status/close-before-twice-recovers",
    assertion="reported",
    seen_in="`except ConnectionError: return poll(url)`, once.",
)
class ForgivesOnce(Reference):
    """Repeats a lost poll once, and gives up when the next is lost as well."""

    losses = 0

    def is_transient(self, outcome: str) -> bool:
        self.losses += 1
        return self.losses < 2 and super().is_transient(outcome)

    def is_answer(self, answer: httpx.Response, body: Any) -> bool:
        self.losses = 0
        return super().is_answer(answer, body)


@mutant(
    killed_by="run/result/503-before-first-recovers",
    assertion="reported",
    seen_in="A loop that is robust, and a last request after it that is not.",
)
class ResultErrorsAreFatal(Reference):
    """Gives up when the result cannot be had at once."""

    def fetch_result(self, job: Json) -> Any:
        answer = self.send("GET", job["response_url"], headers=self.key())
        self.refuse_errors(answer)
        result = self.body_of(answer)
        return result if self.state_of(result) == "COMPLETED" else super().fetch_result(job)


@mutant(
    killed_by="run/status/expire-before-later",
    assertion="reported",
    seen_in="Stores that answer 404 until a job is there; this gateway does not.",
)
class NotFoundIsPending(Reference):
    """Polls a job that is not found until its time is over."""

    def refuse_for_good(self, answer: httpx.Response) -> None:
        if answer.status_code != NOT_FOUND:
            super().refuse_for_good(answer)


@mutant(
    killed_by="run/status/401-before-ends",
    assertion="repeated-after-refusal",
    seen_in="Loops that end with a result or the deadline, and with nothing else.",
)
class RefusedPollsArePending(Reference):
    """Polls on after a refusal of its key."""

    def refuse_for_good(self, answer: httpx.Response) -> None:
        if answer.status_code not in {401, 403}:
            super().refuse_for_good(answer)


# --- 429 ----------------------------------------------------------------------------------


@mutant(
    killed_by="run/limits/page-with-a-reset",
    assertion="called-before-reset",
    seen_in="429 is in the list of statuses to retry, and nobody reads the header.",
)
class IgnoresReset(Reference):
    """Goes on at its usual pace after a 429."""

    def await_reset(self, answer: httpx.Response) -> None:
        del answer
        self.pause(self.poll_interval_s)


@mutant(
    killed_by="run/limits/page-with-a-reset",
    assertion="called-before-reset",
    seen_in="Retry libraries: they know Retry-After, which this gateway does not send.",
)
class ReadsRetryAfter(Reference):
    """Waits after a 429 for as long as Retry-After says, which is not there."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        return float(answer.headers.get("retry-after", 0))


@mutant(
    killed_by="run/limits/page-with-a-reset",
    assertion="called-before-reset",
    seen_in="Integer seconds; a pause of 0.9 s becomes none.",
)
class RoundsResetDown(Reference):
    """Waits after a 429 for whole seconds, rounded down."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        try:
            reset = datetime.fromisoformat(answer.headers["x-rate-limit-reset-at-utc"])
            return float(int((reset - datetime.now(UTC)).total_seconds()))
        except (KeyError, ValueError):
            return super().until_reset_s(answer)


@mutant(
    killed_by="run/status/429-before-first-waits",
    assertion="reported",
    seen_in="A minute, since that is the window; it began some time ago.",
)
class SleepsAMinute(Reference):
    """Waits after a 429 for a minute, whatever the header says."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        del answer
        return 60.0


@mutant(
    killed_by="run/status/429-before-first-waits",
    assertion="reported",
    seen_in="4xx are errors, and errors are raised.",
)
class LimitedPollsAreFatal(Reference):
    """Gives up when a poll gets a 429."""

    def poll(self, url: str) -> Json:
        answer = self.send("GET", url, headers=self.key())
        if answer.status_code == TOO_MANY:
            raise GaveUpError("rate_limited", self.words(answer), TOO_MANY)
        return super().poll(url)


@mutant(
    killed_by="run/limits/status-reset-beyond-the-deadline",
    assertion="answered",
    seen_in="`sleep(reset - now)` with no look at what the caller has time for.",
)
class SleepsPastDeadline(Reference):
    """Waits for the end of a window that lies behind its own deadline."""

    def await_reset(self, answer: httpx.Response) -> None:
        time.sleep(max(self.until_reset_s(answer), self.poll_interval_s))


# --- Calls at the same time ---------------------------------------------------------------


@mutant(
    killed_by="property/concurrent",
    assertion="own",
    seen_in="State in a module or in a singleton, where it belongs to a call.",
)
class SharesTheJob(Reference):
    """Keeps the latest job where other calls find, and replace, it."""

    latest: ClassVar[Json] = {}

    def wait(self, job: Json) -> None:
        type(self).latest = job
        super().wait(job)

    def fetch_result(self, job: Json) -> Any:
        del job
        return super().fetch_result(self.latest)


@mutant(
    killed_by="run/together/four",
    assertion="own",
    seen_in="Requests that are merged while under way, by a key without the parameters.",
)
class JoinsRuns(Reference):
    """Takes another run of its model that is under way for its own."""

    under_way: ClassVar[dict[tuple[str, str], Json]] = {}
    lock: ClassVar[Lock] = Lock()

    def submit(self, model: str, params: Json) -> Json:
        name = (self.api_key, model)
        with self.lock:
            if name not in self.under_way:
                self.under_way[name] = super().submit(model, params)
            return self.under_way[name]

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        finally:
            self.under_way.pop((self.api_key, model), None)


@mutant(
    killed_by="run/models/the-same-twice",
    assertion="submitted",
    seen_in="A cache in front of whatever takes long.",
)
class CachesResults(Reference):
    """Returns the result of an earlier run with the same parameters."""

    results: ClassVar[dict[str, Any]] = {}

    def run(self, model: str, params: Json) -> Any:
        name = json.dumps([self.api_key, model, params])
        if name not in self.results:
            self.results[name] = super().run(model, params)
        return self.results[name]
