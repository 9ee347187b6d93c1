"""Every account's journal in one order, that of the numbers, to be read in small steps.

A reader who holds a lock takes a `Batch`, lets the lock go, and takes the next one from where the
last has ended: how long anybody waits does not depend on how many accounts or exchanges there are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

import msgspec

from mockserver.state.journal import BEYOND, Exchange, Journal

MAX_EXAMINED, MAX_BATCH_BYTES = 256, 1024 * 1024
"""How many exchanges one batch looks at, and after how many bytes of them it ends."""

_FEWEST, _GROWTH = 1024, 4

_NO_JOURNAL = Journal()
"""That of an account that is not there."""


Listener: TypeAlias = Callable[[str | None, Exchange], None]
"""Called, within the lock, with the owner of a journal and the exchange that was entered there."""


class PackedExchange(msgspec.Struct, frozen=True, gc=False):
    """An exchange as it is kept: its number, whose journal it is in, and its packed bytes."""

    seq: int
    owner: str | None
    data: bytes


class Batch(msgspec.Struct, frozen=True):
    """Some exchanges in their order, and the number from which to go on; None at the end."""

    records: list[PackedExchange]
    reached: int | None


class Journals(Protocol):
    """Every account's exchanges, each of which has a number; the numbers never start again."""

    @property
    def last(self) -> int:
        """The number of the newest exchange, from 0; a reset leaves it as it is."""

    @property
    def dropped(self) -> int:
        """How many exchanges had to leave the journals that there are."""

    def add_listener(self, listener: Listener, *, everywhere: bool) -> None:
        """Have somebody called when an exchange is entered: by this process, or by any."""

    def remove_listener(self, listener: Listener) -> None:
        """Have somebody called no longer."""

    def exchanges_of(self, owner: str | None) -> Iterable[Exchange]:
        """Return an account's exchanges, oldest first; of None those that are nobody's."""

    def records_of(self, owner: str | None) -> list[bytes]:
        """Return the same as they are kept: packed."""

    def dropped_of(self, owner: str | None) -> int:
        """Return how many exchanges had to leave an account's journal."""

    def assign_number(self) -> int:
        """Return the number of the next exchange, or 0 where it gets one when it is entered."""

    def remove(self, records: Iterable[PackedExchange]) -> None:
        """Forget exchanges, wherever they are: they do not count as dropped."""

    def empty(self, owner: str | None) -> None:
        """Forget an account's exchanges, and how many have been dropped."""

    def empty_all(self) -> None:
        """Forget every exchange, and how many have been dropped."""

    def take_after(self, seq: int, owner: str | None = None) -> Batch:
        """Return the next exchanges above a number, oldest first, of one account or of all."""

    def take_before(self, seq: int, owner: str | None = None) -> Batch:
        """Return the next exchanges below a number, newest first, of one account or of all."""


class MemoryJournals:
    """The order of all exchanges, and their numbers, which never start again.

    Attributes:
        last: The number of the newest exchange, from 0; a reset leaves it as it is.
    """

    def __init__(self) -> None:
        self.last = 0
        self.listeners: list[Listener] = []
        self.clear()

    def add_listener(self, listener: Listener, *, everywhere: bool) -> None:  # noqa: ARG002
        """Have somebody called when an exchange is entered; here that is by this process alone."""
        self.listeners.append(listener)

    def remove_listener(self, listener: Listener) -> None:
        """Have somebody called no longer."""
        self.listeners.remove(listener)

    def clear(self) -> None:
        """Begin with no journal but that of exchanges that are nobody's."""
        self._by_owner: dict[str | None, Journal] = {}
        self.open(None)
        self._begin()

    def _begin(self) -> None:
        self._seqs = array("Q")
        self._journals: list[Journal | None] = []
        """Whose exchange each of the numbers is; None is one that was removed."""
        self._most = _FEWEST
        self._overflown: set[Journal] = set()

    @property
    def dropped(self) -> int:
        """How many exchanges had to leave the journals that there are."""
        return sum(journal.dropped for journal in self._overflown)

    def open(self, owner: str | None) -> Journal:
        """Return a new journal, in which this account's exchanges stand from now on."""
        journal = self._by_owner[owner] = Journal(owner)
        return journal

    def exchanges_of(self, owner: str | None) -> Iterable[Exchange]:
        """Return an account's exchanges, oldest first; of None those that are nobody's."""
        return self._by_owner.get(owner, ())

    def records_of(self, owner: str | None) -> list[bytes]:
        """Return the same as they are kept: packed."""
        journal = self._by_owner.get(owner)
        return journal.list_records() if journal is not None else []

    def dropped_of(self, owner: str | None) -> int:
        """Return how many exchanges had to leave an account's journal."""
        journal = self._by_owner.get(owner)
        return journal.dropped if journal is not None else 0

    def assign_number(self) -> int:
        """Return the number of the next exchange."""
        self.last += 1
        return self.last

    def append(self, owner: str | None, exchange: Exchange) -> None:
        """Enter an exchange into a journal; its number is higher than any before."""
        journal = self._by_owner[owner]
        if len(self._seqs) >= self._most:
            self._drop_stale()
        self._seqs.append(exchange.seq)
        self._journals.append(journal)
        if journal.append(exchange):
            self._overflown.add(journal)
        for listener in self.listeners:
            listener(owner, exchange)

    def forget(self, owner: str | None) -> None:
        """Have no journal of an account that is no more."""
        self.empty(owner)
        del self._by_owner[owner]

    def remove(self, records: Iterable[PackedExchange]) -> None:
        """Forget exchanges, wherever they are: they do not count as dropped."""
        for record in records:
            place = bisect_left(self._seqs, record.seq)
            journal = self._journals[place] if place < len(self._seqs) else None
            if journal is not None and self._seqs[place] == record.seq:
                journal.remove(record.seq)
                self._journals[place] = None

    def empty(self, owner: str | None) -> None:
        """Forget an account's exchanges, and how many have been dropped."""
        journal = self._by_owner.get(owner)
        if journal is not None:
            journal.clear()
            self._overflown.discard(journal)

    def empty_all(self) -> None:
        """Forget every exchange, and how many have been dropped."""
        for journal in self._by_owner.values():
            journal.clear()
        self._begin()

    def take_after(self, seq: int, owner: str | None = None) -> Batch:
        """Return the next exchanges above a number, oldest first, of one account or of all."""
        if owner is not None:
            journal = self._by_owner.get(owner, _NO_JOURNAL)
            return _make_batch((number, journal) for number in journal.list_after(seq))
        places = range(bisect_right(self._seqs, seq), len(self._seqs))
        return _make_batch((self._seqs[place], self._journals[place]) for place in places)

    def take_before(self, seq: int, owner: str | None = None) -> Batch:
        """Return the next exchanges below a number, newest first, of one account or of all."""
        if owner is not None:
            journal = self._by_owner.get(owner, _NO_JOURNAL)
            return _make_batch((number, journal) for number in journal.list_before(seq))
        places = range(bisect_left(self._seqs, seq) - 1, -1, -1)
        return _make_batch((self._seqs[place], self._journals[place]) for place in places)

    def _drop_stale(self) -> None:
        """Leave out what has left its journal; done when the order has grown by much, so seldom."""
        first = {journal: journal.first if journal else BEYOND for journal in set(self._journals)}
        held = [
            (seq, journal)
            for seq, journal in zip(self._seqs, self._journals, strict=True)
            if seq >= first[journal]
        ]
        self._seqs = array("Q", (seq for seq, _ in held))
        self._journals = [journal for _, journal in held]
        self._most = max(_GROWTH * len(held), _FEWEST)


def _make_batch(numbered: Iterable[tuple[int, Journal | None]]) -> Batch:
    """Look at exchanges until there are enough; those that have left their journal are skipped."""
    records: list[PackedExchange] = []
    examined, size, reached = 0, 0, None
    for seq, journal in numbered:
        if examined == MAX_EXAMINED or size >= MAX_BATCH_BYTES:
            return Batch(records, reached)
        examined, reached = examined + 1, seq
        if journal is not None and (data := journal.get(seq)) is not None:
            records.append(PackedExchange(seq, journal.owner, data))
            size += len(data)
    return Batch(records, None)
