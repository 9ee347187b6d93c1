"""The checks that patterns choose by their ids, and what was meant where they choose none."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from client_tests.cases.catalogue import TestCase

_ALIKE = 0.7


def select_test_cases(
    every: Sequence[TestCase], only: Sequence[str], skip: Sequence[str] = ()
) -> list[TestCase]:
    """Return the checks that match one of these patterns, or all where there is none.

    Args:
        every: The checks.
        only: Patterns of which one has to match.
        skip: Patterns of which none may; each has to match some check.

    Raises:
        LookupError: there is no such check; the message says which pattern was meant.
    """
    chosen = [each for each in every if not only or _matches(each, only)]
    if only and not chosen:
        raise LookupError(_refuse(only, every))
    for pattern in skip:
        if not any(_matches(each, [pattern]) for each in every):
            raise LookupError(_refuse([pattern], every))
    return [each for each in chosen if not _matches(each, skip)]


def _refuse(patterns: Sequence[str], every: Sequence[TestCase]) -> str:
    meant = _find_meant(patterns[0], [each.id for each in every])
    hint = f"did you mean {meant}? " if meant else ""
    return f"no check matches {' or '.join(patterns)} ({hint}--list shows all)"


def _matches(test_case: TestCase, only: Sequence[str]) -> bool:
    return any(fnmatchcase(test_case.id, pattern) for pattern in only)


def _find_meant(pattern: str, ids: Sequence[str]) -> str | None:
    """Return the check, or the group of checks, whose name is most like a pattern."""
    groups = sorted({f"{each.rpartition('/')[0]}/*" for each in ids})
    close = get_close_matches(pattern, [*groups, *ids], n=1, cutoff=_ALIKE)
    return close[0] if close else None
