"""Mutants whose patience is not that of the deadline: a timeout of their own, or no end."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import httpx

from client_tests.clients.gateway_http import SERVER_ERRORS, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


@mutant(
    killed_by="run_sync/durations/as-long-as-a-model",
    assertion="expected",
    seen_in="The timeout of httpx, which is five seconds unless one says otherwise.",
)
class TimesOutAfterFiveSeconds(Reference):
    """Gives up a blocking run after five seconds, whatever its deadline."""

    def run_sync(self, model: str, params: Json) -> Any:
        self.deadline = min(self.deadline, self.now() + 5)
        return super().run_sync(model, params)


@mutant(
    killed_by="run_sync/durations/as-long-as-a-model",
    assertion="submitted",
    seen_in="Hedged requests, a remedy against slow replicas, where each request is a charge.",
)
class HedgesRuns(Reference):
    """Makes a second blocking run when the first has not been answered for a while."""

    def post(self, url: str, params: Json) -> httpx.Response:
        answered = Event()

        def hedge() -> None:
            if not answered.wait(0.5):
                httpx.post(url, json=params, headers=self.key(), timeout=9, trust_env=False)

        Thread(target=hedge, daemon=True).start()
        try:
            return super().post(url, params)
        finally:
            answered.set()


@mutant(
    killed_by="credits/durations/slow-but-in-time",
    assertion="expected",
    seen_in="A health check with half a second of patience.",
)
class IsShortWithBalances(Reference):
    """Gives up a balance that takes more than half a second."""

    def credits(self) -> Any:
        self.deadline = min(self.deadline, self.now() + 0.5)
        return super().credits()


@mutant(
    killed_by="download/durations/slow-but-in-time",
    assertion="expected",
    seen_in="A timeout that was measured with thumbnails.",
)
class IsShortWithFiles(Reference):
    """Gives up a file that does not begin to come within half a second."""

    def download(self, url: str) -> Json:
        self.deadline = min(self.deadline, self.now() + 0.5)
        return super().download(url)


@mutant(
    killed_by="run/deadlines/slow-but-in-time",
    assertion="expected",
    seen_in="A timeout for submits, which are quick, and which nobody may repeat.",
)
class IsShortWithSubmits(Reference):
    """Gives up a submit that takes more than half a second, whatever its deadline."""

    def submit(self, model: str, params: Json) -> Json:
        deadline, self.deadline = self.deadline, min(self.deadline, self.now() + 0.5)
        job = super().submit(model, params)
        self.deadline = deadline
        return job


@mutant(
    killed_by="run/durations/late-result",
    assertion="overran",
    seen_in="A function that fetches results, with the deadline that its caller had as well.",
)
class BeginsAnewWithTheResult(Reference):
    """Gives the result the whole deadline once more."""

    def fetch_result(self, job: Json) -> Any:
        self.deadline = self.now() + self.timeout_s
        return super().fetch_result(job)


@mutant(
    killed_by="run/durations/windows-and-a-stall",
    assertion="overran",
    seen_in="A stopwatch that is stopped while one waits for a window.",
)
class AddsWindowsToTheDeadline(Reference):
    """Prolongs its deadline by as much as it has waited for windows."""

    def await_reset(self, answer: httpx.Response) -> None:
        began = self.now()
        super().await_reset(answer)
        self.deadline += self.now() - began


@mutant(
    killed_by="run/durations/windows-and-a-stall",
    assertion="called-before-reset",
    seen_in="One attempt after a 429 that reads the header, and a plain loop after it.",
)
class WaitsForOneWindow(Reference):
    """Waits for the first window of a call, and for no other."""

    has_waited = False

    def until_reset_s(self, answer: httpx.Response) -> float:
        left_s = self.poll_interval_s if self.has_waited else super().until_reset_s(answer)
        self.has_waited = True
        return left_s


class Hammering(Reference):
    """Repeats a request at once, and often, while the gateway is in trouble."""

    def hammer(self, method: str, url: str, **parts: Any) -> httpx.Response:
        """Send a request until it succeeds, at most so many times."""
        answer = self.send(method, url, **parts)
        for _ in range(9):
            if answer.status_code < SERVER_ERRORS:
                break
            answer = self.send(method, url, **parts)
        self.refuse_errors(answer)
        return answer


@mutant(
    killed_by="run_sync/durations/runs-in-trouble",
    assertion="hammered",
    seen_in="An adapter's `Retry(10)` without a backoff factor.",
)
class HammersRuns(Hammering):
    """Makes a blocking run up to ten times in a row, without a pause, after each 5xx."""

    def run_sync(self, model: str, params: Json) -> Any:
        url = f"{self.base_url}/v1/{model}"
        answer = self.hammer("POST", url, json=params, headers=self.key())
        return self.describe(answer) if self.is_media(answer) else self.body_of(answer)


@mutant(
    killed_by="credits/durations/balances-in-trouble",
    assertion="hammered",
    seen_in="A gauge that shows the balance, and insists.",
)
class HammersBalances(Hammering):
    """Asks for a balance up to ten times in a row, without a pause, after each 5xx."""

    def credits(self) -> Any:
        url = f"{self.base_url}/v1/get-user-credits"
        return self.body_of(self.hammer("GET", url, headers=self.key()))


@mutant(
    killed_by="download/durations/files-in-trouble",
    assertion="hammered",
    seen_in="A downloader that believes in persistence.",
)
class HammersFiles(Hammering):
    """Fetches a file up to ten times in a row, without a pause, after each 5xx."""

    def download(self, url: str) -> Json:
        return self.describe(self.hammer("GET", url, headers={}))
