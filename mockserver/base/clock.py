"""Virtual time, in whole microseconds since 1970 (UTC).

Nothing in the core reads a wall clock, and nothing is ever scheduled: state is arithmetic on
the instant that a clock gives. A `VirtualClock` is a line through a real, monotonic source of
microseconds; its rate is 1 for `real`, N for `xN` and 0 for `frozen` and `auto`. An account
reads an `AccountClock`: the default clock plus its own offset, or a clock of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

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
"""2026-01-01T00:00:00Z, where `frozen` and `auto` clocks begin, so that runs repeat."""

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


class VirtualClock:
    """A clock that runs at a rate, jumps when told and never goes back.

    Args:
        mode: `real`, `frozen`, `auto` or `xN`.
        monotonic: Real monotonic microseconds from any origin.
        start: The first instant.
    """

    __slots__ = ("_base", "_monotonic", "_origin", "mode", "rate")

    def __init__(self, mode: str, monotonic: Callable[[], int], start: int) -> None:
        self.mode = mode
        self.rate = parse_rate(mode)
        self._monotonic = monotonic
        self._base = start
        self._origin = monotonic()

    def now(self) -> int:
        """Return this instant."""
        if not self.rate:
            return self._base
        return self._base + int((self._monotonic() - self._origin) * self.rate)

    def set_mode(self, mode: str) -> None:
        """Go on from this instant in another mode: time does not jump."""
        rate = parse_rate(mode)
        self._base, self._origin = self.now(), self._monotonic()
        self.mode, self.rate = mode, rate

    def advance(self, duration: int) -> None:
        """Move on by microseconds."""
        self._base += duration

    def copy(self, offset: int) -> VirtualClock:
        """Return a clock of the same mode and source that starts `offset` from this one."""
        return VirtualClock(self.mode, self._monotonic, self.now() + offset)


class AccountClock:
    """The clock of one account: the default plus an offset, or its own once a mode was set."""

    __slots__ = ("_default", "_offset", "_own")

    def __init__(self, default: VirtualClock) -> None:
        self._default = default
        self._offset = 0
        self._own: VirtualClock | None = None

    @property
    def mode(self) -> str:
        """The mode in force for this account."""
        return (self._own or self._default).mode

    @property
    def rate(self) -> float:
        """Virtual seconds in a real second; 0 while time moves only when told."""
        return (self._own or self._default).rate

    def now(self) -> int:
        """Return this instant."""
        if self._own is None:
            return self._default.now() + self._offset
        return self._own.now()

    def set_mode(self, mode: str) -> None:
        """Leave the default clock and go on from this instant in a mode of one's own."""
        parse_rate(mode)
        if self._own is None:
            self._own = self._default.copy(self._offset)
        self._own.set_mode(mode)

    def advance(self, duration: int) -> None:
        """Move this account alone on by microseconds."""
        if self._own is None:
            self._offset += duration
        else:
            self._own.advance(duration)
