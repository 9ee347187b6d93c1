"""Running a property under Hypothesis: the first example that fails is shrunk for a while."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import NoReturn

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from client_tests.cases.model import Case
from client_tests.cases.properties import Property
from client_tests.judging.assertions import find_violations, is_unsupported, select_failing
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Violation
from client_tests.running.case_execution import (
    CaseRunner,
    make_failed_result,
    make_result,
    play_again,
    save_failure,
    scale_deadlines,
)
from client_tests.running.declared import find_undeclared
from client_tests.running.limits import Limits
from client_tests.running.results import Failure, Result, Status

_PATIENCE = 10
"""After so many examples that the driver says it cannot do, a property is not covered."""


class _FailedError(Exception):
    """An example failed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.violations[0].message)
        self.failure = failure


class _EnoughError(KeyboardInterrupt):
    """The run of a property ends here; Hypothesis lets this pass and saves nothing for it."""


class PropertyExecution:
    """A property under Hypothesis."""

    def __init__(self, test_case: Property, testbed: CaseRunner, limits: Limits) -> None:
        self._property, self._testbed, self._limits = test_case, testbed, limits
        self._examples = self._unsupported = 0
        self._passed: set[str] = set()
        self._failures: dict[str, Failure] = {}
        self._advice: dict[str, Violation] = {}
        self._assertion: str | None = None
        self._problem: BaseException | None = None
        self._ends_at: float | None = None
        self._play_s = 0.0

    def run(self) -> Result:
        """Look for an example that fails, and shrink it."""
        failure = self._failure()
        if self._problem is not None:
            raise self._problem
        if failure is not None:
            return replace(self._settle(failure), examples=self._examples)
        status: Status = "passed" if self._examples else "not covered"
        if not self._examples and not self._unsupported:
            status = "not run"
        advice = tuple(self._advice.values())
        return make_result(self._property, status, examples=self._examples, advice=advice)

    def _failure(self) -> Failure | None:
        try:
            self._make_search()()
        except _FailedError as error:
            return error.failure
        except _EnoughError:
            if self._failures:
                return self._failures[min(self._failures, key=len)]
        return None

    def _make_search(self) -> Callable[[], None]:
        limits, test_case = self._limits, self._property
        folder = limits.folder and limits.folder / "examples" / test_case.id
        wanted = settings(
            max_examples=test_case.examples(limits.examples),
            database=DirectoryBasedExampleDatabase(folder) if folder else None,
            deadline=None,
            derandomize=False,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        number = sha256(f"{limits.seed}/{test_case.id}".encode()).digest()[:8]

        def example(case: Case) -> None:
            failure = self._run_example(case)
            if failure is not None:  # from one line alone: Hypothesis tells bugs apart by it
                raise _FailedError(failure)

        seeded = seed(int.from_bytes(number))(given(case=test_case.strategy())(example))
        found: Callable[[], None] = wanted(seeded)  # after the seed, which forgets the database
        return found

    def _run_example(self, case: Case) -> Failure | None:
        """Play an example; one that was played before ends as it did then."""
        case = scale_deadlines(case, self._limits.timeout_scale)
        text = json.dumps(case.to_json())
        if text in self._failures or text in self._passed or not self._is_supported(case):
            return self._failures.get(text)
        self._check_time()
        began, before = time.monotonic(), self._testbed.last_case
        try:
            trace = self._testbed.run_case(case)
        except Exception as error:  # noqa: BLE001 (raised again, outside of Hypothesis)
            self._stop(error)
        self._play_s = time.monotonic() - began
        if is_unsupported(trace):
            self._unsupported += 1
            return None
        self._examples += 1
        return self._assess(case, text, trace, before)

    def _assess(self, case: Case, text: str, trace: Trace, before: Case | None) -> Failure | None:
        """Fail an example; while it is shrunk, only for what was wrong with the first."""
        found = find_violations(case, trace)
        wrong = find_undeclared(case, trace, select_failing(case, found), self._limits.traits)
        if self._assertion is not None:
            wrong = [each for each in wrong if each.assertion == self._assertion]
        if not wrong:
            self._passed.add(text)
            for each in found:
                if each.level == "SHOULD":
                    self._advice.setdefault(each.assertion, each)
            return None
        if self._assertion is None:
            self._assertion = wrong[0].assertion
            self._ends_at = time.monotonic() + self._limits.shrink_s
        failure = Failure(case=case, violations=tuple(found), trace=trace, before=before)
        self._failures[text] = failure
        return failure

    def _is_supported(self, case: Case) -> bool:
        """Tell whether the driver has what a case asks for."""
        if not self._examples and self._unsupported >= _PATIENCE:
            raise _EnoughError
        features = self._limits.features
        has_all = features is None or {operation.op for operation in case.operations} <= features
        self._unsupported += not has_all
        return has_all

    def _check_time(self) -> None:
        """End when the time is over, or would be with an example like the last one.

        It begins with the first example: before that, Hypothesis may have to get itself ready.
        """
        now = time.monotonic()
        if self._ends_at is None:
            self._ends_at = now + self._limits.slice_s
        play_s = self._play_s if self._assertion is not None else 0
        if now + play_s > self._ends_at:
            raise _EnoughError

    def _stop(self, problem: Exception) -> NoReturn:
        self._problem = problem
        raise _EnoughError from problem

    def _settle(self, failure: Failure) -> Result:
        """Return what is wrong, and whether it always is."""
        if self._play_s >= self._limits.shrink_s / 2:
            saved = save_failure(failure, self._limits.folder)
            return make_failed_result(self._property, saved)
        return play_again(self._property, failure, self._testbed, self._limits)
