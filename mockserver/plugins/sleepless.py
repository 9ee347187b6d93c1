"""Letting a client sleep in virtual time: a test of an hour's patience takes milliseconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from unittest import mock

from mockserver.edges.threads import is_own


class SleptThrough(Protocol):
    """A clock that a client's sleep moves."""

    def sleep(self, seconds: float) -> None:
        """Move on by so many seconds."""


@contextmanager
def sleepless(clock: SleptThrough) -> Iterator[None]:
    """Turn `time.sleep`, `time.monotonic` and `asyncio.sleep` into the virtual clock.

    A sleep returns at once and moves the account's clock by as much; `time.monotonic` goes on as
    it does, ahead by all that was slept. A client that took the functions out of their modules
    before (`from time import sleep`) keeps the real ones.
    """
    real_sleep, real_monotonic, real_async_sleep = time.sleep, time.monotonic, asyncio.sleep
    slept_s = 0.0

    def pass_by(seconds: float) -> None:
        nonlocal slept_s
        clock.sleep(seconds)
        slept_s += seconds

    def sleep(seconds: float) -> None:
        if is_own() or seconds < 0:  # the real one says what is wrong with that
            real_sleep(seconds)
        else:
            pass_by(seconds)

    def monotonic() -> float:
        return real_monotonic() if is_own() else real_monotonic() + slept_s

    async def async_sleep(delay: float, result: Any = None) -> Any:
        if is_own():
            return await real_async_sleep(delay, result)
        if delay > 0:
            pass_by(delay)
        return await real_async_sleep(0, result)

    clock.sleep(0.0)
    with (
        mock.patch.object(time, "sleep", sleep),
        mock.patch.object(time, "monotonic", monotonic),
        mock.patch.object(asyncio, "sleep", async_sleep),
    ):
        yield
