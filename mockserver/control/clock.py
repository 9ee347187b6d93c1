"""Clocks as the control plane shows and changes them, and what comes to pass on the way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from mockserver.base.clock import (
    LATEST,
    NOW,
    SECOND,
    parse_iso,
    parse_rate,
    render_iso,
)
from mockserver.base.errors import EmulatorError
from mockserver.base.lock_steps import Steps, run_steps
from mockserver.control.accounts import find_account
from mockserver.control.transitions import Transition, find_next_transition, find_transitions
from mockserver.gateway.context import Services
from mockserver.state.account import Clock
from mockserver.state.changes import Change, Introduce, MakeAccount, MoveClock, SetClockMode, Wake

_CAUGHT_UP_AT_ONCE = 16
"""So many accounts catch up in one step with the default clock."""


class ClockChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a clock: first the mode, then the jump.

    `slept` says that the client of this account has slept through the jump: verdicts about its
    pace go by such sleep. `advance_s` is then in seconds of the client's clock, which is ahead of
    the real time by what was slept until the client is `awake`. `set_utc` is an instant, or `now`
    for the client's own, read when the change is made. `to_next` goes to the instant at which a job
    changes its state next: one of the account, or any that goes by the default clock.
    """

    api_key: str | None = None
    mode: str | None = None
    rate: float | None = None
    advance_s: float | None = None
    set_utc: str | None = None
    slept: bool = False
    awake: bool = False
    to_next: bool = False


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
        shown: dict[str, Any] = run_steps(self.change_in_steps(change))
        return shown

    def change_in_steps(self, change: ClockChange) -> Steps:
        """Do the same in steps: nobody waits while many accounts catch up with the default clock.

        Raises:
            EmulatorError: time would go back, or the change makes no sense.
        """
        mode = parse_mode(change)
        check_move(change)
        if change.api_key:
            shown: dict[str, Any] = yield partial(self._change_own, change.api_key, change, mode)
            return shown
        looked_at, until = (yield from self._find_next_in_steps()) if change.to_next else (0, None)
        before, keys = yield partial(self._move_default, change, mode, until)
        before = before if until is None else looked_at
        fired: list[Transition] = []
        for start in range(0, len(keys), _CAUGHT_UP_AT_ONCE):
            some = keys[start : start + _CAUGHT_UP_AT_ONCE]
            fired += yield partial(self._catch_up, some, before)
        shown = yield lambda: render_clock(self._store.clock, sorted(fired))
        return shown

    def _change_own(self, api_key: str, change: ClockChange, mode: str | None) -> dict[str, Any]:
        clock = self._find(api_key)
        before = clock.now()
        until = self._find_next(api_key, before) if change.to_next else None
        move = self._read_move(change, clock, mode, until)
        if change.awake and api_key not in self._store.accounts:
            return render_clock(clock, [])  # it is gone, and nobody of it sleeps
        changes: list[Change] = [SetClockMode(mode)] if mode else []
        changes += [move, Wake()] if change.awake else [move]
        self._commit(api_key, before, changes)
        account = self._store.accounts[api_key]
        now = account.clock.now()
        fired = find_transitions(self._store.jobs_of(api_key), before, now)
        self._store.settle(account, now)
        return render_clock(self._find(api_key), fired)

    def _find_next(self, api_key: str, now: int) -> int:
        """Return when a job of an account changes its state next.

        Raises:
            EmulatorError: none will.
        """
        jobs = self._store.jobs_of(api_key) if api_key in self._store.accounts else []
        instant = find_next_transition(jobs, now)
        if instant is None:
            raise _make_refusal()
        return instant

    def _find_next_in_steps(self) -> Steps:
        """Return what time it is by the default clock, and when the next transition by it comes.

        Raises:
            EmulatorError: none will.
        """
        now, keys = yield lambda: (self._store.clock.now(), list(self._store.accounts))
        instants: list[int] = []
        for start in range(0, len(keys), _CAUGHT_UP_AT_ONCE):
            instants += yield partial(self._list_next, keys[start : start + _CAUGHT_UP_AT_ONCE])
        if not instants:
            raise _make_refusal()
        return now, min(instants)

    def _list_next(self, keys: Sequence[str]) -> list[int]:
        """List when jobs of accounts that go by the default clock change next, by that clock."""
        instants: list[int] = []
        for api_key in keys:
            account = self._store.accounts.get(api_key)
            if account is None or account.clock.is_own:
                continue
            now = account.clock.now()
            instant = find_next_transition(self._store.jobs_of(api_key), now)
            if instant is not None:
                instants.append(instant - now + self._store.clock.now())
        return instants

    def _move_default(
        self, change: ClockChange, mode: str | None, until: int | None
    ) -> tuple[int, list[str]]:
        """Move the default clock; return what time it was there, and every account."""
        clock = self._store.clock
        move, before = self._read_move(change, clock, mode, until), clock.now()
        self._store.move_default_clock(mode, move.step)
        return before, list(self._store.accounts)

    def _read_move(
        self, change: ClockChange, clock: Clock, mode: str | None, until: int | None
    ) -> MoveClock:
        rate, now = parse_rate(mode) if mode else clock.rate, clock.now()
        if until is not None:  # a clock that runs may have come there by now
            change = msgspec.structs.replace(change, set_utc=render_iso(max(until, now)))
        elif change.set_utc == NOW:
            change = msgspec.structs.replace(change, set_utc=render_iso(clock.read_client()[0]))
        return parse_move(change, now, rate or 1.0)

    def _catch_up(self, keys: Sequence[str], before: int) -> list[Transition]:
        """Let accounts catch up; list what has come to pass since it was so late by default."""
        fired: list[Transition] = []
        for api_key in keys:
            account = self._store.accounts.get(api_key)
            if account is None:
                continue
            now, skipped = account.clock.now(), self._store.clock.now() - before
            if not account.clock.is_own:
                fired += find_transitions(self._store.jobs_of(api_key), now - skipped, now)
            self._store.settle(account, now)
        return fired

    def _commit(self, api_key: str, now: int, changes: list[Change]) -> None:
        """Change an account's clock; make the account if calling a model with its key would."""
        if api_key not in self._store.accounts:
            changes = [MakeAccount(), Introduce(), *changes]
        self._store.commit(api_key, tuple(changes), now)

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


def check_move(change: ClockChange) -> None:
    """Refuse to move to what comes next and somewhere else.

    Raises:
        EmulatorError: that is asked.
    """
    is_told = change.advance_s is not None or change.set_utc is not None
    if change.to_next and (is_told or change.slept or change.awake):
        raise EmulatorError(
            "to_next says how far to move",
            hint="leave out advance_s, set_utc, slept and awake, or to_next",
        )


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


def _make_refusal() -> EmulatorError:
    return EmulatorError(
        "no job will change its state",
        hint="all have ended or are stalled: submit one, or say with PATCH /_mock/jobs/{request_id}"
        " what becomes of one",
    )


def render_clock(clock: Clock, fired: list[Transition]) -> dict[str, Any]:
    """Show a clock, and which jobs have changed their state by its last change."""
    return {
        "now_utc": render_iso(clock.now()),
        "mode": clock.mode,
        "rate": clock.rate,
        "fired": [
            {"request_id": request_id, "state": state, "at_utc": render_iso(instant)}
            for instant, _, request_id, state in fired
        ],
    }
