"""Real time. No other file of the emulator reads it or waits for it."""

from __future__ import annotations

from asyncio import get_running_loop, sleep, timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic, monotonic_ns, time_ns
from time import sleep as _sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anyio import Event
    from starlette.types import Receive


def read_monotonic_us() -> int:
    """Return real monotonic microseconds from an arbitrary origin."""
    return monotonic_ns() // 1000


def read_monotonic_s() -> float:
    """Return real monotonic seconds from an arbitrary origin."""
    return monotonic()


_wall_clock_ahead_us = 0


def read_utc_us() -> int:
    """Return the real time in microseconds since 1970, or what a test has made of it.

    A client's virtual sleep in this process moves the wall clock, but not this one.
    """
    return time_ns() // 1000 - _wall_clock_ahead_us


def shift_wall_clock(ahead_us: int) -> None:
    """Say how far virtual sleep has moved the wall clock of this process ahead."""
    global _wall_clock_ahead_us  # noqa: PLW0603 (a process has one wall clock)
    _wall_clock_ahead_us = ahead_us


def pause_s(seconds: float) -> None:
    """Let real seconds pass, though a test may have replaced `time.sleep` for its client."""
    _sleep(seconds)


@asynccontextmanager
async def _within_s(seconds: float) -> AsyncIterator[None]:
    """Wait no longer than so many real seconds: under asyncio, which is there, and under trio."""
    if _is_on_asyncio():
        with suppress(TimeoutError):
            async with timeout(seconds):
                yield
        return
    import anyio  # kept out of start-up, and out of a first wait

    with anyio.move_on_after(seconds):
        yield


def _is_on_asyncio() -> bool:
    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True


async def async_pause_s(seconds: float) -> None:
    """Let real seconds pass, while others go on: under asyncio and under trio.

    It waits for what never comes, because a test may have replaced each library's `sleep`.
    """
    async with _within_s(seconds):
        if _is_on_asyncio():
            await get_running_loop().create_future()
        import anyio

        await anyio.Event().wait()


async def left_within_s(receive: Receive, seconds: float) -> bool:
    """Let real seconds pass, or fewer if the client leaves; tell whether it did."""
    async with _within_s(seconds):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False


async def is_set_by(event: Event, until_s: float) -> bool:
    """Wait for an event; tell whether it was set before this real monotonic time."""
    import anyio

    with anyio.move_on_after(max(until_s - read_monotonic_s(), 0)):
        await event.wait()
    return event.is_set()


async def give_way() -> None:
    """Let others on this event loop of asyncio go on; in process there may be none."""
    with suppress(RuntimeError):
        get_running_loop()
        await sleep(0)


async def give_turn() -> None:
    """Let others go on: under asyncio and under trio."""
    try:
        get_running_loop()
    except RuntimeError:
        import anyio.lowlevel

        await anyio.lowlevel.checkpoint()
    else:
        await sleep(0)  # anyio's may be one that a test has replaced
