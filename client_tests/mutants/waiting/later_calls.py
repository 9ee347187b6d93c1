"""Mutants that are right at first, and do by later calls what earlier ones have taught them."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import time
from typing import Any, ClassVar

import httpx

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

_REFUSED = {"insufficient_credits", "forbidden", "unauthorized", "not_found"}


class Counting(Reference):
    """Knows whether its key was in a run before."""

    known: ClassVar[set[str]] = set()

    def is_first(self) -> bool:
        """Tell whether this is the first call with this key, and remember it."""
        is_first = self.api_key not in self.known
        self.known.add(self.api_key)
        return is_first


class TellingLater(Counting):
    """Knows while it runs whether that is a later run."""

    is_later = False

    def run(self, model: str, params: Json) -> Any:
        self.is_later = not self.is_first()
        return super().run(model, params)


@mutant(
    killed_by="run/refusals/refused-then-admitted",
    assertion="expected",
    seen_in="A circuit breaker that counts refusals, and opens for good.",
)
class StaysRefused(Reference):
    """Refuses runs by itself once one was refused."""

    refusals: ClassVar[dict[str, GaveUpError]] = {}

    def submit(self, model: str, params: Json) -> Json:
        if self.api_key in self.refusals:
            raise self.refusals[self.api_key]
        try:
            return super().submit(model, params)
        except GaveUpError as error:
            if error.outcome in _REFUSED:
                self.refusals[self.api_key] = error
            raise


@mutant(
    killed_by="run_sync/refusals/two-reasons",
    assertion="reported",
    seen_in="An exception that is made once, as a constant or in a cache by status.",
)
class KeepsTheFirstReason(Reference):
    """Reports of each refusal what the first one said."""

    first: ClassVar[dict[str, str]] = {}

    def words(self, answer: httpx.Response) -> str:
        return self.first.setdefault(self.api_key, super().words(answer))


@mutant(
    killed_by="property/one-after-another",
    assertion="reported",
    seen_in="A field `last_error` that is set once.",
)
class KeepsTheFirstError(Reference):
    """Reports of each job that failed what the first one said."""

    first: ClassVar[dict[str, str]] = {}

    def failure(self, status: Json) -> GaveUpError:
        words = self.first.setdefault(self.api_key, str(super().failure(status)))
        return GaveUpError("failed", words)


@mutant(
    killed_by="property/concurrent",
    assertion="reported",
    seen_in="A field `last_error` of a client that several calls share.",
)
class SharesTheError(KeepsTheFirstError):
    """Reports of jobs that fail at the same time what the first of them said."""

    first: ClassVar[dict[str, str]] = {}


@mutant(
    killed_by="run_sync/together/some-fail",
    assertion="expected",
    seen_in="`Promise.all` and `gather`, which reject what is well with what is not.",
)
class FailsTogether(Reference):
    """Reports a blocking run as failed when another one at the same time was."""

    failed: ClassVar[dict[str, GaveUpError]] = {}

    def run_sync(self, model: str, params: Json) -> Any:
        try:
            found = super().run_sync(model, params)
        except GaveUpError as error:
            self.failed[self.api_key] = error
            raise
        time.sleep(0.3)  # until the others have ended, too
        if self.api_key in self.failed:
            raise self.failed[self.api_key]
        return found


@mutant(
    killed_by="download/together/one-is-gone",
    assertion="reported",
    seen_in="A batch that is given up when one of its files is missing.",
)
class MissesTogether(Reference):
    """Reports a download as missing when another one at the same time was."""

    failed: ClassVar[dict[str, GaveUpError]] = {}

    def download(self, url: str) -> Json:
        try:
            found = super().download(url)
        except GaveUpError as error:
            self.failed[self.api_key] = error
            raise
        time.sleep(0.3)  # until the others have ended, too
        if self.api_key in self.failed:
            raise self.failed[self.api_key]
        return found


@mutant(
    killed_by="property/one-after-another",
    assertion="resubmitted-after-lost-answer",
    seen_in="A pool whose kept-alive connections are tried again by themselves, POST or not.",
)
class RepeatsLaterSubmits(TellingLater):
    """Submits again when an answer is lost, unless it is its first run."""

    known: ClassVar[set[str]] = set()

    def may_repeat(self, error: GaveUpError) -> bool:
        return self.is_later and error.outcome == "transport_error"


@mutant(
    killed_by="run/states/trouble-in-the-second-run",
    assertion="reported",
    seen_in="A number of attempts that belongs to the client, where each call needs its own.",
)
class TiresOfTrouble(TellingLater):
    """Repeats no poll that went wrong, unless it is its first run."""

    known: ClassVar[set[str]] = set()

    def is_transient(self, outcome: str) -> bool:
        return not self.is_later and super().is_transient(outcome)


@mutant(
    killed_by="run/durations/two-paces",
    assertion="paced",
    seen_in="Options that a client is made with, and that a call's own do not replace.",
)
class KeepsTheFirstPace(Reference):
    """Polls each job as quickly as it was told for its first."""

    first: ClassVar[dict[str, float]] = {}

    def __init__(self, call: Json) -> None:
        super().__init__(call)
        self.poll_interval_s = self.first.setdefault(self.api_key, self.poll_interval_s)


@mutant(
    killed_by="run/together/unhurried",
    assertion="paced",
    seen_in="A timer that all calls share: each of them wakes all the others.",
)
class HurriesTogether(Reference):
    """Polls the more quickly the more runs it is asked for at the same time."""

    under_way: ClassVar[dict[str, int]] = {}

    def run(self, model: str, params: Json) -> Any:
        self.under_way[self.api_key] = self.under_way.get(self.api_key, 0) + 1
        self.poll_interval_s /= self.under_way[self.api_key] ** 2
        return super().run(model, params)
