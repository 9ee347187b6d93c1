"""Which test is running in this process."""

from __future__ import annotations

from mockserver.probe.current_test import enter_test, find_current_test, leave_test


def test_pytest_tells_its_test_in_a_variable(monkeypatch):
    """The phase is no part of the id."""
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "test_a.py::test_b[x (1)] (teardown)")
    assert find_current_test() == "test_a.py::test_b[x (1)]"
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    assert find_current_test() is None


def test_the_innermost_test_of_unittest_is_the_one_that_runs():
    """Suites of suites run tests within tests."""
    enter_test("outer")
    enter_test("inner")
    assert find_current_test() == "inner"
    leave_test()
    assert find_current_test() == "outer"
    leave_test()
    assert find_current_test() != "outer"
