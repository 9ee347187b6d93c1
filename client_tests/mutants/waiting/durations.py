"""Mutants that measure their time by something else than their deadline."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import time
from typing import Any

import httpx

from client_tests.clients.gateway_http import SERVER_ERRORS, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

MOST_POLLS = 60
OVERRUN_S = 1.5
SECOND_S = 1.0
MANY_SUBMITS = 25


class CountsAttempts(Reference):
    """Polls a number of times, however long that takes."""

    def attempts(self) -> int:
        """Return how often."""
        raise NotImplementedError

    def wait(self, job: Json) -> None:
        for _ in range(self.attempts()):
            status = self.poll(job["status_url"])
            if self.state_of(status) == "COMPLETED":
                return
            if self.state_of(status) == "FAILED":
                raise self.failure(status)
            self.pause(self.poll_interval_s)
        raise GaveUpError("timeout", "not done after so many polls")


@mutant(
    killed_by="run/durations/many-polls",
    assertion="reported",
    seen_in="`for attempt in range(60)`: a minute at a second each, and less with other pauses.",
)
class CapsPollsAtSixty(CountsAttempts):
    """Gives up after sixty polls, whatever its deadline is."""

    def attempts(self) -> int:
        return MOST_POLLS


@mutant(
    killed_by="run/durations/slow-polls",
    assertion="overran",
    seen_in="`range(timeout / interval)`, as if an answer took no time.",
)
class CountsPausesAlone(CountsAttempts):
    """Makes as many polls as pauses fit into its deadline, and counts no time for the polls."""

    def __init__(self, call: Json) -> None:
        super().__init__(call)
        self.deadline += self.timeout_s * 100

    def attempts(self) -> int:
        return int(self.timeout_s / self.poll_interval_s)


@mutant(
    killed_by="run/durations/pending-for-good",
    assertion="overran",
    seen_in="A deadline that is looked at after a backoff which may be longer than what is left.",
)
class OverrunsDeadline(Reference):
    """Goes on for a second and a half beyond its deadline."""

    def __init__(self, call: Json) -> None:
        super().__init__(call)
        self.deadline += OVERRUN_S


@mutant(
    killed_by="run/durations/slow-submit",
    assertion="overran",
    seen_in="A timeout that is handed to `submit()`, to `wait()` and to `result()` alike.",
)
class StartsDeadlineForEachPhase(Reference):
    """Gives each of submit, wait and result the whole of the time."""

    def wait(self, job: Json) -> None:
        self.deadline = self.now() + self.timeout_s
        super().wait(job)

    def fetch_result(self, job: Json) -> Any:
        self.deadline = self.now() + self.timeout_s
        return super().fetch_result(job)


@mutant(
    killed_by="run/deadlines/long-pauses",
    assertion="answered",
    seen_in="`sleep(interval)`, and a look at the clock after it.",
)
class SleepsWholePauses(Reference):
    """Sleeps for the whole of a pause though its deadline comes first."""

    def pause(self, seconds: float) -> None:
        super().pause(0)
        time.sleep(seconds)


@mutant(
    killed_by="run/durations/long-window",
    assertion="called-before-reset",
    seen_in="`sleep(1)` after a 429, since most windows are of a second.",
)
class SleepsASecondAfterLimit(Reference):
    """Waits after a 429 for a second, whatever the header says."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        del answer
        return SECOND_S


@mutant(
    killed_by="run/durations/long-window",
    assertion="called-before-reset",
    seen_in="A longest pause of a second, which is meant for backoffs.",
)
class SleepsASecondAtMost(Reference):
    """Waits after a 429 until its window ends, and never for more than a second."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        return min(super().until_reset_s(answer), SECOND_S)


@mutant(
    killed_by="run/durations/submits-in-trouble",
    assertion="hammered",
    seen_in="A loop of 25 attempts around the submit: a 503 says that nothing was begun.",
)
class HammersSubmits(Reference):
    """Submits up to 25 times in a row, without a pause, while the gateway answers with a 5xx."""

    attempts = 0

    def may_repeat(self, error: GaveUpError) -> bool:
        self.attempts += 1
        return (error.status or 0) >= SERVER_ERRORS and self.attempts < MANY_SUBMITS
