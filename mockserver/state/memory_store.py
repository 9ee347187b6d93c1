"""Accounts and all that they have, kept in this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import TypeVar

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import VirtualClock
from mockserver.state.account import Account
from mockserver.state.account_maker import AccountMaker
from mockserver.state.evictions import MemoryEvictions
from mockserver.state.indexes import MemoryIndexes
from mockserver.state.journal import Exchange
from mockserver.state.journals import MemoryJournals
from mockserver.state.memory import Memory
from mockserver.state.record import AccountRecord
from mockserver.state.record_store import RecordStore

T = TypeVar("T")

RELEASED_AT_ONCE = 1_000
DEFAULT_BYTES = 1024 * 1024 * 1024
SWEEP_EVERY, SWEEP_JOBS = 16, 100
"""Every so many calls one account is swept, of so many jobs at the most: no call pays for all."""


class MemoryStore(RecordStore):
    """The store of one process: implements `Store`.

    Args:
        clock: Makes the default clock.
        maker: Describes new accounts.
        seed: Keys the ids of outputs.
        max_bytes: How much all accounts may keep together, as `kept_bytes` estimates it.

    Raises:
        EmulatorError: a configured account cannot be.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], VirtualClock],
        maker: AccountMaker,
        seed: int,
        max_bytes: int = DEFAULT_BYTES,
    ) -> None:
        self._records: dict[str, AccountRecord] = {}
        self._indexes = MemoryIndexes()
        super().__init__(maker, seed, self._indexes, self._records)
        self._make_clock = clock
        self.journals = MemoryJournals()
        self._ended: list[AccountRecord] = []
        """Accounts of before a reset, which are let go in small steps."""
        self.memory = Memory(max_bytes)
        self.evictions = MemoryEvictions()
        self._numbers = 0
        self.reset()

    @property
    def clock(self) -> VirtualClock:
        """The default clock."""
        return self._clock

    @property
    def keys(self) -> Collection[str]:
        """The keys that are to be hidden wherever they stand: those of every account."""
        return self._records

    @property
    def kept_bytes(self) -> int:
        """How much all accounts keep, as is known."""
        return self.memory.total_bytes

    def transact(self, work: Callable[[], T]) -> T:
        """Do some work on what is kept: nobody else does any meanwhile."""
        return work()

    def reset(self) -> None:
        """Go back to how the emulator started."""
        self.release()
        if len(self._records) > RELEASED_AT_ONCE:
            self._ended += self._records.values()
        self._clock = self._make_clock()
        self._records.clear()
        self.memory.clear()
        self._indexes.clear()
        self.settlement.clear()
        self.journals.clear()
        self.evictions.clear()
        self._calls = 0
        self._turns: OrderedDict[str, None] = OrderedDict()
        """Every key, in the order in which accounts are swept."""
        for api_key in self.maker.configured:
            self.make(api_key, self.clock.find_start())

    def find_next_number(self) -> int:
        """Return the number of the next account: how many there were, and one more."""
        return self._numbers + 1

    def keep(self, account: Account, clock: AccountClock) -> AccountRecord:
        """Keep a new account; return its record."""
        self._numbers += 1
        api_key = account.api_key
        record = AccountRecord(account, clock, self.journals.open(api_key))
        self._records[api_key] = record
        self._turns[api_key] = None
        if api_key not in self.maker.configured:  # such a one may leave once it was spoken to
            self.memory.touch(record)
        return record

    def forget(self, api_key: str) -> bool:
        """Drop an account with all it has, if there is one; a configured one begins anew."""
        self.evictions.forget(api_key)
        return super().forget(api_key)

    def drop(self, record: AccountRecord) -> None:
        """Keep a record no longer, of which nothing is indexed any more."""
        del self._records[record.api_key]
        del self._turns[record.api_key]
        self.memory.forget(record)
        self.journals.forget(record.api_key)

    def enter(self, api_key: str | None, exchange: Exchange) -> None:
        """Enter an exchange into the journal of an account, or of nobody."""
        self.journals.append(api_key, exchange)
        if api_key is None:
            return
        size = len(exchange.request.body) + len(exchange.body)
        self.memory.note_exchange(self._records[api_key], exchange.request.method, size)

    def visit(
        self,
        api_key: str | None,
        subject: str = "",  # noqa: ARG002 (what is in this process need not be read ahead)
    ) -> tuple[Account | None, int]:
        """Return the account of a key that speaks, caught up, and what time it is there."""
        record = self._records.get(api_key) if api_key else None
        if record is not None and record is not self.memory.newest:
            self.memory.touch(record)
        self._calls += 1
        if not self._calls % SWEEP_EVERY:
            self.sweep()
        if self.memory.total_bytes > self.memory.max_bytes:
            self._make_room()
            record = self._records.get(api_key) if api_key else None
        if record is None:
            return None, self.clock.find_start() if api_key else self.clock.now()
        now = record.clock.now()
        self.settlement.settle(record, now)
        return record.account, now

    def _make_room(self) -> None:
        """Forget accounts, those first that nobody spoke to for longest."""
        while (record := self.memory.find_surplus(self._catch_up)) is not None:
            lost = len(record.journal) + record.journal.dropped
            self.end(record)
            self.evictions.note(record.api_key, lost)

    def _catch_up(self, record: AccountRecord) -> None:
        self.settlement.settle(record, record.clock.now(), SWEEP_JOBS)

    def release(self) -> bool:
        """Let go of some accounts of before a reset; tell whether there are more of them."""
        del self._ended[-RELEASED_AT_ONCE:]
        return bool(self._ended)

    def sweep(self) -> None:
        """Let an account that nobody may ask for catch up too, in a small step."""
        self.release()
        if not self._turns:
            return
        api_key, _ = self._turns.popitem(last=False)
        self._turns[api_key] = None
        record = self._records[api_key]
        self._catch_up(record)
        if record.webhooks:
            self.notify(record)
        self.memory.weigh(record)
        if not record.pending:
            self.memory.release(record)
