"""Letting a client sleep in virtual time: a test of an hour's patience takes milliseconds."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from inspect import signature
from typing import Any, Protocol, TypeAlias
from unittest import mock

import anyio

from mockserver.base.errors import is_misuse
from mockserver.edges.threads import is_own

__tracebackhide__ = is_misuse

AsyncSleep: TypeAlias = Callable[..., Awaitable[Any]]


class SleptThrough(Protocol):
    """A clock that a client's sleep moves."""

    def sleep(self, seconds: float) -> None:
        """Move on by so many seconds."""


@contextmanager
def sleepless(clock: SleptThrough) -> Iterator[None]:
    """Turn `time.sleep`, `time.monotonic` and `sleep` of asyncio, anyio and trio virtual.

    A sleep returns at once and moves the account's clock by as much; `time.monotonic`, and the
    deadlines of the three libraries, go on as they do, ahead by all that was slept. trio has to be
    imported by then. A client that took the functions out of their modules before
    (`from time import sleep`) keeps the real ones, and one that takes them out meanwhile has the
    real ones afterwards.

    Raises:
        EmulatorError: nobody answers for the clock.
    """
    slumber = _Slumber(clock)
    libraries = [asyncio, anyio, *filter(None, [sys.modules.get("trio")])]
    clock.sleep(0.0)
    with ExitStack() as patches:
        patches.callback(slumber.end)
        patch = mock.patch.object
        patches.enter_context(patch(time, "sleep", slumber.make_sleep(time.sleep)))
        patches.enter_context(patch(time, "monotonic", slumber.make_monotonic(time.monotonic)))
        for library in libraries:
            virtual = slumber.make_async_sleep(library.sleep)
            patches.enter_context(patch(library, "sleep", virtual))
        yield


class _Slumber:
    """What a client has slept so far, and the functions through which it does."""

    def __init__(self, clock: SleptThrough) -> None:
        self._clock = clock
        self._slept_s = 0.0
        self._is_over = False

    def end(self) -> None:
        """Let every function be the real one from now on, wherever it was taken to."""
        self._is_over = True

    def make_sleep(self, real: Callable[[float], None]) -> Callable[[float], None]:
        """Return what stands for `time.sleep`."""

        def sleep(seconds: float) -> None:
            if self._is_real() or seconds < 0:  # the real one says what is wrong with that
                real(seconds)
            else:
                self._pass_by(seconds)

        return sleep

    def make_monotonic(self, real: Callable[[], float]) -> Callable[[], float]:
        """Return what stands for `time.monotonic`."""
        return lambda: real() if self._is_real() else real() + self._slept_s

    def make_async_sleep(self, real: AsyncSleep) -> AsyncSleep:
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
        return self._is_over or is_own()

    def _pass_by(self, seconds: float) -> None:
        self._clock.sleep(seconds)
        self._slept_s += seconds
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
