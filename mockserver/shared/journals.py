"""What was asked and answered: a stream for each account, whose ids are the exchanges' numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from mockserver.shared.connection import Command
from mockserver.shared.names import Names
from mockserver.shared.session import Session
from mockserver.state.journal import (
    BEYOND,
    MAX_BYTES,
    MAX_EXCHANGES,
    Exchange,
    pack,
    pack_bounded,
    unpack,
)
from mockserver.state.journals import (
    MAX_BATCH_BYTES,
    MAX_EXAMINED,
    Batch,
    Listener,
    PackedExchange,
)

_APPEND = """
local number, stream, size, order, totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local seq = redis.call('INCR', number)
redis.call('XADD', stream, seq .. '-0', 'r', ARGV[1])
redis.call('ZADD', order, seq, seq .. ':' .. ARGV[2])
local count = redis.call('HINCRBY', size, 'count', 1)
local bytes = redis.call('HINCRBY', size, 'bytes', #ARGV[1])
while count > tonumber(ARGV[3]) or bytes > tonumber(ARGV[4]) do
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', stream, oldest[1])
  redis.call('ZREM', order, string.match(oldest[1], '%d+') .. ':' .. ARGV[2])
  count = redis.call('HINCRBY', size, 'count', -1)
  bytes = redis.call('HINCRBY', size, 'bytes', -#oldest[2][2])
  redis.call('HINCRBY', size, 'dropped', 1)
  redis.call('HINCRBY', totals, 'dropped', 1)
end
redis.call('PUBLISH', KEYS[6], seq)
return seq
"""
"""Enters an exchange and gives it its number, so that numbers are as old as what they stand for."""

_REMOVE = """
local stream, size, order = KEYS[1], KEYS[2], KEYS[3]
for i = 2, #ARGV do
  local found = redis.call('XRANGE', stream, ARGV[i] .. '-0', ARGV[i] .. '-0')[1]
  if found then
    redis.call('XDEL', stream, found[1])
    redis.call('ZREM', order, ARGV[i] .. ':' .. ARGV[1])
    redis.call('HINCRBY', size, 'count', -1)
    redis.call('HINCRBY', size, 'bytes', -#found[2][2])
  end
end
"""

_EMPTY = """
local stream, size, order, totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
for _, found in ipairs(redis.call('XRANGE', stream, '-', '+')) do
  redis.call('ZREM', order, string.match(found[1], '%d+') .. ':' .. ARGV[1])
end
local dropped = tonumber(redis.call('HGET', size, 'dropped') or 0)
if dropped > 0 then redis.call('HINCRBY', totals, 'dropped', -dropped) end
redis.call('DEL', stream, size)
"""


class SharedJournals:
    """Every account's exchanges.

    Args:
        session: The transactions.
        names: Under which keys things are kept.
        list_owners: Returns the key of every account.
    """

    def __init__(
        self, session: Session, names: Names, list_owners: Callable[[], Iterable[str]]
    ) -> None:
        self._session = session
        self.names = names
        self._list_owners = list_owners
        self._entered: list[tuple[int, str | None, Exchange]] = []
        """What is entered by the transaction: at which place it stands among what is written."""
        self._listeners: list[Listener] = []
        self.everywhere: list[Listener] = []
        """Those who are to hear of what other processes enter, too."""
        self.on_listening: Callable[[], None] | None = None
        """Called, within the lock, when somebody is to hear of what other processes enter."""

    def add_listener(self, listener: Listener, *, everywhere: bool) -> None:
        """Have somebody called when an exchange is entered: by this process, or by any."""
        if not everywhere:
            self._listeners.append(listener)
            return
        self.everywhere.append(listener)
        if self.on_listening is not None:
            self.on_listening()

    def remove_listener(self, listener: Listener) -> None:
        """Have somebody called no longer."""
        listeners = self.everywhere if listener in self.everywhere else self._listeners
        listeners.remove(listener)

    @property
    def last(self) -> int:
        """The number of the newest exchange, from 0."""
        return int(self._session.read(("GET", self.names.exchange_number))[0] or 0)

    @property
    def dropped(self) -> int:
        """How many exchanges had to leave the journals that there are."""
        return int(self._session.read(("HGET", self.names.totals, "dropped"))[0] or 0)

    def dropped_of(self, owner: str | None) -> int:
        """Return how many exchanges had to leave an account's journal."""
        return int(self._session.read(("HGET", self._size(owner), "dropped"))[0] or 0)

    def exchanges_of(self, owner: str | None) -> list[Exchange]:
        """Return an account's exchanges, oldest first; of None those that are nobody's."""
        return list(map(unpack, self.records_of(owner)))

    def records_of(self, owner: str | None) -> list[bytes]:
        """Return the same as they are kept: packed."""
        found = self._session.read(("XRANGE", self._stream(owner), "-", "+"))[0]
        return [_read_entry(entry, owner).data for entry in found]

    def assign_number(self) -> int:
        """Return 0: an exchange gets its number when it is entered."""
        return 0

    def append(self, owner: str | None, exchange: Exchange) -> None:
        """Have an exchange entered into a journal when the transaction ends."""
        names = self.names
        keys = (
            *(names.exchange_number, self._stream(owner), self._size(owner)),
            *(names.exchanges, names.totals, names.news),
        )
        bounds = (MAX_EXCHANGES, MAX_BYTES)
        place = self._session.write(
            "EVAL", _APPEND, len(keys), *keys, pack_bounded(exchange), owner or "", *bounds
        )
        self._entered.append((place, owner, exchange))

    def take_entered(self) -> list[tuple[int, str | None, Exchange]]:
        """Return what the transaction has entered, once."""
        entered, self._entered = self._entered, []
        return entered

    def tell(self, entered: list[tuple[int, str | None, Exchange]], answers: list[Any]) -> None:
        """Call those who hear of what this process has entered."""
        if self._listeners:
            for place, owner, exchange in entered:
                numbered = msgspec.structs.replace(exchange, seq=answers[place])
                for listener in self._listeners:
                    listener(owner, numbered)

    def tell_everywhere(self, record: PackedExchange) -> None:
        """Call those who hear of what any process has entered."""
        exchange = unpack(record.data)
        for listener in list(self.everywhere):
            listener(record.owner, exchange)

    def remove(self, records: Iterable[PackedExchange]) -> None:
        """Forget exchanges, wherever they are: they do not count as dropped."""
        by_owner: dict[str | None, list[int]] = {}
        for record in records:
            by_owner.setdefault(record.owner, []).append(record.seq)
        for owner, numbers in by_owner.items():
            keys = (self._stream(owner), self._size(owner), self.names.exchanges)
            self._session.write("EVAL", _REMOVE, len(keys), *keys, owner or "", *numbers)

    def empty(self, owner: str | None) -> None:
        """Forget an account's exchanges, and how many have been dropped."""
        names = self.names
        keys = (self._stream(owner), self._size(owner), names.exchanges, names.totals)
        self._session.write("EVAL", _EMPTY, len(keys), *keys, owner or "")

    def empty_all(self) -> None:
        """Forget every exchange, and how many have been dropped."""
        for owner in (None, *self._list_owners()):
            self.empty(owner)

    def take_after(self, seq: int, owner: str | None = None) -> Batch:
        """Return the next exchanges above a number, oldest first, of one account or of all."""
        first = min(max(seq, 0), BEYOND) + 1
        if owner is None:
            return self._take("ZRANGEBYSCORE", first, "+inf")
        return self._take_of(owner, "XRANGE", first, "+")

    def take_before(self, seq: int, owner: str | None = None) -> Batch:
        """Return the next exchanges below a number, newest first, of one account or of all."""
        first = min(max(seq, 1), BEYOND) - 1
        if owner is None:
            return self._take("ZREVRANGEBYSCORE", first, "-inf")
        return self._take_of(owner, "XREVRANGE", first, "-")

    def _take_of(self, owner: str, command: str, first: int, last: str) -> Batch:
        limit = ("COUNT", MAX_EXAMINED)
        found = self._session.read((command, self._stream(owner), f"{first}-0", last, *limit))[0]
        records = [_read_entry(entry, owner) for entry in found]
        return _make_batch(records, [record.seq for record in records])

    def _take(self, command: str, first: int, last: str) -> Batch:
        limit = ("LIMIT", 0, MAX_EXAMINED)
        members = self._session.read((command, self.names.exchanges, first, last, *limit))[0]
        asked: list[Command] = []
        owners: list[str | None] = []
        numbers: list[int] = []
        for member in members:
            number, _, owner = member.decode().partition(":")
            numbers.append(int(number))
            owners.append(owner or None)
            asked.append(("XRANGE", self._stream(owner or None), f"{number}-0", f"{number}-0"))
        found = self._session.read(*asked) if asked else []
        records = [
            _read_entry(entry, owner)
            for owner, entries in zip(owners, found, strict=True)
            for entry in entries
        ]
        return _make_batch(records, numbers)

    def _stream(self, owner: str | None) -> str:
        return self.names.of_account("journal", owner)

    def _size(self, owner: str | None) -> str:
        return self.names.of_account("journal-size", owner)


def _make_batch(records: list[PackedExchange], examined: list[int]) -> Batch:
    """Return as many of these as one batch has; it is the last one if fewer were to be had.

    Args:
        records: Those that are there.
        examined: The numbers that were looked for.
    """
    size = 0
    for count, record in enumerate(records, 1):
        size += len(record.data)
        if size >= MAX_BATCH_BYTES:
            return Batch(records[:count], record.seq)
    return Batch(records, examined[-1] if len(examined) >= MAX_EXAMINED else None)


def _read_entry(entry: Any, owner: str | None) -> PackedExchange:
    """Return an exchange of a stream, with the number under which it stands there."""
    entry_id, (_, data) = entry
    seq = int(entry_id.partition(b"-")[0])
    return PackedExchange(seq, owner, pack(msgspec.structs.replace(unpack(data), seq=seq)))
