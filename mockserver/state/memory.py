"""How much all accounts keep together, and which of them leaves first when that is too much.

What is counted is an estimate of what the accounts hold, not what the process takes: it is the
same on every machine.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from mockserver.state.record import AccountRecord

_SMALL_BODIES, _SMALL_CALL = 2_000, 6_000
"""Bytes of both bodies up to which a call is not worth weighing its account, and what it adds at
most: a job, its output, an entry in the ledger, and this exchange."""


class Memory:
    """Accounts in the order in which they were last spoken to, and the sum of what they keep.

    Args:
        max_bytes: How much all accounts may keep.

    Attributes:
        total_bytes: How much they kept when each was last looked at.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.clear()

    def clear(self) -> None:
        """Begin without an account."""
        self.total_bytes = 0
        self.newest: AccountRecord | None = None
        """The one that was spoken to last."""
        self._idle: OrderedDict[AccountRecord, None] = OrderedDict()
        """Those that may leave, as far as is known; the one spoken to longest ago comes first."""
        self._busy: OrderedDict[AccountRecord, None] = OrderedDict()
        """Those that had a pending job when it was last their turn to leave."""

    def touch(self, record: AccountRecord) -> None:
        """Note that an account was spoken to."""
        self._busy.pop(record, None)
        self._idle[record] = None
        self._idle.move_to_end(record)
        self.newest = record

    def weigh(self, record: AccountRecord) -> None:
        """Note what an account keeps now."""
        kept = record.kept_bytes
        self.total_bytes += kept - record.weighed_bytes
        record.weighed_bytes = kept

    def note_exchange(self, record: AccountRecord, method: str, size: int) -> None:
        """Note an exchange whose bodies take so many bytes; only a large one has all weighed."""
        if not record.weighed_bytes or size > _SMALL_BODIES:
            self.weigh(record)
        elif method != "GET":  # those add to the journal alone
            record.weighed_bytes += _SMALL_CALL
            self.total_bytes += _SMALL_CALL

    def forget(self, record: AccountRecord) -> None:
        """Count an account no longer."""
        self.newest = None
        self._idle.pop(record, None)
        self._busy.pop(record, None)
        self.total_bytes -= record.weighed_bytes
        record.weighed_bytes = 0

    def release(self, record: AccountRecord) -> None:
        """Let an account without a pending job leave before any that has one."""
        if record in self._busy:
            del self._busy[record]
            self._idle[record] = None
            self._idle.move_to_end(record, last=False)

    def find_surplus(self, catch_up: Callable[[AccountRecord], None]) -> AccountRecord | None:
        """Return the account that has to leave; None if there is room for all.

        It is the one that was not spoken to for longest, and has a pending job only if every
        account has. Each call looks at an account with a pending job once, until it speaks again.

        Args:
            catch_up: Lets an account catch up with its clock.
        """
        while self.total_bytes > self.max_bytes and self._idle:
            record = next(iter(self._idle))
            if record.pending:
                catch_up(record)
            self.weigh(record)
            if not record.pending:
                return record if self.total_bytes > self.max_bytes else None
            self.newest = None
            del self._idle[record]
            self._busy[record] = None
        return next(iter(self._busy), None) if self.total_bytes > self.max_bytes else None
