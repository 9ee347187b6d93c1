"""Failures that somebody has said will happen: lines of `GLOB  # reason`.

The list is kept honest: a listed check that passes, and a line that no check answers to, fail the
run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from client_tests.running.results import Result
from client_tests.text_files import read_text


class KnownFailuresError(ValueError):
    """A line gives no pattern, or no reason."""


@dataclass(frozen=True)
class KnownFailure:
    """One line: which checks fail, and why."""

    pattern: str
    reason: str

    def is_about(self, check_id: str) -> bool:
        """Tell whether the pattern matches a check's id."""
        return fnmatchcase(check_id, self.pattern)


def load(path: Path) -> tuple[KnownFailure, ...]:
    """Read a file of known failures; lines that are empty or begin with # say nothing.

    Raises:
        KnownFailuresError: it cannot be read, or a line has no reason.
    """
    try:
        text = read_text(path)
    except ValueError as error:
        raise KnownFailuresError(f"{path}: {error}") from None
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pattern, _, reason = (part.strip() for part in line.partition("#"))
        if not reason:
            raise KnownFailuresError(
                f"{path}:{number}: {pattern} has no reason; write: {pattern}  # why"
            )
        found.append(KnownFailure(pattern, reason))
    return tuple(found)


def apply_known_failures(
    results: Iterable[Result], known: Sequence[KnownFailure], every_id: Iterable[str]
) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """Return the results with the reasons of those that failed, and what is stale in the list.

    Args:
        results: What became of the checks that were run.
        known: The lines.
        every_id: The ids of all checks, also those that were not asked for.
    """
    ids = list(every_id)
    stale = [f"{each.pattern} matches no check" for each in known if not _any(each, ids)]
    found = []
    for result in results:
        line = next((each for each in known if each.is_about(result.id)), None)
        if line and result.status == "passed":
            stale.append(f"{result.id} passes, though {line.pattern} lists it as failing")
        is_known = line is not None and result.status == "failed"
        found.append(replace(result, known=line.reason) if line and is_known else result)
    return tuple(found), tuple(stale)


def _any(known: KnownFailure, ids: Iterable[str]) -> bool:
    return any(known.is_about(check_id) for check_id in ids)
