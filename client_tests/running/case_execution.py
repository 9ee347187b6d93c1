"""Running a written case: one that fails is run again, to tell whether it always does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

from client_tests.cases.catalogue import TestCase
from client_tests.cases.model import Case
from client_tests.judging.assertions import find_violations, is_unsupported
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Violation
from client_tests.running.limits import Limits
from client_tests.running.results import Failure, Result, Status

FLAKY = "flaky"
"""The assertion that says that a case failed once and passed once."""


class CaseRunner(Protocol):
    """Something that runs cases: a test bed."""

    def run_case(self, case: Case) -> Trace:
        """Let the server behave as the case says, ask, and see what happened."""


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
            found, plays = run_again(case, self._testbed, found), 2
        failure = Failure(case=case, violations=tuple(found), trace=trace)
        return make_failed_result(case, save_failure(failure, self._limits.folder), examples=plays)


def run_again(case: Case, testbed: CaseRunner, found: list[Violation]) -> list[Violation]:
    """Play a case that failed once more, and return what was wrong in both."""
    second = find_violations(case, testbed.run_case(case))
    if not select_failing(case, second):
        message = "It failed, and passed when it was played again: what it does is not settled."
        return [*found, Violation(FLAKY, "SHOULD", message)]
    known = {each.assertion for each in found}
    return [*found, *(each for each in second if each.assertion not in known)]
