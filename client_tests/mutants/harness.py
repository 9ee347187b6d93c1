"""Trying checks on mutants, faster than on strangers.

A mutant that waits for what never comes does so in many cases. It is known to be quick when it is
well, so every deadline is cut to a second or two, and the first failure of a property is enough.
"""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Self

from client_tests.cases.catalogue import TestCase
from client_tests.cases.model import Case
from client_tests.clients.reference import Reference
from client_tests.driver import base
from client_tests.mutants.in_process_driver import GRACE_S, InProcessDriver
from client_tests.running.execution import run
from client_tests.running.limits import Limits
from client_tests.running.results import Result
from client_tests.running.testbed import TestBed

SOON_S = 1.5
"""The longest deadline, beyond what the server itself takes in a case."""

TIMED = frozenset({"deadlines", "durations"})
"""Topics of which a deadline is the point: nothing about them is cut."""

AT_ONCE = 4
SLICE_S = 120.0


class Harness:
    """A server, and whichever client is tried on it."""

    def __init__(self) -> None:
        self._drivers = [InProcessDriver() for _ in range(AT_ONCE)]
        self._testbed = TestBed(self._drivers)

    def __enter__(self) -> Self:
        self._testbed.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._testbed.__exit__(kind, error, traceback)

    def run_test_case(
        self, client: type[Reference], test_case: TestCase, *, examples: int, seed: int = 0
    ) -> Result:
        """Run a check with short deadlines; nothing is shrunk, saved or played again."""
        for driver in self._drivers:
            driver.client = client
            driver.grace_s = base.GRACE_S if is_timed(test_case) else GRACE_S
        limits = Limits(examples=examples, seed=seed, shrink_s=0, slice_s=SLICE_S, folder=None)
        return run(shorten_deadlines(test_case), self._testbed, limits)


def is_timed(test_case: TestCase) -> bool:
    """Tell whether it is about deadlines and durations, which then stay as they are."""
    return isinstance(test_case, Case) and bool({*test_case.id.split("/")} & TIMED)


def shorten_deadlines(test_case: TestCase) -> TestCase:
    """Return a check whose cases end soon."""
    if isinstance(test_case, Case):
        return test_case if is_timed(test_case) else _shorten(test_case)
    return replace(test_case, cases=lambda: test_case.cases().map(_shorten))


def _shorten(case: Case) -> Case:
    slow_s = sum(effect.reset_in_s or 0 for effect in case.behaviour)
    operations = (
        replace(operation, timeout_s=min(operation.timeout_s, SOON_S + slow_s))
        for operation in case.operations
    )
    return replace(case, operations=tuple(operations))
