"""Accounts and all that they have, kept in this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from mockserver.base.clock import AccountClock, VirtualClock
from mockserver.rules.jobs import Job
from mockserver.rules.webhooks import WebhookEvent
from mockserver.state.account import Account, AccountSettings
from mockserver.state.account_maker import AccountMaker
from mockserver.state.appliers import APPLIERS
from mockserver.state.changes import Change, MakeAccount
from mockserver.state.evictions import Evictions
from mockserver.state.journal import Exchange
from mockserver.state.journals import Journals
from mockserver.state.memory import Memory
from mockserver.state.queries import Queries
from mockserver.state.record import AccountRecord
from mockserver.state.settlement import Settlement

RELEASED_AT_ONCE = 1_000
DEFAULT_BYTES = 1024 * 1024 * 1024
SWEEP_EVERY, SWEEP_JOBS = 16, 100
"""Every so many calls one account is swept, of so many jobs at the most: no call pays for all."""


class MemoryStore(Queries):
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
        super().__init__(Settlement(seed, self.notify))
        self._make_clock = clock
        self.maker = maker
        self.on_due: Callable[[str], None] | None = None
        """Called, within the lock, with the key of an account that may have an event to send."""
        self.journals = Journals()
        self._ended: list[AccountRecord] = []
        """Accounts of before a reset, which are let go in small steps."""
        self.memory = Memory(max_bytes)
        self.evictions = Evictions()
        self._numbers = 0
        self.reset()

    @property
    def kept_bytes(self) -> int:
        """How much all accounts keep, as is known."""
        return self.memory.total_bytes

    def reset(self) -> None:
        """Go back to how the emulator started."""
        self.release()
        if len(self.records) > RELEASED_AT_ONCE:
            self._ended += self.records.values()
        self.clock = self._make_clock()
        self.records.clear()
        self.memory.clear()
        self.settlement.clear()
        self.uploads.clear()
        self.journals.clear()
        self.evictions.clear()
        self._calls = 0
        self._turns: OrderedDict[str, None] = OrderedDict()
        """Every key, in the order in which accounts are swept."""
        for api_key in self.maker.configured:
            self._make(api_key, self.clock.find_start())

    def describe(self, api_key: str) -> Account:
        """Return the account of this key as it would be made; nothing is kept."""
        clock = AccountClock(self.clock, self.clock.find_start())
        return self.maker.describe(api_key, self._numbers + 1, clock)

    def _make(self, api_key: str, now: int) -> AccountRecord:
        clock = AccountClock(self.clock, now)
        self._numbers += 1
        account = self.maker.describe(api_key, self._numbers, clock)
        record = AccountRecord(account, clock, self.journals.open(api_key))
        self.records[api_key] = record
        self._turns[api_key] = None
        if api_key not in self.maker.configured:  # such a one may leave once it was spoken to
            self.memory.touch(record)
        return record

    def forget(self, api_key: str) -> bool:
        """Drop an account with all it has, if there is one; a configured one begins anew."""
        self.evictions.forget(api_key)
        record = self.records.get(api_key)
        if record is None:
            return False
        self._end(record)
        return True

    def _end(self, record: AccountRecord) -> None:
        """Let go of an account: whoever holds its value finds that it is not current."""
        api_key = record.api_key
        del self.records[api_key]
        del self._turns[api_key]
        self.memory.forget(record)
        self.settlement.forget(record)
        for upload in record.uploads:
            self.uploads.pop(upload.upload_id, None)
        self.journals.forget(api_key)
        if api_key in self.maker.configured:
            self._make(api_key, self.clock.find_start())

    def check(self, wanted: AccountSettings) -> None:
        """Refuse what cannot be said of an account."""
        self.maker.check(wanted)

    def move_default_clock(self, mode: str | None, step: int) -> None:
        """Have the default clock go on in another mode, if one is named, and move it on."""
        if mode is not None:
            self.clock.set_mode(mode)
        self.clock.advance(step)
        for record in self.records.values():
            self.notify(record)

    def commit(
        self, api_key: str, changes: tuple[Change, ...], now: int
    ) -> tuple[Account, Job | None]:
        """Write what was decided; return the account and the job that was changed last."""
        record = self.records.get(api_key)
        if record is None:
            if type(changes[0]) is not MakeAccount:
                raise AssertionError("a change of an account that nobody made")
            record = self._make(api_key, now)
        last = None
        for change in changes:
            ordinal = APPLIERS[type(change)](self, record, change, now)
            last = last if ordinal is None else ordinal
        self.settlement.settle(record, now)
        return record.account, None if last is None else record.jobs.get(last)

    def settle(self, account: Account, now: int) -> Account:
        """Let an account catch up with its clock, and return it as it is then."""
        record = self.records.get(account.api_key)
        if record is None or record.number != account.number:
            return account
        self.settlement.settle(record, now)
        return record.account

    def take_event(self, api_key: str) -> WebhookEvent | None:
        """Let the account catch up with its clock, and take the event that is due first."""
        record = self.records.get(api_key)
        if record is None:
            return None
        self.settlement.settle(record, record.clock.now())
        return record.webhooks.take()

    def notify(self, record: AccountRecord) -> None:
        """Say that an account's clock, runs or webhooks have changed, if any webhook may care."""
        if self.on_due is not None and (record.webhooks or record.webhooks.are_active):
            self.on_due(record.api_key)

    def enter(self, api_key: str | None, exchange: Exchange) -> None:
        """Enter an exchange into the journal of an account, or of nobody."""
        self.journals.append(api_key, exchange)
        if api_key is None:
            return
        size = len(exchange.request.body) + len(exchange.body)
        self.memory.note_exchange(self.records[api_key], exchange.request.method, size)

    def visit(self, api_key: str | None) -> tuple[Account | None, int]:
        """Return the account of a key that speaks, caught up, and what time it is there."""
        record = self.records.get(api_key) if api_key else None
        if record is not None and record is not self.memory.newest:
            self.memory.touch(record)
        self._calls += 1
        if not self._calls % SWEEP_EVERY:
            self.sweep()
        if self.memory.total_bytes > self.memory.max_bytes:
            self._make_room()
            record = self.records.get(api_key) if api_key else None
        if record is None:
            return None, self.clock.find_start() if api_key else self.clock.now()
        now = record.clock.now()
        self.settlement.settle(record, now)
        return record.account, now

    def _make_room(self) -> None:
        """Forget accounts, those first that nobody spoke to for longest."""
        while (record := self.memory.find_surplus(self._catch_up)) is not None:
            lost = len(record.journal) + record.journal.dropped
            self._end(record)
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
        record = self.records[api_key]
        self._catch_up(record)
        if record.webhooks:
            self.notify(record)
        self.memory.weigh(record)
        if not record.pending:
            self.memory.release(record)
