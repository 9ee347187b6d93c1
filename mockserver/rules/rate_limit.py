"""Requests per minute (L1, L2): windows of a minute from the first counted request.

`has_room` looks, `count_request` counts, `find_reset` says when the window ends. Instants are
elapsed time (see `base.clock`).
"""

from __future__ import annotations

import msgspec

from mockserver.base.clock import render_iso

# L1: plans are limited by requests a minute. L2: nobody says where a minute begins; "when your
# current window resets" is read as a window that the first counted request of a key opens.
WINDOW_S = 60.0

_MILLISECOND = 1_000


class Window(msgspec.Struct, frozen=True, gc=False):
    """From `start` until before `reset_at`, and how many requests it has counted."""

    start: int
    reset_at: int
    count: int

    def is_open(self, now: int) -> bool:
        """Tell whether it counts at this instant; where a clock was set back, it does not."""
        return self.start <= now < self.reset_at


CLOSED = Window(0, 0, 0)
"""The window of an account that has not called yet."""


def has_room(window: Window, now: int, limit: int) -> bool:
    """Tell whether one more request fits."""
    # L2: at five requests a minute a client that polls every second could not work, so only POSTs
    # that run something come here, and each key has a window of its own.
    counted = window.count if window.is_open(now) else 0
    return counted < limit


def count_request(window: Window, now: int, length: int) -> Window:
    """Return the window after one more request; a new one is so long."""
    if window.is_open(now):
        return Window(window.start, window.reset_at, window.count + 1)
    return Window(now, now + length, 1)


def find_reset(window: Window, now: int, length: int) -> int:
    """Return when the window in force ends, or one that began now would."""
    # E5: a 429 tells this instant in x-rate-limit-reset-at-utc, and nothing else: no Retry-After,
    # no limit, no rest.
    return window.reset_at if window.is_open(now) else now + length


def round_reset(reset_at: int, skipped: int) -> int:
    """Return when a window ends on its client's clock.

    Inferred: it is rounded up to the millisecond. Clients whose clocks know no more than that
    (JavaScript) would call too early otherwise, though they wait as long as they are told.
    """
    return -((skipped - reset_at) // _MILLISECOND) * _MILLISECOND


def render_reset(reset_at: int, skipped: int) -> tuple[bytes, bytes]:
    """Return the header that tells a client when a window ends, on the client's clock (E5)."""
    return b"x-rate-limit-reset-at-utc", render_iso(round_reset(reset_at, skipped)).encode()
