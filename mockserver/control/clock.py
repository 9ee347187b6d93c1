"""Clocks as the control plane shows and changes them, and what comes to pass on the way."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any

import msgspec

from mockserver.base.clock import (
    LATEST,
    SECOND,
    parse_iso,
    parse_rate,
    render_iso,
)
from mockserver.base.errors import EmulatorError
from mockserver.control.accounts import find_account
from mockserver.gateway.context import Services
from mockserver.rules.jobs import Job
from mockserver.state.account import Clock
from mockserver.state.changes import Change, Introduce, MakeAccount, MoveClock, SetClockMode, Wake


class ClockChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a clock: first the mode, then the jump.

    `slept` says that the client of this account has slept through the jump: verdicts about its
    pace go by such sleep. `advance_s` is then in seconds of the client's clock, which is ahead of
    the real time by what was slept until the client is `awake`.
    """

    api_key: str | None = None
    mode: str | None = None
    rate: float | None = None
    advance_s: float | None = None
    set_utc: str | None = None
    slept: bool = False
    awake: bool = False


class Clocks:
    """The default clock, and that of each account."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    def show(self, api_key: str | None) -> dict[str, Any]:
        """Show the default clock, or an account's.

        Raises:
            EmulatorError: there is no such account, and a call with the key would make none.
        """
        return render_clock(self._find(api_key), [])

    def change(self, change: ClockChange) -> dict[str, Any]:
        """Change a clock's mode or move it on, and list what came to pass.

        Raises:
            EmulatorError: time would go back, or the change makes no sense.
        """
        mode = parse_mode(change)
        clock = self._find(change.api_key)
        rate = parse_rate(mode) if mode else clock.rate
        move = parse_move(change, clock.now(), rate or 1.0)
        if change.awake and change.api_key not in self._store.accounts:
            return render_clock(clock, [])  # it is gone, and nobody of it sleeps
        keys = [change.api_key] if change.api_key else list(self._store.accounts)
        before = {key: self._find(key).now() for key in keys}
        if change.api_key:
            changes: list[Change] = [SetClockMode(mode)] if mode else []
            changes += [move, Wake()] if change.awake else [move]
            self._commit(change.api_key, clock.now(), changes)
        else:
            self._store.move_default_clock(mode, move.step)
        events = self._list_transitions(before)
        for key in keys:
            account = self._store.accounts[key]
            self._store.settle(account, account.clock.now())
        return render_clock(self._find(change.api_key), events)

    def _commit(self, api_key: str, now: int, changes: list[Change]) -> None:
        """Change an account's clock; make the account if calling a model with its key would."""
        if api_key not in self._store.accounts:
            changes = [MakeAccount(), Introduce(), *changes]
        self._store.commit(api_key, tuple(changes), now)

    def _list_transitions(self, before: dict[str, int]) -> list[dict[str, Any]]:
        """List what has come to pass in accounts since these instants, oldest first."""
        accounts = [self._store.accounts[api_key] for api_key in before]
        found = heapq.merge(
            *(
                find_transitions(
                    self._store.jobs_of(each.api_key), before[each.api_key], each.clock.now()
                )
                for each in accounts
            )
        )
        return [
            {"request_id": request_id, "state": state, "at_utc": render_iso(instant)}
            for instant, _, request_id, state in found
        ]

    def _find(self, api_key: str | None) -> Clock:
        """Return the clock that a key reads, or will read; without a key the default.

        Raises:
            EmulatorError: there is no such account, and a call with the key would make none.
        """
        if not api_key:
            return self._store.clock
        account = self._store.accounts.get(api_key)
        if account is None and self._services.options.accept == "any":
            account = self._store.describe(api_key)
        return (account or find_account(self._services, api_key)).clock


def parse_mode(change: ClockChange) -> str | None:
    """Return the mode that a change asks for, if any.

    Raises:
        EmulatorError: mode and rate do not go together, or nobody sleeps.
    """
    if (change.slept or change.awake) and not change.api_key:
        raise EmulatorError("only a client sleeps", hint="slept and awake go with an api_key")
    if change.mode == "rate":
        if change.rate is None:
            raise EmulatorError("mode rate needs a rate", hint='send {"mode": "rate", "rate": 60}')
        return f"x{change.rate:g}"
    if change.rate is not None:
        raise EmulatorError("a rate goes with mode rate", hint='send {"mode": "rate", "rate": 60}')
    return change.mode


def parse_move(change: ClockChange, now: int, rate: float) -> MoveClock:
    """Return how far to move on, and how much of that the client has slept.

    Args:
        change: What is to be done.
        now: This instant.
        rate: Virtual seconds in a second of the client's.

    Raises:
        EmulatorError: that is back, or too far.
    """
    instant = now if change.set_utc is None else parse_iso(change.set_utc)
    seconds = change.advance_s or 0.0
    if not abs(seconds) <= LATEST / SECOND:
        raise EmulatorError(f"advance_s is {seconds}", hint="give a number of seconds from 0")
    step = instant - now + round(seconds * SECOND * (rate if change.slept else 1))
    if step < 0 or seconds < 0:
        raise EmulatorError(
            f"time cannot go back: it is {render_iso(now)}", hint="reset to begin anew, or move on"
        )
    if now + step > LATEST:
        raise EmulatorError("that is after the year 9000", hint="move less far")
    slept = round((instant - now) / rate + seconds * SECOND)
    return MoveClock(step, slept if change.slept else None)


def find_transitions(
    jobs: Iterable[Job], before: int, after: int
) -> list[tuple[int, int, str, str]]:
    """List the transitions in (before, after], oldest first."""
    return sorted(
        (instant, job.ordinal, job.request_id, state)
        for job in jobs
        for state, instant in job.list_states()
        if before < instant <= min(after, job.expires_at)
    )


def render_clock(clock: Clock, fired: list[dict[str, Any]]) -> dict[str, Any]:
    """Show a clock, and which jobs have changed their state by its last change."""
    return {
        "now_utc": render_iso(clock.now()),
        "mode": clock.mode,
        "rate": clock.rate,
        "fired": fired,
    }
