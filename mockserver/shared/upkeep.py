"""What a process tidies up for all: idle accounts, those beyond the room, what a reset has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from mockserver.shared.evictions import SharedEvictions
from mockserver.shared.names import Names
from mockserver.shared.record import SharedRecord
from mockserver.shared.session import Session
from mockserver.shared.transactions import Transactions
from mockserver.state.settlement import Settlement

EVERY, MOST_JOBS = 16, 100
"""Every so many requests one account is looked at, and so many jobs of it at the most."""

_EXAMINED = 16
"""So many accounts are looked at, at the most, for one that can leave without losing a run."""

_SCANNED = 1_000


class Store(Protocol):
    """The store, as far as it is tidied up."""

    names: Names
    settlement: Settlement
    evictions: SharedEvictions
    transactions: Transactions
    records: Any

    def run(self, work: Callable[[], Any]) -> Any:
        """Do some work as a transaction."""

    def end(self, record: SharedRecord) -> None:
        """Let go of an account."""

    def notify(self, record: SharedRecord) -> None:
        """Say that an account may have an event to send."""


class Upkeep:
    """What one process does of it, in small pieces.

    Args:
        store: What is tidied up.
        session: The transactions.
        max_bytes: How much all accounts may keep.
    """

    def __init__(self, store: Store, session: Session, max_bytes: int) -> None:
        self._store = store
        self._session = session
        self._max_bytes = max_bytes
        self._calls = 0
        self._scanned = (-1, 0)
        """How far this process has looked for what is left of an epoch: that, and the cursor."""

    def go_on(self) -> None:
        """Do a piece of it, after every so many calls."""
        self._calls += 1
        if self._calls % EVERY:
            return
        if self._store.run(self.sweep) > self._max_bytes:
            while self._store.run(self.make_room):
                pass

    def sweep(self) -> int:
        """Let an account catch up that nobody may ask for, and one with webhooks, and release.

        Returns:
            How many bytes all accounts keep.
        """
        self._store.transactions.open()
        names = self._store.names
        found, told, kept = self._session.read(
            ("ZRANDMEMBER", names.accounts, 1),
            ("SRANDMEMBER", names.told, 1),
            ("HGET", names.totals, "bytes"),
        )
        for api_key in {*found, *told}:
            record = self._store.records.get(api_key.decode())
            if record is not None:
                self._catch_up(record)
                if record.webhooks:
                    self._store.notify(record)
        self.release()
        return int(kept or 0)

    def make_room(self) -> bool:
        """Forget an account where all together keep too much; tell whether one was forgotten.

        It is the one that was not spoken to for longest, and has a pending job only if every
        account has that was looked at.
        """
        self._store.transactions.open()
        names = self._store.names
        kept, keys = self._session.read(
            ("HGET", names.totals, "bytes"), ("ZRANGE", names.spoken_to, 0, _EXAMINED - 1)
        )
        if int(kept or 0) <= self._max_bytes:
            return False
        found = [self._store.records.get(api_key.decode()) for api_key in keys]
        records = [record for record in found if record is not None]
        for record in records:
            self._catch_up(record)
        record = next((each for each in records if not each.pending), next(iter(records), None))
        if record is None:
            return False
        lost = len(record.journal) + record.journal.dropped
        self._store.end(record)
        self._store.evictions.note(record.api_key, lost)
        return True

    def release(self) -> bool:
        """Let go of some of what there was before a reset; tell whether there is more of it.

        It is let go at once, as nobody can read it any more, so that this may be done twice.
        """
        transactions = self._store.transactions
        ended = transactions.world.ended
        if not ended:
            return False
        epoch = ended[0]
        begun, cursor = self._scanned
        pattern = self._store.names.of_epoch(epoch)
        scan = ("SCAN", cursor if begun == epoch else 0, "MATCH", pattern, "COUNT", _SCANNED)
        cursor, found = self._session.read(scan)[0]
        if found:
            self._session.read(("UNLINK", *found))
        self._scanned = (epoch, int(cursor))
        if int(cursor) == 0:
            transactions.end_epoch(epoch)
        return True

    def _catch_up(self, record: SharedRecord) -> None:
        self._store.settlement.settle(record, record.clock.now(), MOST_JOBS)
        record.is_weighed_anew = True
