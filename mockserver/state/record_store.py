"""What every store does with accounts' records, wherever they are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import VirtualClock
from mockserver.rules.jobs import Job
from mockserver.rules.webhooks import WebhookEvent
from mockserver.state.account import Account, AccountSettings
from mockserver.state.account_maker import AccountMaker
from mockserver.state.appliers import APPLIERS
from mockserver.state.changes import Change, MakeAccount
from mockserver.state.indexes import Indexes
from mockserver.state.queries import Queries
from mockserver.state.record import AccountRecord
from mockserver.state.settlement import Settlement


class RecordStore(Queries, ABC):
    """Accounts by their keys, each a record, and what becomes of them.

    Args:
        maker: Describes new accounts.
        seed: Keys the ids of outputs.
        indexes: What is found by an id alone.
        records: Every account by its key.
    """

    def __init__(
        self,
        maker: AccountMaker,
        seed: int,
        indexes: Indexes,
        records: Mapping[str, AccountRecord],
    ) -> None:
        super().__init__(Settlement(seed, indexes, self.notify), indexes, records)
        self.maker = maker
        self.on_due: Callable[[str], None] | None = None
        """Called, within the lock, with the key of an account that may have an event to send."""

    @property
    @abstractmethod
    def clock(self) -> VirtualClock:
        """The default clock."""

    @abstractmethod
    def find_next_number(self) -> int:
        """Return the number of the next account, which no account of its key has had."""

    @abstractmethod
    def keep(self, account: Account, clock: AccountClock) -> AccountRecord:
        """Keep a new account; return its record."""

    @abstractmethod
    def drop(self, record: AccountRecord) -> None:
        """Keep a record no longer, of which nothing is indexed any more."""

    def describe(self, api_key: str) -> Account:
        """Return the account of this key as it would be made; nothing is kept."""
        clock = AccountClock(self.clock, self.clock.find_start())
        return self.maker.describe(api_key, self.find_next_number(), clock)

    def make(self, api_key: str, now: int) -> AccountRecord:
        """Keep the account of this key, as it begins at an instant; return its record."""
        clock = AccountClock(self.clock, now)
        return self.keep(self.maker.describe(api_key, self.find_next_number(), clock), clock)

    def forget(self, api_key: str) -> bool:
        """Drop an account with all it has, if there is one; a configured one begins anew."""
        record = self.records.get(api_key)
        if record is None:
            return False
        self.end(record)
        return True

    def end(self, record: AccountRecord) -> None:
        """Let go of an account: whoever holds its value finds that it is not current."""
        self.settlement.forget(record)
        self.drop(record)
        if record.api_key in self.maker.configured:
            self.make(record.api_key, self.clock.find_start())

    def check(self, wanted: AccountSettings) -> None:
        """Refuse what cannot be said of an account."""
        self.maker.check(wanted)

    def move_default_clock(self, mode: str | None, step: int) -> None:
        """Have the default clock go on in another mode, if one is named, and move it on."""
        if mode is not None:
            self.clock.set_mode(mode)
        self.clock.advance(step)
        self.notify_all()

    def notify_all(self) -> None:
        """Say that the clocks of all accounts have changed."""
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
            record = self.make(api_key, now)
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
