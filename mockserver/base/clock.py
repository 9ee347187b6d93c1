"""Virtual time, in whole microseconds since 1970 (UTC), and the client's time beside it.

Nothing in the core reads a wall clock, and nothing is ever scheduled: state is arithmetic on
the instant that a clock gives. A `VirtualClock` is a line through a real, monotonic source of
microseconds; its rate is 1 for `real`, N for `xN` and 0 for `frozen` and `auto`. An account
reads an `AccountClock`: the default clock plus its own offset, or a clock of its own.

A clock tells three times:

- virtual time (`now`): how far jobs are, and when something was made or is forgotten;
- the client's time (`client_now`): what a client reads on its own wall clock, which is real time
  and what it has slept in virtual sleep;
- elapsed time: the client's time and whatever it did not have to wait through, because somebody
  moved the clock (`skipped`). What a client has to wait for is measured by this one, so a client
  that waits by its own clock is let through in any mode, and so is one whose clock was moved on.

Where the clock was given a start of its own, all three are virtual time, so that runs repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from math import ceil

import msgspec

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError
from mockserver.base.numerals import is_number

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = 2**62
"""An instant that no clock reaches."""

FIXED_START = 1_767_225_600 * SECOND
"""2026-01-01T00:00:00Z, where fixtures begin, so that runs repeat."""

NOW = "now"
"""The start of clocks that begin at the real time."""

LATEST = 221_845_392_000 * SECOND
"""9000-01-01T00:00:00Z: what follows from an instant up to then has an ISO 8601 spelling too."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_microseconds(seconds: float) -> int:
    """Convert seconds to whole microseconds."""
    return round(seconds * SECOND)


def render_iso(instant: int) -> str:
    """Spell an instant as ISO 8601 UTC, e.g. `2026-01-01T00:00:13.060000Z`."""
    return (_EPOCH + timedelta(microseconds=instant)).isoformat(timespec="microseconds")[:-6] + "Z"


@lru_cache(maxsize=64)
def render_http_date(epoch_s: int) -> bytes:
    """Spell a whole second as an HTTP `Date`."""
    return format_datetime(_EPOCH + timedelta(seconds=epoch_s), usegmt=True).encode()


def parse_iso(text: str) -> int:
    """Read an ISO 8601 instant; one without an offset is UTC.

    Raises:
        EmulatorError: it is not one.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise EmulatorError(
            f"{text!r} is not an instant", hint="write ISO 8601, like 2026-01-01T12:00:00Z"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def parse_start(text: str) -> int:
    """Read the instant at which clocks are to begin.

    Raises:
        EmulatorError: it is none, or no clock can begin there.
    """
    try:
        instant = parse_iso(text)
    except EmulatorError:
        instant = -1
    if not 0 <= instant <= LATEST:
        raise EmulatorError(
            f"clock_start is {text!r}",
            hint=f"use {NOW}, or ISO 8601 from 1970 to 9000, like {render_iso(FIXED_START)}",
        )
    return instant


def parse_rate(mode: str) -> float:
    """Return how many virtual seconds a real second is in this mode.

    Raises:
        EmulatorError: there is no such mode.
    """
    if mode in {"frozen", "auto"}:
        return 0.0
    if mode == "real":
        return 1.0
    times = mode.removeprefix("x")
    rate = float(times) if mode.startswith("x") and is_number(times) else 0.0
    if not 0 < rate <= 1_000_000:  # noqa: PLR2004
        raise EmulatorError(
            f"{mode!r} is not a clock mode",
            hint=render_hint(mode, ["real", "frozen", "auto", "xN"], "modes")
            + " with N above 0, such as x60",
        )
    return rate


class ClockState(msgspec.Struct, frozen=True, gc=False):
    """All that is to be kept of a clock, so that another process can go on with it."""

    mode: str
    base: int
    origin: int
    skipped: int


class VirtualClock:
    """A clock that runs at a rate, jumps when told and never goes back.

    Args:
        mode: `real`, `frozen`, `auto` or `xN`.
        monotonic: Real monotonic microseconds from any origin.
        start: The first instant.
        utc: The real time, where clients compare what they are told with it; None where they are
            told virtual time.

    Attributes:
        mode: As above.
        rate: Virtual seconds in a real second; 0 while time moves only when told.
        skipped: How far elapsed time is ahead of the client's, in microseconds.
        utc: As above.
    """

    __slots__ = ("_base", "_monotonic", "_origin", "mode", "rate", "skipped", "utc")

    def __init__(
        self,
        mode: str,
        monotonic: Callable[[], int],
        start: int,
        utc: Callable[[], int] | None = None,
    ) -> None:
        self.mode = mode
        self.rate = parse_rate(mode)
        self.skipped = 0
        self._monotonic = monotonic
        self.utc = utc
        self._base = start
        self._origin = monotonic()

    @property
    def is_own(self) -> bool:
        """Whether it no longer goes with the default clock, which it is."""
        return False

    def save(self) -> ClockState:
        """Return all that is to be kept of it."""
        return ClockState(self.mode, self._base, self._origin, self.skipped)

    def restore(self, state: ClockState) -> None:
        """Go on from what was kept, by a source of microseconds that has the same origin."""
        self.mode, self.rate = state.mode, parse_rate(state.mode)
        self._base, self._origin, self.skipped = state.base, state.origin, state.skipped

    def now(self) -> int:
        """Return this instant."""
        if not self.rate:
            return self._base
        passed = self._monotonic() - self._origin
        return self._base + (passed if self.rate == 1.0 else int(passed * self.rate))

    def client_now(self) -> int:
        """Return this instant on the clock of a client."""
        return self.now() if self.utc is None else self.utc()

    def read_client(self) -> tuple[int, int]:
        """Return the client's time, and elapsed time."""
        client_now = self.client_now()
        return client_now, client_now + self.skipped

    def find_start(self) -> int:
        """Return the instant at which the clock of an account that is made now begins.

        While the time stands still here, it is the client's time, floored to the whole second.
        """
        now = self.now()
        return now if self.rate else max(now, self.client_now() // SECOND * SECOND)

    def set_mode(self, mode: str) -> None:
        """Go on from this instant in another mode: time does not jump."""
        rate = parse_rate(mode)
        self._base, self._origin = self.now(), self._monotonic()
        self.mode, self.rate = mode, rate

    def advance(self, duration: int) -> None:
        """Move on by microseconds."""
        self.shift(duration)
        if self.utc is not None:
            self.skipped += self.scale(duration)

    def shift(self, duration: int) -> None:
        """Move on by microseconds that count as elapsed, or are accounted for, elsewhere."""
        self._base += duration

    def scale(self, duration: int) -> int:
        """Return how long a client waits for so much virtual time, in elapsed time."""
        return ceil(duration / self.rate) if self.utc is not None and self.rate else duration

    def copy(self, offset: int) -> VirtualClock:
        """Return a clock of the same mode and sources that starts `offset` from this one."""
        copy = VirtualClock(self.mode, self._monotonic, self.now() + offset, self.utc)
        copy.skipped = self.skipped
        return copy
