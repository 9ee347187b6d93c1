"""Running all checks: over several workers, within a budget, and into one report."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from math import inf
from multiprocessing.connection import wait
from typing import TypeAlias

from client_tests.cases.catalogue import TestCase
from client_tests.cases.profiles import Profile, contains
from client_tests.driver.messages import DriverBrokenError
from client_tests.driver.systems import require_posix
from client_tests.running.case_execution import make_result
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.declared import is_declared
from client_tests.running.known_failures import KnownFailure, apply_known_failures
from client_tests.running.limits import Limits
from client_tests.running.order import order_test_cases
from client_tests.running.results import Failure, Report, Result
from client_tests.running.signals import find_signal, hold_signals
from client_tests.running.workers import Task, Worker

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


class _EnoughError(Exception):
    """The run ends here, with what was found."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What to run.

    Attributes:
        client: The client under test.
        test_cases: What it is checked for.
        limits: How much is tried.
        workers: How many processes do it.
        known: The failures that somebody has said will happen.
        every_id: The ids of all checks, also of those that are not to be run.
        budget_s: How long the run may take, in real seconds; None: as long as it takes.
        stop_at_first: Whether the first MUST that fails, and that nobody has said would, ends it.
        profile: The MUST checks of which profile may fail the run.
    """

    client: ClientUnderTest
    test_cases: Sequence[TestCase]
    limits: Limits = field(default_factory=Limits)
    workers: int = 4
    known: tuple[KnownFailure, ...] = ()
    every_id: tuple[str, ...] = ()
    budget_s: float | None = BUDGET_S
    stop_at_first: bool = False
    profile: Profile = "robust"


def run(wanted: Run, progress: Progress = lambda *_: None) -> Report:
    """Run checks, and report on them in the order in which they were given.

    A KeyboardInterrupt ends the run, and the report is about what was run until then.

    Raises:
        DriverBrokenError: the driver does not keep to the protocol, from the beginning.
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
        broken_driver=pool.broken_driver,
        profile=wanted.profile,
    )


def budget_for(examples: int, timeout_scale: float = 1.0) -> float:
    """Return how long a run may take: more than the default examples need more time."""
    return BUDGET_S * max(1.0, examples / Limits.examples) * max(1.0, timeout_scale)


class WorkerPool:
    """Workers, and what is still to be done.

    Attributes:
        interrupted_by: The number of the signal that ended the run, if one did.
        broken_driver: What of a driver's ended the run, if that did.
    """

    def __init__(self, wanted: Run, progress: Progress) -> None:
        self._wanted = wanted
        self._progress = progress
        self.interrupted_by: int | None = None
        self.broken_driver: str | None = None
        self._found: dict[str, Result] = {}
        self._strays: dict[str, Failure] = {}
        budget_s = inf if wanted.budget_s is None else wanted.budget_s
        now = time.monotonic()
        self._last_start = now + LAST_START_SHARE * budget_s
        self._last_end = now + LAST_END_SHARE * budget_s
        self._todo = deque(order_test_cases(wanted.test_cases))

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
            self._decide(workers)
            self._listen(workers)
        except KeyboardInterrupt as interrupt:
            self.interrupted_by = find_signal(interrupt)
        except DriverBrokenError as error:
            if not self._found:
                raise
            self.broken_driver = str(error)
        except _EnoughError:
            pass
        finally:
            for worker in workers:
                worker.stop()
            for worker in workers:
                worker.join()
        return self._found

    def _gather(self, workers: list[Worker]) -> None:
        """Take what comes, until nobody is busy any more.

        Raises:
            _EnoughError: there is no time left, or something has failed and that is enough.
        """
        while busy := [worker for worker in workers if worker.is_busy]:
            left_s = self._last_end - time.monotonic()
            if left_s <= 0:
                raise _EnoughError
            ready = wait([worker.connection for worker in busy], min(left_s, _TICK_S))
            for worker in busy:
                if worker.connection in ready:
                    self._take(worker)

    def _decide(self, workers: list[Worker]) -> None:
        """Have each flaky check played a third time while no other worker does anything."""
        for result in [each for each in self._found.values() if each.status == "flaky"]:
            workers[0].give(Task(flaky=result))
            self._gather(workers)

    def _listen(self, workers: list[Worker]) -> None:
        """Have each worker look once more at what clients still ask."""
        for worker in workers:
            worker.give(Task())
        self._gather(workers)

    def _take(self, worker: Worker) -> None:
        kind, what = worker.answer()
        if kind == "broken":
            raise DriverBrokenError(what)
        if kind == "crashed":
            raise KitError(what)
        for failure in what.strays:
            self._charge(failure)
        if what.result is not None:
            self._note(what.result)
        self._assign(worker)

    def _note(self, result: Result) -> None:
        """Note what became of a check, and end the run if that is enough."""
        stray = self._strays.get(result.id)
        if stray:
            result = add_stray(result, stray)
        self._found[result.id] = result
        self._progress(result, len(self._found), len(self._wanted.test_cases))
        if self._wanted.stop_at_first and self._fails_the_run(result):
            raise _EnoughError

    def _fails_the_run(self, result: Result) -> bool:
        """Tell whether a result is a MUST of the profile that failed, and nobody has said would."""
        wanted = self._wanted
        is_known = any(each.is_about(result.id) for each in wanted.known)
        has_failed = result.status == "failed" and result.level == "MUST" and not is_known
        is_asked = contains(wanted.profile, result.profile)
        return has_failed and is_asked and not is_declared(result, wanted.limits.traits)

    def _charge(self, stray: Failure) -> None:
        """Charge a case with what its client asked after the end, now or once it has a result."""
        self._strays.setdefault(stray.case.id, stray)
        if stray.case.id in self._found:
            self._note(self._found[stray.case.id])

    def _assign(self, worker: Worker) -> None:
        """Give a worker something to do, if there is anything and time for it."""
        now = time.monotonic()
        if self._todo and now < self._last_start:
            worker.give(Task(test_case=self._todo.popleft(), left_s=self._last_start - now))


def add_stray(result: Result, stray: Failure) -> Result:
    """Return what became of a check whose client went on after the end of one of its cases."""
    failure = result.failure if result.status == "failed" else None
    if failure is None:
        return replace(result, status="failed", level="MUST", failure=stray)
    if any(each in failure.violations for each in stray.violations):
        return result
    found = (*failure.violations, *stray.violations)
    shown = {each.seq for each in failure.trace.exchanges}
    later = [each for each in stray.trace.exchanges if each.seq not in shown]
    trace = replace(failure.trace, exchanges=(*failure.trace.exchanges, *later))
    failure = replace(failure, violations=found, trace=trace)
    return replace(result, level="MUST", failure=failure)


def _version() -> str:
    try:
        return version("segmind-emulator")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
