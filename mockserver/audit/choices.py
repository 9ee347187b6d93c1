"""Which mutants are meant by what a user wrote."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from mockserver.audit.mutants import MUTANTS, Mutant
from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError


def choose_mutants(patterns: Iterable[str] = ()) -> tuple[Mutant, ...]:
    """Return the mutants that some patterns name, in their order; all if there is no pattern.

    Args:
        patterns: Ids, or patterns of ids in which `*` and `?` stand for anything.

    Raises:
        EmulatorError: one of them names none.
    """
    wanted, ids = list(patterns), [mutant.id for mutant in MUTANTS]
    for pattern in wanted:
        if not any(fnmatchcase(name, pattern) for name in ids):
            raise EmulatorError(
                f"there is no mutant {pattern!r}", hint=render_hint(pattern, ids, "mutants")
            )
    return tuple(
        mutant
        for mutant in MUTANTS
        if not wanted or any(fnmatchcase(mutant.id, pattern) for pattern in wanted)
    )
