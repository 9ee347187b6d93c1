"""Real time. No other file of the emulator reads it or waits for it."""

from __future__ import annotations

import asyncio
import time


def monotonic_us() -> int:
    """Return real monotonic microseconds from an arbitrary origin."""
    return time.monotonic_ns() // 1000


def monotonic_s() -> float:
    """Return real monotonic seconds from an arbitrary origin."""
    return time.monotonic()


def utc_us() -> int:
    """Return the real time in microseconds since 1970."""
    return time.time_ns() // 1000


async def wait_s(seconds: float) -> None:
    """Let real seconds pass."""
    await asyncio.sleep(seconds)
