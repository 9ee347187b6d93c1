"""Changing a clock: what is wanted of it, how far it moves, and what comes to pass on the way."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import LATEST, SECOND, iso, parse_iso
from mockserver.base.errors import EmulatorError
from mockserver.state.account import Account


class ClockChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a clock: first the mode, then the jump.

    `slept` says that the client of this account has slept through the jump: verdicts about its
    pace go by such sleep.
    """

    api_key: str | None = None
    mode: str | None = None
    rate: float | None = None
    advance_s: float | None = None
    set_utc: str | None = None
    slept: bool = False


def parse_mode(change: ClockChange) -> str | None:
    """Return the mode that a change asks for, if any.

    Raises:
        EmulatorError: mode and rate do not go together, or nobody sleeps.
    """
    if change.slept and not change.api_key:
        raise EmulatorError("only a client sleeps", hint="slept goes with an api_key")
    if change.mode == "rate":
        if change.rate is None:
            raise EmulatorError("mode rate needs a rate", hint='send {"mode": "rate", "rate": 60}')
        return f"x{change.rate:g}"
    if change.rate is not None:
        raise EmulatorError("a rate goes with mode rate", hint='send {"mode": "rate", "rate": 60}')
    return change.mode


def parse_step(change: ClockChange, now: int) -> int:
    """Return how far to move on, in microseconds.

    Raises:
        EmulatorError: that is back, or too far.
    """
    instant = now if change.set_utc is None else parse_iso(change.set_utc)
    seconds = change.advance_s or 0.0
    if not abs(seconds) <= LATEST / SECOND:
        raise EmulatorError(f"advance_s is {seconds}", hint="give a number of seconds from 0")
    step = instant + round(seconds * SECOND) - now
    if step < 0 or seconds < 0:
        raise EmulatorError(
            f"time cannot go back: it is {iso(now)}", hint="reset to begin anew, or move on"
        )
    if now + step > LATEST:
        raise EmulatorError("that is after the year 9000", hint="move less far")
    return step


def find_transitions(account: Account, before: int, after: int) -> list[tuple[int, int, str, str]]:
    """List the transitions in (before, after], oldest first."""
    return sorted(
        (instant, job.ordinal, job.request_id, state)
        for job in account.jobs.values()
        for state, instant in job.timeline()
        if before < instant <= min(after, job.expires_at)
    )
