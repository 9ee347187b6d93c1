"""Mutants that misread the state of a job."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from enum import Enum
from typing import Any

import httpx

from client_tests.clients.gateway_http import ENDED, FAILED, OK, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


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


@mutant(
    killed_by="run/status/400-before-ends",
    assertion="expected",
    seen_in="`while True: try … except HTTPError: continue`.",
)
class RefusedPollsAreTransient(Reference):
    """Asks on when a poll is refused, whatever for."""

    def refuse_for_good(self, answer: httpx.Response) -> None:
        del answer
