"""What tests tell an audit: whose account that is, and how tests of unittest's went.

It is loaded in a suite that is audited alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from unittest import TestCase, TestResult

from mockserver.handles.control_client import HttpControlClient
from mockserver.probe.current_test import enter_test, find_current_test, leave_test
from mockserver.probe.lines import (
    Began,
    Ended,
    OfAccount,
    Outcome,
    Started,
    read_now_us,
    write_line,
)
from mockserver.probe.runs import CurrentRun, rearm

_COMPLAINT = "segmock: MUST "
"""What a complaint about a broken rule begins with."""


def has_verdict(text: str) -> bool:
    """Tell whether the text of a failure is about a rule of segmock's that was broken."""
    return _COMPLAINT in text


def tell_account(folder: Path, api_key: str, *, is_shared: bool) -> None:
    """Write down that the test which is running has the account of this key.

    Args:
        folder: Of the audit.
        api_key: The key.
        is_shared: Whether tests that follow in this process may have it too.
    """
    test = find_current_test()
    if test is not None:
        process = os.getpid() if is_shared else 0
        write_line(folder, OfAccount(test=test, api_key=api_key, shared_in=process))


def reset_offered_server() -> None:
    """Bring the server that the audit offers back to how it started, if there is one."""
    if url := os.environ.get("SEGMOCK_URL"):
        HttpControlClient(url).call("POST", "/_mock/reset", body={})


def watch_unittest(folder: Path) -> None:
    """Have every test of unittest's tell when it begins and how it has ended, from now on.

    Tests that the audit's run is not about do nothing, and are not told of.
    """
    current, run_test = CurrentRun(folder), TestCase.run
    write_line(folder, Started(runner="unittest"))

    @wraps(run_test)
    def run_watched(self: TestCase, result: TestResult | None = None) -> TestResult | None:
        run, test = current.read(), self.id()
        if not run.wants(test):
            return result
        if result is None:
            result = self.defaultTestResult()
        rearm(folder, run)
        write_line(folder, Began(run=run.run, at_us=read_now_us(), test=test, process=os.getpid()))
        find_outcome = _watch_result(result)
        enter_test(test)
        try:
            return run_test(self, result)
        finally:
            leave_test()
            outcome, failed_by_rule = find_outcome()
            ended = Ended(
                run=run.run,
                at_us=read_now_us(),
                test=test,
                outcome=outcome,
                has_verdict=failed_by_rule,
            )
            write_line(folder, ended)

    TestCase.run = run_watched  # type: ignore[method-assign]


def _watch_result(result: TestResult) -> Callable[[], tuple[Outcome, bool]]:
    """Return what tells how the next test went, by what it has added to the result."""
    lists = (result.failures, result.errors)
    before, skipped = [len(each) for each in lists], len(result.skipped)
    odd = len(result.unexpectedSuccesses)

    def find_outcome() -> tuple[Outcome, bool]:
        texts = [
            text for each, count in zip(lists, before, strict=True) for _, text in each[count:]
        ]
        if texts or len(result.unexpectedSuccesses) > odd:
            return "failed", any(map(has_verdict, texts))
        return ("skipped" if len(result.skipped) > skipped else "passed"), False

    return find_outcome
