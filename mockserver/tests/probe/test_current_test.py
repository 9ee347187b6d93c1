"""Which test is running in this process."""

from __future__ import annotations

import os

from mockserver.probe.current_test import enter_test, find_current_test, leave_test


def test_the_innermost_test_is_the_one_that_runs():
    """Suites of suites run tests within tests."""
    enter_test("outer")
    enter_test("inner")
    assert find_current_test() == "inner"
    leave_test()
    assert find_current_test() == "outer"
    leave_test()
    assert find_current_test() != "outer"


def test_a_process_that_a_test_started_runs_no_test(monkeypatch):
    """It may outlast the test: forked ones have all that was noted, others pytest's variable."""
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "test_a.py::test_b (setup)")
    assert find_current_test() is None
    enter_test("a")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert find_current_test() is None
    leave_test()
