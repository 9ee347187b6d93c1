"""The clock of one account: the default clock plus an offset, or a clock of its own."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import ClockState, VirtualClock, parse_rate


class AccountClockState(msgspec.Struct, frozen=True, gc=False):
    """All that is to be kept of an account's clock; `own` None: it goes with the default clock."""

    offset: int
    ahead: int
    skipped: int
    own: ClockState | None


class AccountClock:
    """The clock of one account: the default plus an offset, or its own once a mode was set.

    Args:
        default: The default clock.
        start: The first instant.
    """

    __slots__ = ("_ahead", "_default", "_offset", "_own", "_skipped")

    def __init__(self, default: VirtualClock, start: int = 0) -> None:
        self._default = default
        self._offset = max(start - default.now(), 0)
        self._own: VirtualClock | None = None
        self._ahead = 0
        """How far the client's time is ahead of real time: what the client has slept."""
        self._skipped = 0
        """What this account has skipped alone, before it had a clock of its own or by sleep."""

    def save(self) -> AccountClockState:
        """Return all that is to be kept of it."""
        own = None if self._own is None else self._own.save()
        return AccountClockState(self._offset, self._ahead, self._skipped, own)

    def restore(self, state: AccountClockState) -> None:
        """Go on from what was kept, beside the same default clock."""
        self._offset, self._ahead, self._skipped = state.offset, state.ahead, state.skipped
        if state.own is not None:
            self._own = self._default.copy(0)
            self._own.restore(state.own)

    @property
    def mode(self) -> str:
        """The mode in force for this account."""
        return (self._own or self._default).mode

    @property
    def is_own(self) -> bool:
        """Whether it no longer goes with the default clock."""
        return self._own is not None

    @property
    def rate(self) -> float:
        """Virtual seconds in a real second; 0 while time moves only when told."""
        return (self._own or self._default).rate

    @property
    def skipped(self) -> int:
        """How far elapsed time is ahead of the client's, in microseconds."""
        return (self._own or self._default).skipped + self._skipped

    def now(self) -> int:
        """Return this instant."""
        if self._own is None:
            return self._default.now() + self._offset
        return self._own.now()

    def client_now(self) -> int:
        """Return this instant on the clock of the account's client."""
        utc = self._default.utc
        return self.now() if utc is None else utc() + self._ahead

    def read_client(self) -> tuple[int, int]:
        """Return the client's time, and elapsed time."""
        default = self._default
        if default.utc is None:
            now = self.now()
            return now, now
        client_now = default.utc() + self._ahead
        return client_now, client_now + (self._own or default).skipped + self._skipped

    def scale(self, duration: int) -> int:
        """Return how long a client waits for so much virtual time, in elapsed time."""
        return (self._own or self._default).scale(duration)

    def set_mode(self, mode: str) -> None:
        """Leave the default clock and go on from this instant in a mode of one's own."""
        parse_rate(mode)
        if self._own is None:
            self._own = self._default.copy(self._offset)
        self._own.set_mode(mode)

    def advance(self, duration: int, slept: int = 0) -> None:
        """Move this account alone on by microseconds.

        Args:
            duration: Of virtual time.
            slept: For how many the client has slept meanwhile, on its own clock.
        """
        if self._own is None:
            self._offset += duration
        else:
            self._own.shift(duration)
        if self._default.utc is not None:
            self._ahead += slept
            self._skipped += max(self.scale(duration) - slept, 0)

    def wake(self) -> None:
        """Have the client's time be real time again: what was slept remains elapsed."""
        self._skipped += self._ahead
        self._ahead = 0
