"""Letting a client sleep in virtual time: a test of an hour's patience takes milliseconds.

A process has one clock, so while anybody in it sleeps in virtual time, a sleep passes for every
account whose client does, and until the last of them is done.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import wraps
from inspect import signature
from threading import RLock
from typing import Any, Protocol, TypeAlias
from unittest import mock

import anyio

from mockserver.base.errors import EmulatorError
from mockserver.edges.threads import is_own
from mockserver.handles.taken_functions import TOOLS, replace_taken
from mockserver.handles.wall_clock import WallClock, is_frozen

AsyncSleep: TypeAlias = Callable[..., Awaitable[Any]]
ReadClock: TypeAlias = Callable[[], Any]

CLOCKS = {"monotonic": 1, "monotonic_ns": 10**9, "perf_counter": 1, "perf_counter_ns": 10**9}
"""Functions of `time` that are ahead by what was slept, and their units in a second."""

_lock = RLock()
_slumbers: list[_Slumber] = []
"""The one that is going on in this process, if any."""


class SleptThrough(Protocol):
    """A clock that a client's sleep moves."""

    def sleep(self, seconds: float) -> None:
        """Move on by so many seconds."""

    def wake(self) -> None:
        """Note that the client's clock is the real one again."""


@contextmanager
def sleepless(clock: SleptThrough) -> Iterator[None]:
    """Have sleep take no time, and move an account's clock and all that tell time here.

    `time.sleep` and the `sleep` of asyncio, anyio and trio return at once. The wall clock,
    `time.monotonic`, `time.perf_counter` and their twins in nanoseconds, and the deadlines of the
    three libraries, go on as they do, ahead by all that was slept. So it is too where the functions
    were taken out of their modules before, and they are the real ones again wherever they were
    taken to meanwhile. trio has to be imported by then.

    What a client waits for otherwise (`Event.wait`, `select`) takes as long as ever. A virtual
    sleep that begins while another one lasts first catches up with it.

    Raises:
        EmulatorError: nobody answers for the clock.
    """
    with _lock:
        slumber = _slumbers[0] if _slumbers else _Slumber()
        slumber.join(clock)
        _slumbers[:] = [slumber]
    try:
        yield
    finally:
        with _lock:
            if slumber.leave(clock):
                _slumbers.clear()


def catch_up(clock: SleptThrough) -> None:
    """Have a clock that began anew while its client sleeps be as far as its client."""
    with _lock:
        for slumber in _slumbers:
            slumber.catch_up(clock)


class _Slumber:
    """What was slept in this process so far, and the functions through which it was."""

    def __init__(self) -> None:
        self._clocks: list[SleptThrough] = []
        self._sleeping: list[SleptThrough] = []
        """Those of clients that are not done yet; the others go along until all are."""
        self._slept_s = 0.0
        self._is_over = False
        self._wall_clock = WallClock()
        self._patches = ExitStack()

    def join(self, clock: SleptThrough) -> None:
        """Have a clock be moved too, from where all others are."""
        if not any(each is clock for each in self._clocks):
            clock.sleep(self._slept_s)
            self._clocks.append(clock)
        if not self._sleeping:
            self._begin()
        self._sleeping.append(clock)

    def catch_up(self, clock: SleptThrough) -> None:
        """Move a clock from its beginning to where all others are."""
        if any(each is clock for each in self._clocks):
            clock.sleep(self._slept_s)

    def leave(self, clock: SleptThrough) -> bool:
        """Have one client be done; tell whether it was the last."""
        self._sleeping.remove(clock)
        if self._sleeping:
            return False
        self._is_over = True
        self._patches.close()
        for each in self._clocks:
            with suppress(EmulatorError):  # a server that has ended has no clock
                each.wake()
        return True

    def _begin(self) -> None:
        """Put virtual functions in the place of the real ones, wherever those are."""
        replacements: dict[Callable[..., Any], Callable[..., Any]] = {}
        with ExitStack() as patches:
            for module, name, virtual in self._list_functions():
                # Of None, which a test may have put there, whole programs are full.
                if callable(real := getattr(module, name)):
                    replacements[real] = virtual
                patches.enter_context(mock.patch.object(module, name, virtual))
            patches.enter_context(replace_taken(replacements))
            self._wall_clock.start()
            patches.callback(self._wall_clock.stop)
            self._patches = patches.pop_all()

    def _list_functions(self) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
        """Go through modules, names of functions in them, and what is to stand there."""
        yield time, "sleep", self._make_sleep(time.sleep)
        for name, units in CLOCKS.items():
            if not is_frozen():  # freezegun's move with its wall clock
                yield time, name, self._make_clock(getattr(time, name), units)
        for library in (asyncio, anyio, *filter(None, [sys.modules.get("trio")])):
            yield library, "sleep", self._make_async_sleep(library.sleep)

    def _make_sleep(self, real: Callable[[float], None]) -> Callable[[float], None]:
        """Return what stands for `time.sleep`."""

        def sleep(seconds: float, /) -> None:
            if self._is_real() or seconds < 0:  # the real one says what is wrong with that
                real(seconds)
            else:
                self._pass_by(seconds)

        return sleep

    def _make_clock(self, real: ReadClock, units: int) -> ReadClock:
        """Return what stands for a function that tells seconds, or parts of them."""
        kind = type(real())
        return lambda: real() if self._is_real() else real() + kind(self._slept_s * units)

    def _make_async_sleep(self, real: AsyncSleep) -> AsyncSleep:
        """Return what stands for a library's `sleep`, which lets other tasks have their turn."""
        parameters = signature(real)
        seconds = next(iter(parameters.parameters))

        @wraps(real)
        async def sleep(*args: Any, **named: Any) -> Any:
            given = parameters.bind(*args, **named)
            if not self._is_real() and given.arguments[seconds] > 0:
                self._pass_by(given.arguments[seconds])
                given.arguments[seconds] = 0
            return await real(*given.args, **given.kwargs)

        return sleep

    def _is_real(self) -> bool:
        """Tell whether who has called a function of ours goes by real time."""
        caller = str(sys._getframe(2).f_globals.get("__name__"))  # noqa: SLF001 (no other way)
        return self._is_over or is_own() or caller.partition(".")[0] in TOOLS

    def _pass_by(self, seconds: float) -> None:
        with _lock:
            for clock in self._clocks:
                if clock in self._sleeping:
                    clock.sleep(seconds)
                else:
                    with suppress(EmulatorError):  # its server may have ended
                        clock.sleep(seconds)
            self._slept_s += seconds
            self._wall_clock.shift(seconds)
        _advance_trio(seconds)


def _advance_trio(seconds: float) -> None:
    """Move the time of trio's loop, if the caller is in one, as `time.monotonic` moves asyncio's.

    trio reads a clock of its own and offers no way to move it. A clock for tests, which somebody
    else steers, has no offset.
    """
    trio: Any = sys.modules.get("trio")
    if trio is None or not trio.lowlevel.in_trio_run():
        return
    clock = trio.lowlevel.current_clock()
    if hasattr(clock, "offset"):
        object.__setattr__(clock, "offset", clock.offset + seconds)
