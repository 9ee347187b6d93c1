"""What `state.rows` asks for, kept in Redis: read when it is first asked, written at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from mockserver.shared.connection import Command
from mockserver.shared.session import Session

K = TypeVar("K", str, int)
T = TypeVar("T")

_FIRST = 32
"""How many of the oldest things in a queue are read at once."""


class Codec(msgspec.Struct, Generic[T], frozen=True):
    """How a thing is turned into bytes and back."""

    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]


class SharedRows(Generic[K, T]):
    """Things by a key: a hash.

    Args:
        session: The transactions.
        name: The key of the hash.
        codec: Of the things.
    """

    def __init__(self, session: Session, name: str, codec: Codec[T]) -> None:
        self._session = session
        self._name = name
        self._codec = codec
        self._known: dict[K, T | None] = {}
        self._written: dict[K, None] = {}

    def __len__(self) -> int:
        length: int = self._session.read(("HLEN", self._name))[0]
        return length + self._count_new()

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str | int) and self.get(key) is not None  # type: ignore[arg-type]

    def __getitem__(self, key: K) -> T:
        thing = self.get(key)
        if thing is None:
            raise KeyError(key)
        return thing

    def __setitem__(self, key: K, thing: T) -> None:
        self._keep(key, thing)

    def get(self, key: K) -> T | None:
        """Return the one of this key, if there is one."""
        if key not in self._known:
            self._read([key])
        return self._known[key]

    def know(self, key: K, data: bytes | None) -> None:
        """Take what was read elsewhere of a key in this transaction."""
        self._session.enlist(self)
        self._known[key] = None if data is None else self._codec.decode(data)

    def read_ahead(self, keys: Iterable[K]) -> None:
        """Read those of these keys at once that are about to be asked for."""
        if unknown := [key for key in keys if key not in self._known]:
            self._read(unknown)

    def list_of(self, keys: Iterable[K]) -> Iterator[T]:
        """Go through those of these keys, which are all there, in this order."""
        keys = list(keys)
        self.read_ahead(keys)
        return map(self.__getitem__, keys)

    def rename(self, name: str) -> None:
        """Have it kept under another key from the next transaction on."""
        self._name = name

    def drop(self, key: K) -> None:
        """Take one out, if it is there."""
        self._keep(key, None)

    @property
    def has_changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._written)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written."""
        gone: list[str] = [str(key) for key in self._written if self._known[key] is None]
        if gone:
            yield ("HDEL", self._name, *gone)
        pairs: list[str | bytes] = []
        for key in self._written:
            thing = self._known[key]
            if thing is not None:
                pairs += [str(key), self._codec.encode(thing)]
        if pairs:
            yield ("HSET", self._name, *pairs)

    def forget(self) -> None:
        """Know nothing of it any more."""
        self._known.clear()
        self._written.clear()

    def _keep(self, key: K, thing: T | None) -> None:
        self._session.enlist(self)
        self._known[key] = thing
        self._written[key] = None

    def _read(self, keys: list[K]) -> None:
        self._session.enlist(self)
        found = self._session.read(("HMGET", self._name, *map(str, keys)))[0]
        for key, data in zip(keys, found, strict=True):
            self.know(key, data)

    def _count_new(self) -> int:
        """Return by how many things what was written here and not sent yet makes it longer."""
        if not self._written:
            return 0
        there = self._session.read(*(("HEXISTS", self._name, str(key)) for key in self._written))
        kept = [key for key in self._written if self._known[key] is not None]
        return len(kept) - int(sum(there))


class SharedQueue(Generic[T]):
    """Things that leave in the order in which they came: a list.

    Args:
        session: The transactions.
        name: The key of the list.
        codec: Of the things.
        length: How many there are.
    """

    def __init__(self, session: Session, name: str, codec: Codec[T], length: int) -> None:
        self._session = session
        self._name = name
        self._codec = codec
        self._length = length
        self._oldest: list[T] = []
        """Those that were read, without those that were taken."""
        self._read_to = 0
        """How many were read."""
        self._taken = 0
        self._new: list[T] = []
        self._is_read = not length
        """All that is in the list was read."""

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        self._read_more(None)
        return iter([*self._oldest, *self._new])

    def __getitem__(self, place: int) -> T:
        self._look()
        return list(self)[place] if place else (self._oldest or self._new)[0]

    def list_newest(self, most: int) -> list[T]:
        """Return at most so many, newest first; no others are read."""
        newest = self._new[::-1][:most]
        kept = min(most, self._length) - len(newest)
        if kept > 0:
            self._session.enlist(self)
            found = self._session.read(("LRANGE", self._name, -kept, -1))[0]
            newest += map(self._codec.decode, reversed(found))
        return newest

    def append(self, thing: T) -> None:
        """Keep one more."""
        self._session.enlist(self)
        self._new.append(thing)
        self._length += 1

    def append_lazily(self, make: Callable[..., T], *sources: Any) -> None:
        """Keep one more, made now: it is to be written."""
        self.append(make(*sources))

    def make_next(self) -> bool:
        """Return False: all are made."""
        return False

    def popleft(self) -> T:
        """Take the oldest."""
        self._look()
        self._length -= 1
        if self._oldest:
            self._taken += 1
            return self._oldest.pop(0)
        return self._new.pop(0)

    @property
    def has_changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._taken or self._new)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written."""
        if self._taken:
            yield ("LPOP", self._name, self._taken)
        if self._new:
            yield ("RPUSH", self._name, *map(self._codec.encode, self._new))

    def forget(self) -> None:
        """Know nothing of it any more."""
        self._oldest, self._new = [], []
        self._read_to = self._taken = 0

    def _look(self) -> None:
        """Read some of the oldest, unless some are known or none are left."""
        if not self._oldest:
            self._read_more(_FIRST)

    def _read_more(self, count: int | None) -> None:
        if self._is_read:
            return
        self._session.enlist(self)
        last = -1 if count is None else self._read_to + count - 1
        found = self._session.read(("LRANGE", self._name, self._read_to, last))[0]
        self._read_to += len(found)
        self._oldest += map(self._codec.decode, found)
        self._is_read = count is None or len(found) < count


def make_msgpack_codec(kind: Any) -> Codec[Any]:
    """Return the codec of a type that msgspec knows."""
    return Codec(msgspec.msgpack.encode, msgspec.msgpack.Decoder(kind).decode)
