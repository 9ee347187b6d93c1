"""Mutants that go on after they have said how a call ended."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

import httpx

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

LATER_S = 0.4
"""When the first thing is asked that nobody waits for; the next ones as long after that."""

TIMES = 5


class Lingering(Reference):
    """Leaves a thread behind, which asks for something a few times."""

    def __init__(self, call: Json) -> None:
        super().__init__(call)
        self.call = call

    def linger(self, act: Callable[[Reference], object], times: int = TIMES) -> None:
        """Do something later, again and again, whatever becomes of it."""

        def go_on() -> None:
            with httpx.Client(trust_env=False) as http:
                for _ in range(times):
                    time.sleep(LATER_S)
                    later = Reference(self.call)
                    later.http.close()
                    later.http = http
                    with suppress(GaveUpError):
                        act(later)

        Thread(target=go_on, daemon=True).start()


class LingersAfterGivingUp(Lingering):
    """Leaves a thread behind where a run has ended with one of some outcomes."""

    outcomes: frozenset[str] = frozenset()
    times = TIMES

    def __init__(self, call: Json) -> None:
        super().__init__(call)
        self.job: Json = {}

    def submit(self, model: str, params: Json) -> Json:
        self.job = super().submit(model, params)
        return self.job

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        except GaveUpError as error:
            if error.outcome in self.outcomes:
                self.linger(lambda later: self.go_on(later, model, params), self.times)
            raise

    def go_on(self, later: Reference, model: str, params: Json) -> None:
        """Do what nobody waits for."""
        del model, params
        later.send("GET", self.job["status_url"], headers=later.key())


class SubmitsAgainLater(LingersAfterGivingUp):
    """Submits a run again, once, where it has ended so."""

    times = 1

    def go_on(self, later: Reference, model: str, params: Json) -> None:
        later.submit_once(model, params)


@mutant(
    killed_by="run/after-the-end/timeout",
    assertion="after-the-end",
    seen_in="`future.result(timeout=…)`: the thread behind it goes on, and nobody cancels it.",
)
class PollsOnAfterTimeout(LingersAfterGivingUp):
    """Reports a timeout, and polls on in the background."""

    outcomes = frozenset({"timeout"})


@mutant(
    killed_by="run/after-the-end/the-next-call",
    assertion="after-the-end",
    seen_in="One poller for all jobs of a process, with those that were given up in it.",
)
class PollsOldJobsBesideNewOnes(PollsOnAfterTimeout):
    """Polls a job that has timed out while the next one is run."""


@mutant(
    killed_by="run/after-the-end/timeout",
    assertion="after-the-end",
    seen_in="A job queue that puts what has timed out back to its end.",
)
class SubmitsAgainAfterTimeout(SubmitsAgainLater):
    """Reports a timeout, and submits the run again a moment later."""

    outcomes = frozenset({"timeout"})


@mutant(
    killed_by="run/after-the-end/unanswered-submit",
    assertion="after-the-end",
    seen_in="An outbox that sends again what was not acknowledged, behind the caller's back.",
)
class SubmitsAgainAfterLostAnswer(SubmitsAgainLater):
    """Reports that its submit was not answered, and submits again a moment later."""

    outcomes = frozenset({"transport_error"})


@mutant(
    killed_by="run/after-the-end/failed",
    assertion="after-the-end",
    seen_in="An interval of a page that is cleared when a job completes, and only then.",
)
class WatchesFailedJobs(LingersAfterGivingUp):
    """Reports that its job has FAILED, and goes on asking about it."""

    outcomes = frozenset({"failed"})


@mutant(
    killed_by="run/after-the-end/completed",
    assertion="after-the-end",
    seen_in="`setInterval` without `clearInterval`: the promise has long been settled.",
)
class PollsOnAfterResult(Lingering):
    """Returns the result, and polls its job on."""

    def run(self, model: str, params: Json) -> Any:
        job = self.submit(model, params)
        self.wait(job)
        result = self.fetch_result(job)
        self.linger(lambda later: later.send("GET", job["status_url"], headers=later.key()))
        return result


@mutant(
    killed_by="run/after-the-end/completed",
    assertion="after-the-end",
    seen_in="Caches that are warmed in the background with whatever was made.",
)
class DownloadsAfterResult(Lingering):
    """Returns the result, and fetches its output though nobody asked for it."""

    def run(self, model: str, params: Json) -> Any:
        result = super().run(model, params)
        self.linger(lambda later: later.download(result["output"]), times=1)
        return result


@mutant(
    killed_by="run_sync/after-the-end/unanswered",
    assertion="after-the-end",
    seen_in="A task runner that repeats tasks which have raised.",
)
class RepeatsSyncRunsLater(Lingering):
    """Reports that a blocking run was not answered, and makes it again a moment later."""

    def run_sync(self, model: str, params: Json) -> Any:
        try:
            return super().run_sync(model, params)
        except GaveUpError as error:
            if error.outcome == "transport_error":
                self.linger(lambda later: later.run_sync(model, params), times=1)
            raise


@mutant(
    killed_by="download/after-the-end/lost",
    assertion="after-the-end",
    seen_in="Download managers that keep trying what has failed.",
)
class DownloadsAgainLater(Lingering):
    """Reports that a download has failed, and fetches it again a moment later."""

    def download(self, url: str) -> Json:
        try:
            return super().download(url)
        except GaveUpError:
            self.linger(lambda later: later.download(url), times=1)
            raise
