"""Requests per minute (L1, L2): windows of 60 s from the first counted request.

`has_room` looks, `count_request` counts, `find_reset` says when the window ends.
"""

from __future__ import annotations

import msgspec

from mockserver.base.clock import MINUTE, render_iso

# L1: plans are limited by requests a minute. L2: nobody says where a minute begins; "when your
# current window resets" is read as a window that the first counted request of a key opens.
WINDOW = MINUTE


class Window(msgspec.Struct, frozen=True, gc=False):
    """[start, start + 60 s) on the account's clock, and how many requests it has counted."""

    start: int
    count: int

    @property
    def reset_at(self) -> int:
        """The first instant after the window."""
        return self.start + WINDOW


CLOSED = Window(-WINDOW, 0)
"""The window of an account that has not called yet."""


def has_room(window: Window, now: int, limit: int) -> bool:
    """Tell whether one more request fits."""
    # L2: at five requests a minute a client that polls every second could not work, so only POSTs
    # that run something come here, and each key has a window of its own.
    counted = window.count if now < window.reset_at else 0
    return counted < limit


def count_request(window: Window, now: int) -> Window:
    """Return the window after one more request."""
    if now >= window.reset_at:
        return Window(now, 1)
    return Window(window.start, window.count + 1)


def find_reset(window: Window, now: int) -> int:
    """Return when the window in force ends, or one that began now would."""
    # E5: a 429 tells this instant in x-rate-limit-reset-at-utc, and nothing else: no Retry-After,
    # no limit, no rest.
    return window.reset_at if now < window.reset_at else now + WINDOW


def render_reset(window: Window, now: int) -> tuple[bytes, bytes]:
    """Return the header that tells when the window in force ends (E5)."""
    return b"x-rate-limit-reset-at-utc", render_iso(find_reset(window, now)).encode()
