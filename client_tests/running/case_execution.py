"""Running a written case: one that fails is run again, to tell whether it always does."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

from client_tests.cases.catalogue import TestCase
from client_tests.cases.model import Case
from client_tests.judging.assertions import find_violations, is_unsupported, select_failing
from client_tests.judging.trace import Trace
from client_tests.running.limits import Limits
from client_tests.running.results import Failure, Result, Status


class CaseRunner(Protocol):
    """Something that runs cases: a test bed.

    Attributes:
        last_case: The case that was played last by the processes that run now, if any was.
    """

    last_case: Case | None

    def run_case(self, case: Case) -> Trace:
        """Let the server behave as the case says, ask, and see what happened."""

    def renew_drivers(self) -> None:
        """Let the next case be played by processes that have seen nothing yet."""


def make_result(test_case: TestCase, status: Status, **parts: Any) -> Result:
    """Return what became of a check."""
    kind: Literal["case", "property"] = "case" if isinstance(test_case, Case) else "property"
    header = {
        name: getattr(test_case, name) for name in ("id", "title", "level", "facts", "feature")
    }
    return Result(**{**header, "kind": kind, "status": status, **parts})


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
        began, before = time.monotonic(), self._testbed.last_case
        trace = self._testbed.run_case(case)
        if is_unsupported(trace):
            return make_result(case, "not covered")
        found = find_violations(case, trace)
        if not select_failing(case, found):
            played = Failure(case=case, violations=(), trace=trace)
            kept = played if self._limits.keeps_played else None
            return make_result(case, "passed", advice=tuple(found), played=kept)
        failure = Failure(case=case, violations=tuple(found), trace=trace, before=before)
        if time.monotonic() - began >= self._limits.shrink_s:
            return make_failed_result(case, save_failure(failure, self._limits.folder))
        result = play_again(case, failure, self._testbed, self._limits)
        return replace(result, examples=result.plays)


def play_again(
    test_case: TestCase, failure: Failure, testbed: CaseRunner, limits: Limits
) -> Result:
    """Play a case that failed once more, as a replay of it does: by processes that are new.

    One that passes then is flaky until a third play has decided.
    """
    case = failure.case
    testbed.renew_drivers()
    second = find_violations(case, testbed.run_case(case))
    if not select_failing(case, second):
        flaky = make_failed_result(test_case, save_failure(failure, limits.folder), plays=2)
        return replace(flaky, status="flaky")
    known = {each.assertion for each in failure.violations}
    others = (each for each in second if each.assertion not in known)
    failure = replace(failure, violations=(*failure.violations, *others))
    return make_failed_result(test_case, save_failure(failure, limits.folder), plays=2)


def decide(result: Result, testbed: CaseRunner, folder: Path | None) -> Result:
    """Play what has failed once and passed once a third time: two of three decide.

    It is played by new processes, after whatever had been played before it when it failed: so what
    fails only after that is found, and saved with it.
    """
    failure = result.failure
    assert failure is not None  # noqa: S101 (or it would not be flaky)
    case = failure.case
    if failure.before is None:
        testbed.renew_drivers()
    else:
        case = replace(case, after=(replace(failure.before, after=()),))
    trace = testbed.run_case(case)
    found = find_violations(case, trace)
    if not select_failing(case, found):
        return replace(result, plays=3)
    failed = replace(failure, case=case, violations=tuple(found), trace=trace)
    return replace(result, status="failed", failure=save_failure(failed, folder), plays=3)
