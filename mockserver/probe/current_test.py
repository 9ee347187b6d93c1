"""The test that is running in this process, as far as its runner tells."""

from __future__ import annotations

import os

_of_unittest: list[str] = []


def find_current_test() -> str | None:
    """Return the id of the test; None where none is known to run.

    pytest tells in a variable, as `ID (phase)`; a test of unittest's says so itself.
    """
    if _of_unittest:
        return _of_unittest[-1]
    told = os.environ.get("PYTEST_CURRENT_TEST")
    return told.rpartition(" (")[0] if told else None


def enter_test(test: str) -> None:
    """Note that a test of unittest's begins."""
    _of_unittest.append(test)


def leave_test() -> None:
    """Note that it has ended."""
    _of_unittest.pop()
