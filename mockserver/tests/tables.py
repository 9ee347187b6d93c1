"""Tests of every row of a table, each one item for pytest, which takes milliseconds for an item."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import pytest

Test: TypeAlias = Callable[..., None]


def for_each(name: str, rows: Iterable[Any]) -> Callable[[Test], Test]:
    """Run a test for each row, which it takes by a name; it fails with all rows that fail.

    For tests that take no fixture which another row could have changed.
    """
    rows = list(rows)

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        others = [each for each in signature.parameters.values() if each.name != name]

        @functools.wraps(test)
        def run(**fixtures: Any) -> None:
            check_each(rows, lambda row: test(**{name: row}, **fixtures))

        run.__signature__ = signature.replace(parameters=others)
        return run

    return decorate


def check_each(rows: Iterable[Any], check: Callable[[Any], None]) -> None:
    """Run a check for each row, of which there is one at least.

    Raises:
        BaseExceptionGroup: what failed, each with its row as a note.
    """
    count, failures = 0, []
    for row in rows:
        count += 1
        try:
            check(row)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001
            error.add_note(f"row: {row!r}")
            failures.append(error)
    assert count, "no rows"
    if failures:
        raise BaseExceptionGroup(f"{len(failures)} of {count} rows", failures)
