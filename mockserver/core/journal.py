"""What was asked and answered: a ring of exchanges for each account, bounded and kept packed.

Each exchange is kept as one packed record, a single object that is quick to make, to keep and to
drop. Turning it into JSON and hiding keys happens when somebody reads the journal (see
`journal_views`), not while a client waits.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from itertools import dropwhile, takewhile
from typing import Literal, TypeAlias

import msgspec

from mockserver.core.journal_bounds import (
    MAX_PARAMS,
    cut,
    cut_headers,
    cut_names,
    cut_request,
    kept,
)
from mockserver.core.wire import Headers, Request

MAX_ENTRIES = 2_000
MAX_BYTES = 8 * 1024 * 1024

MAX_RECORD = 192 * 1024
"""Bytes of a packed exchange. One that is larger is cut field by field, so that no exchange takes
more than a fortieth of a ring."""

Delivery: TypeAlias = Literal["intact", "damaged", "lost"]
"""Whether the client got the answer: whole, in pieces or garbled, or not at all."""


class Entry(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """One exchange. `at` and `answered_at` are virtual; `status` None means nothing was sent.

    `clock` is the mode of the account's clock, and `slept` how long its client had slept on it,
    if its sleep is virtual: verdicts about pace need a real clock or such sleep.
    `unknown_params` are those that the model's contract does not know. `truncated` names the
    fields, bodies aside, that were too long to be kept whole.
    """

    seq: int
    at: int
    answered_at: int
    api_key: str | None
    request: Request
    route: str
    model: str | None
    request_id: str | None
    status: int | None
    headers: Headers
    body: bytes
    behaviours: tuple[str, ...]
    fault_id: str | None = None
    delivery: Delivery = "intact"
    clock: str = "real"
    unknown_params: tuple[str, ...] = ()
    slept: int | None = None
    truncated: tuple[str, ...] = ()


packed = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(Entry).decode


class Journal:
    """A ring of entries, bounded in number and in bytes; the oldest leave first.

    Attributes:
        owner: The key of the account whose exchanges these are; None where they are nobody's.
        dropped: How many entries had to leave since the journal was begun or emptied.
    """

    __slots__ = ("_bytes", "_records", "dropped", "max_bytes", "max_entries", "owner")

    def __init__(
        self,
        owner: str | None = None,
        max_entries: int = MAX_ENTRIES,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.owner = owner
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.dropped = 0
        self._records: OrderedDict[int, bytes] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Entry]:
        return map(unpack, self._records.values())

    def records(self) -> list[bytes]:
        """Return every record, oldest first."""
        return list(self._records.values())

    @property
    def total_bytes(self) -> int:
        """The size of all records."""
        return self._bytes

    def get(self, seq: int) -> bytes | None:
        """Return the record of this number, if it is still there."""
        return self._records.get(seq)

    def after(self, seq: int) -> list[int]:
        """Return the numbers above this one, oldest first."""
        newer = list(takewhile(lambda number: number > seq, reversed(self._records)))
        return newer[::-1]

    def before(self, seq: int) -> list[int]:
        """Return the numbers below this one, newest first."""
        return list(dropwhile(lambda number: number >= seq, reversed(self._records)))

    def append(self, entry: Entry) -> bool:
        """Keep an entry, cut if it is too large, and tell whether older ones had to go for it."""
        if len(entry.unknown_params) > MAX_PARAMS:
            entry = bounded(entry)
        records, record = self._records, packed(entry)
        if len(record) > MAX_RECORD:
            record = packed(bounded(entry))
        records[entry.seq] = record
        self._bytes += len(record)
        before = self.dropped
        while len(records) > self.max_entries or (self._bytes > self.max_bytes and records):
            self._bytes -= len(records.popitem(last=False)[1])
            self.dropped += 1
        return self.dropped > before

    def remove(self, seq: int) -> None:
        """Forget an entry, if it is there: it does not count as dropped."""
        self._bytes -= len(self._records.pop(seq, b""))

    def clear(self) -> None:
        """Forget every entry, and how many there were."""
        self._records.clear()
        self._bytes = self.dropped = 0


def bounded(entry: Entry) -> Entry:
    """Return an entry with every field cut to its bounds, and the names of those that were cut."""
    request = cut_request(entry.request)
    fields = {
        "api_key": entry.api_key and cut(entry.api_key),
        "request_id": entry.request_id and cut(entry.request_id),
        "headers": cut_headers(entry.headers),
        "unknown_params": cut_names(entry.unknown_params),
    }
    truncated = [
        f"request.{name}"
        for name in ("method", "path", "query", "headers")
        if getattr(request, name) != getattr(entry.request, name)
    ]
    truncated += [
        "response.headers" if name == "headers" else name
        for name, value in fields.items()
        if value != getattr(entry, name)
    ]
    return msgspec.structs.replace(
        entry, request=request, body=kept(entry.body), truncated=tuple(truncated), **fields
    )
