"""Running one check, a written case or a property, on a bench.

A property is run by Hypothesis, in this process: the same seed plays the same cases. The first
one that fails is shrunk for a while, and what it has shrunk to is saved as a file, which
`segmock verify replay` plays again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NoReturn, Protocol, TypeAlias

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from client_tests.cases.model import Case
from client_tests.cases.properties import Property, properties
from client_tests.judging.assertions import Violation, find_violations, is_unsupported
from client_tests.judging.trace import Trace
from client_tests.running.results import Failure, Result, Status

TestCase: TypeAlias = Case | Property

FLAKY = "flaky"
"""The assertion that says that a case failed once and passed once."""

_PATIENCE = 10
"""After so many examples that the driver says it cannot do, a property is not covered."""


class CaseRunner(Protocol):
    """Something that plays cases: a bench."""

    def run_case(self, case: Case) -> Trace:
        """Let the server behave as the case says, ask, and see what happened."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is tried, and for how long.

    Attributes:
        examples: How many cases a property plays at the most.
        seed: What they depend on, together with the examples that were saved.
        shrink_s: How long the first that fails may be shrunk, in real seconds.
        slice_s: How long a property may look for one; with fewer examples by then it has passed.
        folder: Where failures and examples are saved; None saves nothing.
        features: The operations that the driver has; None: it says so itself.
        timeout_scale: By how much every deadline is longer than the case says.
    """

    examples: int = 100
    seed: int = 0
    shrink_s: float = 10.0
    slice_s: float = 30.0
    folder: Path | None = Path(".segmock")
    features: frozenset[str] | None = None
    timeout_scale: float = 1.0


def load_test_cases() -> list[TestCase]:
    """Return every check, in the order in which they are listed."""
    from client_tests.cases.suites import scenarios

    return [*scenarios(), *properties()]


def run(test_case: TestCase, testbed: CaseRunner, limits: Limits) -> Result:
    """Run a check.

    Raises:
        DriverBrokenError: a driver does not keep to the protocol.
    """
    if limits.features is not None and test_case.feature not in limits.features:
        return make_result(test_case, "not covered", examples=0)
    began = time.monotonic()
    execution = (
        CaseExecution(test_case, testbed, limits)
        if isinstance(test_case, Case)
        else PropertyExecution(test_case, testbed, limits)
    )
    return replace(execution.run(), elapsed_s=time.monotonic() - began)


def make_result(test_case: TestCase, status: Status, **parts: Any) -> Result:
    """Return what became of a check."""
    kind: Literal["case", "property"] = "case" if isinstance(test_case, Case) else "property"
    header = {
        name: getattr(test_case, name) for name in ("id", "title", "level", "facts", "feature")
    }
    return Result(**{**header, "kind": kind, "status": status, **parts})


def select_failing(case: Case, found: Iterable[Violation]) -> list[Violation]:
    """Return those violations that fail a case: in one that SHOULD hold, any of them."""
    return [each for each in found if each.level == "MUST" or case.level == "SHOULD"]


def make_failed_result(test_case: TestCase, failure: Failure, **parts: Any) -> Result:
    """Return a failed check; a MUST that is broken in a SHOULD check is as serious as ever."""
    is_serious = any(each.level == "MUST" for each in failure.violations)
    level = "MUST" if is_serious else test_case.level
    return make_result(test_case, "failed", failure=failure, level=level, **parts)


def scale_deadlines(case: Case, scale: float) -> Case:
    """Return a case with longer deadlines."""
    operations = (
        replace(operation, timeout_s=min(60.0, operation.timeout_s * scale))
        for operation in case.operations
    )
    return case if scale == 1 else replace(case, operations=tuple(operations))


def save_failure(failure: Failure, folder: Path | None) -> Failure:
    """Write the case of a failure to a file that can be played again."""
    if folder is None:
        return failure
    file = folder / "failures" / f"{failure.case.id}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(failure.case.to_json(), indent=2) + "\n"
    file.write_text(text, encoding="utf-8")
    return replace(failure, file=file)


class CaseExecution:
    """A written case: one that fails is played again, to tell whether it always does."""

    def __init__(self, case: Case, testbed: CaseRunner, limits: Limits) -> None:
        self._case, self._testbed, self._limits = case, testbed, limits

    def run(self) -> Result:
        """Play it."""
        case = scale_deadlines(self._case, self._limits.timeout_scale)
        began = time.monotonic()
        trace = self._testbed.run_case(case)
        if is_unsupported(trace):
            return make_result(case, "not covered")
        found = find_violations(case, trace)
        if not select_failing(case, found):
            return make_result(case, "passed", advice=tuple(found))
        elapsed_s = time.monotonic() - began
        plays = 1
        if elapsed_s < self._limits.shrink_s:
            found, plays = _run_again(case, self._testbed, found), 2
        failure = Failure(case=case, violations=tuple(found), trace=trace)
        return make_failed_result(case, save_failure(failure, self._limits.folder), examples=plays)


def _run_again(case: Case, testbed: CaseRunner, found: list[Violation]) -> list[Violation]:
    """Play a case that failed once more, and return what was wrong in both."""
    second = find_violations(case, testbed.run_case(case))
    if not select_failing(case, second):
        message = "It failed, and passed when it was played again: what it does is not settled."
        return [*found, Violation(FLAKY, "SHOULD", message)]
    known = {each.assertion for each in found}
    return [*found, *(each for each in second if each.assertion not in known)]


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
            found = self._settle(failure)
            failure = save_failure(replace(failure, violations=found), self._limits.folder)
            return make_failed_result(self._property, failure, examples=self._examples)
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
        began = time.monotonic()
        try:
            trace = self._testbed.run_case(case)
        except Exception as error:  # noqa: BLE001 (raised again, outside of Hypothesis)
            self._stop(error)
        self._play_s = time.monotonic() - began
        if is_unsupported(trace):
            self._unsupported += 1
            return None
        self._examples += 1
        return self._assess(case, text, trace)

    def _assess(self, case: Case, text: str, trace: Trace) -> Failure | None:
        """Fail an example; while it is shrunk, only for what was wrong with the first."""
        found = find_violations(case, trace)
        wrong = select_failing(case, found)
        if self._assertion is not None:
            wrong = [each for each in wrong if each.assertion == self._assertion]
        if not wrong:
            self._passed.add(text)
            for each in found:
                self._advice.setdefault(each.assertion, each)
            return None
        if self._assertion is None:
            self._assertion = wrong[0].assertion
            self._ends_at = time.monotonic() + self._limits.shrink_s
        self._failures[text] = Failure(case=case, violations=tuple(found), trace=trace)
        return self._failures[text]

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

    def _settle(self, failure: Failure) -> tuple[Violation, ...]:
        """Return what is wrong, and whether it always is."""
        if self._play_s >= self._limits.shrink_s / 2:
            return failure.violations
        return tuple(_run_again(failure.case, self._testbed, list(failure.violations)))
