"""Running all checks: over several workers, within a budget, and into one report."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import wait
from typing import TypeAlias

from client_tests.cases.catalogue import TestCase
from client_tests.cases.properties import Property
from client_tests.driver.messages import DriverBrokenError
from client_tests.driver.systems import require_posix
from client_tests.running.case_execution import make_result
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.known_failures import KnownFailure, apply_known_failures
from client_tests.running.limits import Limits
from client_tests.running.results import Report, Result
from client_tests.running.signals import find_signal, hold_signals
from client_tests.running.workers import Worker

BUDGET_S = 240.0
"""A run ends within this, with the default number of examples, whatever the client does."""

LAST_START_SHARE = 0.75
"""No check begins after this share of the budget; what is left over is not run."""

LAST_END_SHARE = 0.93
"""Whatever still runs after this share of the budget is ended, and has not been run."""

_TICK_S = 0.2

Progress: TypeAlias = Callable[[Result, int, int], None]
"""Is told of each result, how many there are by now, and how many there will be."""


class KitError(Exception):
    """The kit itself has failed; this says nothing about the client."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What to run.

    Attributes:
        subject: The client under test.
        checks: What it is checked for.
        limits: How much is tried.
        workers: How many processes do it.
        known: The failures that somebody has said will happen.
        every_id: The ids of all checks, also of those that are not to be run.
        budget_s: How long the run may take, in real seconds.
    """

    client: ClientUnderTest
    test_cases: Sequence[TestCase]
    limits: Limits = field(default_factory=Limits)
    workers: int = 4
    known: tuple[KnownFailure, ...] = ()
    every_id: tuple[str, ...] = ()
    budget_s: float = BUDGET_S


def run(wanted: Run, progress: Progress = lambda *_: None) -> Report:
    """Run checks, and report on them in the order in which they were given.

    A KeyboardInterrupt ends the run, and the report is about what was run until then.

    Raises:
        DriverBrokenError: the driver does not keep to the protocol.
        KitError: the kit has failed.
        UnsupportedSystemError: this is Windows.
    """
    require_posix()
    began = time.monotonic()
    pool = WorkerPool(wanted, progress)
    found = pool.run()
    in_order = [
        found.get(test_case.id) or make_result(test_case, "not run", examples=0)
        for test_case in wanted.test_cases
    ]
    every_id = wanted.every_id or tuple(test_case.id for test_case in wanted.test_cases)
    results, stale = apply_known_failures(in_order, wanted.known, every_id)
    return Report(
        driver=wanted.client.name,
        seed=wanted.limits.seed,
        examples=wanted.limits.examples,
        elapsed_s=time.monotonic() - began,
        results=results,
        stale=stale,
        version=_version(),
        interrupted_by=pool.interrupted_by,
    )


def budget_for(examples: int, timeout_scale: float = 1.0) -> float:
    """Return how long a run may take: more than the default examples need more time."""
    return BUDGET_S * max(1.0, examples / Limits.examples) * max(1.0, timeout_scale)


class WorkerPool:
    """Workers, and what is still to be done.

    Attributes:
        interrupted_by: The number of the signal that ended the run, if one did.
    """

    def __init__(self, wanted: Run, progress: Progress) -> None:
        self._wanted = wanted
        self._progress = progress
        self.interrupted_by: int | None = None
        self._found: dict[str, Result] = {}
        now = time.monotonic()
        self._last_start = now + LAST_START_SHARE * wanted.budget_s
        self._last_end = now + LAST_END_SHARE * wanted.budget_s
        # What takes longest comes first, so that no worker is left with it at the end.
        self._todo = deque(
            sorted(wanted.test_cases, key=lambda each: not isinstance(each, Property))
        )

    def run(self) -> dict[str, Result]:
        """Let the workers do it, and return what became of each check that was run."""
        number = max(1, min(self._wanted.workers, len(self._todo)))
        workers: list[Worker] = []
        try:
            with hold_signals():
                for _ in range(number if self._todo else 0):
                    worker = Worker.start(self._wanted.client, self._wanted.limits)
                    workers.append(worker)
                    self._assign(worker)
            self._gather(workers)
        except KeyboardInterrupt as interrupt:
            self.interrupted_by = find_signal(interrupt)
        finally:
            for worker in workers:
                worker.stop()
            for worker in workers:
                worker.join()
        return self._found

    def _gather(self, workers: list[Worker]) -> None:
        while busy := [worker for worker in workers if worker.test_case is not None]:
            left_s = self._last_end - time.monotonic()
            if left_s <= 0:
                return
            ready = wait([worker.connection for worker in busy], min(left_s, _TICK_S))
            for worker in busy:
                if worker.connection in ready:
                    self._take(worker)

    def _take(self, worker: Worker) -> None:
        kind, what = worker.answer()
        if kind == "broken":
            raise DriverBrokenError(what)
        if kind == "crashed":
            raise KitError(what)
        self._found[what.id] = what
        self._progress(what, len(self._found), len(self._wanted.test_cases))
        self._assign(worker)

    def _assign(self, worker: Worker) -> None:
        """Give a worker something to do, if there is anything and time for it."""
        now = time.monotonic()
        if self._todo and now < self._last_start:
            worker.give(self._todo.popleft(), self._last_start - now)


def _version() -> str:
    try:
        return version("segmind-emulator")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
