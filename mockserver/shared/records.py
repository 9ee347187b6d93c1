"""Every account by its key, each read when a transaction first asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from mockserver.base.account_clock import AccountClock
from mockserver.base.ids import normalize_id
from mockserver.shared.codecs import AccountRow, ModelCodecs, decode_row, encode_row, make_account
from mockserver.shared.connection import Command
from mockserver.shared.names import ACCOUNT_PARTS, Names
from mockserver.shared.record import JournalSize, SharedRecord
from mockserver.shared.session import Session
from mockserver.shared.transactions import Transactions
from mockserver.state.account import Account
from mockserver.state.record import AccountRecord

_SHORTEST_ID = 32
_FIND_JOB = """
local ordinal = redis.call('HGET', KEYS[1], ARGV[1])
return ordinal and {ordinal, redis.call('HGET', KEYS[2], ordinal)} or {}
"""


class SharedRecords(Mapping[str, AccountRecord]):
    """The accounts of one world, as the transaction that is under way sees them.

    Args:
        session: The transactions.
        codecs: Of jobs.
        transactions: Have the default clock.
        names: Under which keys things are kept.
    """

    def __init__(
        self, session: Session, codecs: ModelCodecs, transactions: Transactions, names: Names
    ) -> None:
        self._session = session
        self._codecs = codecs
        self._transactions = transactions
        self.names = names
        self._known: dict[str, SharedRecord | None] = {}

    def __getitem__(self, api_key: str) -> SharedRecord:
        record = self._find(api_key)
        if record is None:
            raise KeyError(api_key)
        return record

    def get(self, api_key: str, default: Any = None) -> Any:
        """Return the account of this key, if there is one."""
        return self._find(api_key) or default

    def __contains__(self, api_key: object) -> bool:
        return isinstance(api_key, str) and self._find(api_key) is not None

    def __iter__(self) -> Iterator[str]:
        self._transactions.open()
        found = self._session.read(("ZRANGE", self.names.accounts, 0, -1))[0]
        keys = dict.fromkeys(key.decode() for key in found)
        for api_key, record in self._known.items():
            if record is None:
                keys.pop(api_key, None)
            else:
                keys[api_key] = None
        return iter(keys)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def open(self, api_key: str, subject: str) -> SharedRecord | None:
        """Return the account of this key, if there is one.

        It is read together with the world, and with the job of this id, if it has one.
        """
        watched, reads = self._list_reads(api_key)
        jobs = [self.names.of_account(part, api_key) for part in ("job-ids", "jobs")]
        asked = normalize_id(subject)
        is_id = len(asked) >= _SHORTEST_ID
        find_job: list[Command] = [("EVAL", _FIND_JOB, len(jobs), *jobs, asked)] if is_id else []
        found = self._transactions.open(watched, then=[*reads, *find_job])
        if found is not None:
            account, size, *job = found
            self._take_in(api_key, account, size)
            record = self._known[api_key]
            if record is not None and job:
                record.know_job(asked, job[0])
        return self._find(api_key)

    def _list_reads(self, api_key: str) -> tuple[str, list[Command]]:
        """Return what is to be watched, and read, so that `_take_in` can make a record of it."""
        account = self.names.of_account("account", api_key)
        size = self.names.of_account("journal-size", api_key)
        return account, [("GET", account), ("HMGET", size, "count", "bytes", "dropped")]

    def _take_in(self, api_key: str, data: bytes | None, size: list[bytes | None]) -> None:
        """Take an account as it was read; it was watched before."""
        self._session.enlist(self)
        if data is None:
            self._known[api_key] = None
            return
        row = decode_row(data)
        clock = AccountClock(self._transactions.clock)
        clock.restore(row.clock)
        account = make_account(row.said, clock)
        journal = JournalSize(*(int(each or 0) for each in size))
        record = self._known[api_key] = self._make(account, clock, row, journal)
        record.read_as = data

    def keep(self, account: Account, clock: AccountClock) -> SharedRecord:
        """Keep a new account; return its record."""
        self._session.enlist(self)
        record = self._make(account, clock, None, JournalSize())
        made_at = self._session.now + sum(not each.read_as for each in self._list_known())
        self._session.write("ZADD", self.names.accounts, made_at, account.api_key)
        self._known[account.api_key] = record
        return record

    def drop(self, record: SharedRecord) -> None:
        """Keep an account no longer."""
        api_key = record.api_key
        record.forget_changes()
        self._known[api_key] = None
        parts = (self.names.of_account(part, api_key) for part in ACCOUNT_PARTS)
        self._session.write("UNLINK", *parts)
        for name in (self.names.accounts, self.names.spoken_to):
            self._session.write("ZREM", name, api_key)
        self._session.write("SREM", self.names.told, api_key)
        self._session.write("HINCRBY", self.names.totals, "bytes", -record.weighed_bytes)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written of every account that has changed."""
        for record in self._list_known():
            yield from self._list_writes_of(record)

    def _list_known(self) -> list[SharedRecord]:
        return [record for record in self._known.values() if record is not None]

    def _list_writes_of(self, record: SharedRecord) -> Iterable[Command]:
        """Write a part, and the account with it: others watch that for all of its parts."""
        writes = list(record.list_writes())
        row = record.make_row()
        is_same = not writes and not record.has_changed and encode_row(row) == record.read_as
        if is_same and not record.is_weighed_anew:
            return
        kept = record.kept_bytes
        if is_same and kept == record.weighed_bytes:
            return
        yield from writes
        yield ("HINCRBY", self.names.totals, "bytes", kept - record.weighed_bytes)
        data = encode_row(msgspec.structs.replace(row, weighed_bytes=kept))
        yield ("SET", self.names.of_account("account", record.api_key), data)

    def forget(self) -> None:
        """Know nothing of any account any more."""
        self._known.clear()

    def _find(self, api_key: str) -> SharedRecord | None:
        if api_key not in self._known:
            self._transactions.open()
            watched, reads = self._list_reads(api_key)
            self._take_in(api_key, *self._session.watch(watched, then=reads))
        return self._known[api_key]

    def _make(
        self, account: Account, clock: AccountClock, row: AccountRow | None, journal: JournalSize
    ) -> SharedRecord:
        return SharedRecord(
            self._session,
            self.names,
            account,
            clock=clock,
            codecs=self._codecs,
            row=row,
            journal=journal,
        )
