"""The checks that patterns choose by their ids, and what was meant where they choose none."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from client_tests.cases.catalogue import TestCase

_ALIKE = 0.7


def select_test_cases(every: Sequence[TestCase], only: Sequence[str]) -> list[TestCase]:
    """Return the checks that match one of these patterns; all of them where there is none.

    Raises:
        LookupError: no check does; the message says which pattern was meant.
    """
    chosen = [each for each in every if not only or _matches(each, only)]
    if only and not chosen:
        meant = _find_meant(only[0], [each.id for each in every])
        hint = f"did you mean {meant}? " if meant else ""
        raise LookupError(f"no check matches {' or '.join(only)} ({hint}--list shows all)")
    return chosen


def _matches(test_case: TestCase, only: Sequence[str]) -> bool:
    return any(fnmatchcase(test_case.id, pattern) for pattern in only)


def _find_meant(pattern: str, ids: Sequence[str]) -> str | None:
    """Return the check, or the group of checks, whose name is most like a pattern."""
    groups = sorted({f"{each.rpartition('/')[0]}/*" for each in ids})
    close = get_close_matches(pattern, [*groups, *ids], n=1, cutoff=_ALIKE)
    return close[0] if close else None
