"""What was asked and answered: a ring of exchanges for each account, bounded and kept packed.

Each exchange is kept as one packed record, a single object that is quick to make, to keep and to
drop. Turning it into JSON and hiding keys happens when somebody reads the journal (see
`journal_views`), not while a client waits.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from mockserver.base.digests import Whole
from mockserver.base.wire import Headers, Request
from mockserver.state.journal_bounds import (
    MAX_PARAMS,
    cut,
    cut_body,
    cut_headers,
    cut_names,
    cut_request,
)

MAX_EXCHANGES = 2_000
MAX_BYTES = 8 * 1024 * 1024

MAX_RECORD = 192 * 1024
"""Bytes of a packed exchange. One that is larger is cut field by field, so that no exchange takes
more than a fortieth of a ring."""

BEYOND = 2**63
"""Above every number of an exchange."""

_MOST_GONE = 256

Delivery: TypeAlias = Literal["intact", "damaged", "lost"]
"""Whether the client got the answer: whole, in pieces or garbled, or not at all."""


class Exchange(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """One exchange. `at` and `answered_at` are virtual; `status` None means nothing was sent.

    `clock` is the mode of the account's clock, and `slept` how long its client had slept on it,
    if its sleep is virtual: verdicts about pace need a real clock or such sleep. `elapsed` is
    `at` in elapsed time; of a 429 `limited` is `answered_at` in elapsed time, and how far that was
    ahead of the client's clock.
    `unknown_params` are those that the model's contract does not know, `advice` says what is not
    as known of the others, and `numbers_as_text` names those that came as text in JSON and are
    numbers or booleans. `truncated` names the fields, bodies aside, that were too long to be kept
    whole. `whole` tells of the answer's body what it was like where only its beginning is kept, but
    of files, which can be fetched again.
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
    elapsed: int = 0
    limited: tuple[int, int] | None = None
    advice: tuple[str, ...] = ()
    numbers_as_text: tuple[str, ...] = ()
    whole: Whole | None = None


pack = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(Exchange).decode


class Journal:
    """A ring of exchanges, bounded in number and in bytes; the oldest leave first.

    Attributes:
        owner: The key of the account whose exchanges these are; None where they are nobody's.
        dropped: How many exchanges had to leave since the journal was begun or emptied.
    """

    __slots__ = (
        "_bytes", "_gone", "_records", "_seqs", "dropped", "max_bytes", "max_exchanges", "owner",
    )  # fmt: skip

    def __init__(
        self,
        owner: str | None = None,
        max_exchanges: int = MAX_EXCHANGES,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.owner = owner
        self.max_exchanges = max_exchanges
        self.max_bytes = max_bytes
        self.clear()

    def clear(self) -> None:
        """Forget every exchange, and how many there were."""
        self._records: deque[bytes] = deque()
        self._seqs = array("Q")
        self._gone = 0
        """How many of the first numbers have no record any more; they are cleared now and then."""
        self._bytes = self.dropped = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Exchange]:
        return map(unpack, self.list_records())

    def list_records(self) -> list[bytes]:
        """Return every record, oldest first."""
        return list(self._records)

    @property
    def total_bytes(self) -> int:
        """The size of all records."""
        return self._bytes

    @property
    def first(self) -> int:
        """The number of the oldest exchange; where there is none, one above every number."""
        return self._seqs[self._gone] if self._records else BEYOND

    def get(self, seq: int) -> bytes | None:
        """Return the record of this number, if it is still there."""
        place = self._find_place(seq)
        return None if place is None else self._records[place]

    def list_after(self, seq: int) -> list[int]:
        """Return the numbers above this one, oldest first."""
        return self._seqs[bisect_right(self._seqs, seq, self._gone) :].tolist()

    def list_before(self, seq: int) -> list[int]:
        """Return the numbers below this one, newest first."""
        return self._seqs[self._gone : bisect_left(self._seqs, seq, self._gone)].tolist()[::-1]

    def append(self, exchange: Exchange) -> bool:
        """Keep an exchange, cut if it is too large, and let the oldest go if need be.

        Its number is higher than that of any before.

        Returns:
            Whether this is the first time that one had to go.
        """
        records, record = self._records, pack_bounded(exchange)
        records.append(record)
        self._seqs.append(exchange.seq)
        self._bytes += len(record)
        if len(records) <= self.max_exchanges and self._bytes <= self.max_bytes:
            return False
        return self._drop_oldest()

    def remove(self, seq: int) -> None:
        """Forget an exchange, if it is there: it does not count as dropped."""
        place = self._find_place(seq)
        if place is not None:
            self._bytes -= len(self._records[place])
            del self._records[place], self._seqs[self._gone + place]

    def _drop_oldest(self) -> bool:
        """Let the oldest go until the ring is within its bounds."""
        records, before = self._records, self.dropped
        while len(records) > self.max_exchanges or (self._bytes > self.max_bytes and records):
            self._bytes -= len(records.popleft())
            self._gone += 1
            self.dropped += 1
        if self._gone > _MOST_GONE:
            del self._seqs[: self._gone]
            self._gone = 0
        return not before

    def _find_place(self, seq: int) -> int | None:
        place = bisect_left(self._seqs, seq, self._gone)
        is_there = place < len(self._seqs) and self._seqs[place] == seq
        return place - self._gone if is_there else None


def pack_bounded(exchange: Exchange) -> bytes:
    """Return the record of an exchange, cut if it is too large."""
    if len(exchange.unknown_params) > MAX_PARAMS:
        exchange = cut_exchange(exchange)
    record = pack(exchange)
    return record if len(record) <= MAX_RECORD else pack(cut_exchange(exchange))


def cut_exchange(exchange: Exchange) -> Exchange:
    """Return an exchange with every field cut to its bounds, and the names of those cut."""
    request = cut_request(exchange.request)
    fields = {
        "api_key": exchange.api_key and cut(exchange.api_key),
        "request_id": exchange.request_id and cut(exchange.request_id),
        "headers": cut_headers(exchange.headers),
        "unknown_params": cut_names(exchange.unknown_params),
        "numbers_as_text": cut_names(exchange.numbers_as_text),
    }
    truncated = [
        f"request.{name}"
        for name in ("method", "path", "query", "headers")
        if getattr(request, name) != getattr(exchange.request, name)
    ]
    truncated += [
        "response.headers" if name == "headers" else name
        for name, value in fields.items()
        if value != getattr(exchange, name)
    ]
    return msgspec.structs.replace(
        exchange,
        request=request,
        body=cut_body(exchange.body),
        truncated=tuple(truncated),
        **fields,
    )
