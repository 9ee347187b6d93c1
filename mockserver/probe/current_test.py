"""The test that is running in this process, as far as its runner tells.

pytest's variable `PYTEST_CURRENT_TEST` does not: processes that a test starts inherit it, and a
server that lasts for a session would have the first test's for ever.
"""

from __future__ import annotations

import os

_running: list[tuple[int, str]] = []  # by which process it was told, and which test


def find_current_test() -> str | None:
    """Return the id of the test; None where none is known to run in this very process."""
    if not _running:
        return None
    process, test = _running[-1]
    return test if process == os.getpid() else None


def enter_test(test: str) -> None:
    """Note that a test begins."""
    _running.append((os.getpid(), test))


def leave_test() -> None:
    """Note that it has ended."""
    _running.pop()
