"""Mutants that ask too often or too rarely, too long or not long enough."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

import httpx

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

FOR_EVER_S = 3600.0


SLOW_S = 5.0


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
