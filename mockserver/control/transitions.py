"""Changes of jobs' states: which came to pass between two instants, and which comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from mockserver.rules.jobs import Job

Transition: TypeAlias = tuple[int, int, str, str]
"""When something came to pass, of which job (its ordinal and id), and in which state it is."""


def find_transitions(jobs: Iterable[Job], before: int, after: int) -> list[Transition]:
    """List the transitions in (before, after], oldest first."""
    return sorted(
        (instant, job.ordinal, job.request_id, state)
        for job in jobs
        for state, instant in job.list_states()
        if before < instant <= min(after, job.expires_at)
    )


def find_next_transition(jobs: Iterable[Job], now: int) -> int | None:
    """Return the next instant after now at which one of the jobs changes its state, if any will."""
    return min((instant for job in jobs for _, instant in job.list_planned(now)), default=None)
