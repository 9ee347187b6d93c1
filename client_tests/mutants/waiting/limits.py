"""Mutants that do not wait for the end of a window."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import httpx

from client_tests.clients.gateway_http import TOO_MANY, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


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


@mutant(
    killed_by="run/limits/reset-on-status",
    assertion="called-before-reset",
    seen_in="A check for 429 at the first answer, and a loop that has none.",
)
class WaitsOutLimitsAtTheStart(Reference):
    """Waits for the end of a window before its first status, and goes on at its pace later."""

    def wait(self, job: Json) -> None:
        self.answered = 0
        super().wait(job)

    def await_reset(self, answer: httpx.Response) -> None:
        if getattr(self, "answered", 0):
            self.pause(self.poll_interval_s)
        else:
            super().await_reset(answer)

    def state_of(self, status: Json) -> Any:
        self.answered = getattr(self, "answered", 0) + 1
        return super().state_of(status)
