"""Accounts and all that they have, kept in Redis for every process that names the same store."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import TypeAlias, TypeVar

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import SECOND, VirtualClock
from mockserver.base.errors import StoreGoneError
from mockserver.contract.catalogue import Catalogue
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.jobs import Job
from mockserver.rules.webhooks import WebhookEvent
from mockserver.shared.codecs import ModelCodecs
from mockserver.shared.connection import Connection
from mockserver.shared.evictions import SharedEvictions
from mockserver.shared.fault_counts import SharedFaultCounts
from mockserver.shared.indexes import SharedIndexes
from mockserver.shared.journals import SharedJournals
from mockserver.shared.known_keys import KnownKeys
from mockserver.shared.names import Names
from mockserver.shared.records import SharedRecords
from mockserver.shared.session import Session
from mockserver.shared.transactions import Transactions
from mockserver.shared.upkeep import Upkeep
from mockserver.state.account import Account
from mockserver.state.account_maker import AccountMaker
from mockserver.state.changes import Change, LogAttempt
from mockserver.state.journal import Exchange
from mockserver.state.record import AccountRecord
from mockserver.state.record_store import RecordStore

T = TypeVar("T")
ReadTime: TypeAlias = Callable[[], int]
MakeClock: TypeAlias = Callable[[ReadTime, ReadTime], VirtualClock]
"""Makes the default clock, of monotonic microseconds and of the real time."""

LEASE = 60 * SECOND
"""How long a process has an account's webhooks for itself; longer than a delivery takes."""


class RedisStore(RecordStore):
    """The store of many processes: implements `Store`.

    Args:
        connection: How Redis is reached.
        clock: Makes the default clock.
        maker: Describes new accounts.
        catalogue: Every model.
        seed: Names the world, and keys the ids of outputs.
        max_bytes: How much all accounts may keep together, as `kept_bytes` estimates it.

    Raises:
        StoreGoneError: nobody answers.
        EmulatorError: a configured account cannot be.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        clock: MakeClock,
        maker: AccountMaker,
        catalogue: Catalogue,
        seed: int,
        max_bytes: int,
    ) -> None:
        session = self._session = Session(connection)
        names = self.names = Names(seed)
        self.faults = FaultRegistry(
            catalogue, seed, lambda fault_id: SharedFaultCounts(session, names, fault_id)
        )
        make_clock = partial(clock, lambda: session.now, lambda: session.now)
        self.transactions = Transactions(session, names, make_clock, self.faults)
        codecs = ModelCodecs(catalogue)
        indexes = SharedIndexes(session, codecs, names)
        self._records = SharedRecords(session, codecs, self.transactions, names)
        super().__init__(maker, seed, indexes, self._records)
        self.journals = SharedJournals(session, names, self._records.__iter__)
        self.evictions = SharedEvictions(session, names)
        self._keys = KnownKeys(session, names)
        self.transactions.on_other_epoch += [indexes.rename, self._keys.forget]
        self.transactions.on_new_world = self.make_configured
        self._due: dict[str, None] = {}
        """Accounts of which an event may be due, once the transaction is done."""
        self._upkeep = Upkeep(self, session, max_bytes)
        self.transact(self.make_configured)

    def transact(self, work: Callable[[], T]) -> T:
        """Do some work on what is kept, and again if others have written to it meanwhile."""

        def read_and_work() -> T:
            self.transactions.open()
            self._keys.read()
            return work()

        return self.run(read_and_work)

    def run(self, work: Callable[[], T]) -> T:
        """Do the same with work that is about the account of one key, or shows no account's."""

        def begin_and_work() -> T:
            self._due.clear()
            self.journals.take_entered()
            return work()

        result, answers = self.transactions.run(begin_and_work)
        due, self._due = self._due, {}  # who is told may begin another transaction
        self.journals.tell(self.journals.take_entered(), answers)
        for api_key in due:
            if self.on_due is not None:
                self.on_due(api_key)
        return result

    def handle(self, work: Callable[[], T]) -> T:
        """Do the same for a request of a client, and see to what is to be tidied up after it."""
        result = self.run(work)
        with suppress(StoreGoneError):  # the request is done
            self._upkeep.go_on()
        return result

    @property
    def clock(self) -> VirtualClock:
        """The default clock."""
        self.transactions.open()
        return self.transactions.clock

    @property
    def keys(self) -> Collection[str]:
        """The keys that are to be hidden wherever they stand, as far as this process knows."""
        return self._keys

    @property
    def kept_bytes(self) -> int:
        """How much all accounts keep, as is known."""
        return int(self._session.read(("HGET", self.names.totals, "bytes"))[0] or 0)

    def make_configured(self) -> None:
        """Make the accounts of the configuration, unless they are there."""
        for api_key in self.maker.configured:
            if api_key not in self.records:
                self.make(api_key, self.clock.find_start())

    def find_next_number(self) -> int:
        """Return the time of Redis: no account of the same key began at this microsecond."""
        return self._session.now

    def keep(self, account: Account, clock: AccountClock) -> AccountRecord:
        """Keep a new account; return its record."""
        if account.api_key not in self.maker.configured:  # such a one may leave once it has spoken
            self._note_spoken(account.api_key)
        return self._records.keep(account, clock)

    def forget(self, api_key: str) -> bool:
        """Drop an account with all it has, if there is one; a configured one begins anew."""
        self.evictions.forget(api_key)
        return super().forget(api_key)

    def drop(self, record: AccountRecord) -> None:
        """Keep a record no longer, of which nothing is indexed any more."""
        self._records.drop(self._records[record.api_key])
        self.journals.empty(record.api_key)

    def visit(self, api_key: str | None, subject: str = "") -> tuple[Account | None, int]:
        """Return the account of a key that speaks, caught up, and what time it is there."""
        record = self._records.open(api_key, subject) if api_key else None
        if record is None:
            return None, self.clock.find_start() if api_key else self.clock.now()
        now = record.clock.now()
        self.settlement.settle(record, now)
        return record.account, now

    def enter(self, api_key: str | None, exchange: Exchange) -> None:
        """Enter an exchange into the journal of an account, or of nobody."""
        self.journals.append(api_key, exchange)
        if api_key is not None:
            self._note_spoken(api_key)

    def _note_spoken(self, api_key: str) -> None:
        self._session.write("ZADD", self.names.spoken_to, self._session.now, api_key)

    def notify(self, record: AccountRecord) -> None:
        """Say that an account's clock, runs or webhooks have changed, if any webhook may care."""
        if record.webhooks or record.webhooks.are_active:
            self._due[record.api_key] = None

    def notify_all(self) -> None:
        """Say the same of all accounts; those without webhooks are not read."""
        found = self._session.read(("SMEMBERS", self.names.told))[0]
        self._due.update((api_key.decode(), None) for api_key in found)

    def take_event(self, api_key: str) -> WebhookEvent | None:
        """Take the event that is due first, unless another process is sending one of these."""
        record = self._records.get(api_key)
        if record is None or record.leased_until > self._session.now:
            return None
        event = super().take_event(api_key)
        if event is not None:
            record.leased_until = self._session.now + LEASE
        return event

    def commit(
        self, api_key: str, changes: tuple[Change, ...], now: int
    ) -> tuple[Account, Job | None]:
        """Write what was decided; return the account and the job that was changed last."""
        if any(isinstance(change, LogAttempt) for change in changes):
            self._records[api_key].leased_until = 0
        return super().commit(api_key, changes, now)

    def reset(self) -> None:
        """Go back to how the emulator started."""
        self.transactions.begin_epoch()
        self._records.forget()
        self.make_configured()

    def release(self) -> bool:
        """Let go of some of what there was before a reset; tell whether there is more of it."""
        return self._upkeep.release()
