"""Real time. No other file of the emulator reads it or waits for it."""

from __future__ import annotations

import asyncio
import time
from asyncio import sleep as _async_sleep
from time import sleep as _sleep

from starlette.types import Receive


def monotonic_us() -> int:
    """Return real monotonic microseconds from an arbitrary origin."""
    return time.monotonic_ns() // 1000


def monotonic_s() -> float:
    """Return real monotonic seconds from an arbitrary origin."""
    return time.monotonic()


def utc_us() -> int:
    """Return the real time in microseconds since 1970."""
    return time.time_ns() // 1000


def pause_s(seconds: float) -> None:
    """Let real seconds pass, though a test may have replaced `time.sleep` for its client."""
    _sleep(seconds)


async def async_pause_s(seconds: float) -> None:
    """Let real seconds pass, while others go on."""
    await _async_sleep(seconds)


async def left_within_s(receive: Receive, seconds: float) -> bool:
    """Let real seconds pass, or fewer if the client leaves; tell whether it did."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
