"""Trying checks on mutants, faster than on strangers.

A mutant that waits for what never comes does so in many cases. It is known to be quick when it is
well, so every deadline is cut to a second or two, and the first failure of a property is enough.
"""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Self

from client_tests.cases.model import Case
from client_tests.clients.reference import Reference
from client_tests.mutants.in_process_driver import LeashedDriver
from client_tests.running.execution import Check, Limits, run
from client_tests.running.results import Result
from client_tests.running.testbed import Bench

SOON_S = 1.5
"""The longest deadline, beyond what the server itself takes in a case."""

AT_ONCE = 4
SLICE_S = 120.0


class Stand:
    """A server, and whichever client is tried on it."""

    def __init__(self) -> None:
        self._drivers = [LeashedDriver() for _ in range(AT_ONCE)]
        self._bench = Bench(self._drivers)

    def __enter__(self) -> Self:
        self._bench.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bench.__exit__(kind, error, traceback)

    def tried(
        self, client: type[Reference], check: Check, *, examples: int, seed: int = 0
    ) -> Result:
        """Run a check with short deadlines; nothing is shrunk, saved or played again."""
        for driver in self._drivers:
            driver.client = client
        limits = Limits(examples=examples, seed=seed, shrink_s=0, slice_s=SLICE_S, folder=None)
        return run(hastened(check), self._bench, limits)


def hastened(check: Check) -> Check:
    """Return a check whose cases end soon."""
    if isinstance(check, Case):
        return _hastened(check)
    return replace(check, cases=lambda: check.cases().map(_hastened))


def _hastened(case: Case) -> Case:
    slow_s = sum(effect.reset_in_s or 0 for effect in case.behaviour)
    asks = (replace(ask, timeout_s=min(ask.timeout_s, SOON_S + slow_s)) for ask in case.asks)
    return replace(case, asks=tuple(asks))
