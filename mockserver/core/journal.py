"""What was asked and answered: a bounded ring for each account, kept packed, shown redacted.

Each exchange is kept as one packed record, a single object that is quick to make, to keep and to
drop. Turning it into JSON and hiding keys happens when somebody reads the journal, not while a
client waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl, quote

import msgspec

from mockserver.core.clock import SECOND, iso
from mockserver.core.ids import redacted, without_keys
from mockserver.core.wire import Headers, Request

MAX_ENTRIES = 2_000
MAX_BYTES = 8 * 1024 * 1024
MAX_BODY = 64 * 1024
SHORTEST_SECRET = 6
"""A shorter key is a word like any other: nothing is hidden by taking it out of a text."""

KEY_PARAMETERS = {"api_key", "apikey", "api-key", "x-api-key", "key", "token"}
"""Query parameters under which clients send a key, though none belongs there."""

_SECRET_HEADERS = {"x-api-key", "authorization", "cookie"}


Delivery: TypeAlias = Literal["intact", "damaged", "lost"]
"""Whether the client got the answer: whole, in pieces or garbled, or not at all."""


class Entry(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """One exchange. `at` and `answered_at` are virtual; `status` None means nothing was sent.

    `clock` is the mode of the account's clock, and `slept` how long its client had slept on it,
    if its sleep is virtual: verdicts about pace need a real clock or such sleep.
    `unknown_params` are those that the model's contract does not know.
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


packed = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Entry).decode


class Journal:
    """A ring of entries, bounded in number and in bytes; the oldest leave first."""

    __slots__ = ("_bytes", "_records", "max_bytes", "max_entries")

    def __init__(self, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self._records: deque[bytes] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Entry]:
        return map(_unpack, self._records)

    def after(self, seq: int) -> Iterator[Entry]:
        """Return the entries with a higher number, oldest first, without reading the others."""
        newer = takewhile(lambda entry: entry.seq > seq, map(_unpack, reversed(self._records)))
        return reversed(list(newer))

    def append(self, entry: Entry) -> None:
        """Keep an entry, and let the oldest go until the ring is within its bounds."""
        records, record = self._records, packed(entry)
        records.append(record)
        self._bytes += len(record)
        while len(records) > self.max_entries or (self._bytes > self.max_bytes and records):
            self._bytes -= len(records.popleft())

    def discard(self, matches: Callable[[Entry], bool]) -> None:
        """Forget the entries that match."""
        kept_records = [record for record in self._records if not matches(_unpack(record))]
        self._records = deque(kept_records)
        self._bytes = sum(map(len, kept_records))


def kept(body: bytes) -> bytes:
    """Return what the journal keeps of a body: at most 64 KiB and one byte that marks the cut."""
    return body if len(body) <= MAX_BODY else body[: MAX_BODY + 1]


def rendered(entry: Entry) -> dict[str, Any]:
    """Return an entry as the control plane shows it, without any key."""
    request = entry.request
    secrets = _secrets(entry)
    path = f"{request.path}?{request.query}" if request.query else request.path
    shown = {
        "seq": entry.seq,
        "at_utc": iso(entry.at),
        "elapsed_ms": (entry.answered_at - entry.at) / 1000,
        "api_key": entry.api_key and redacted(entry.api_key),
        "method": request.method,
        "path": without_keys(path, secrets),
        "route": entry.route,
        "model": entry.model,
        "request_id": entry.request_id and without_keys(entry.request_id, secrets),
        "status": entry.status,
        "fault_id": entry.fault_id,
        "delivery": entry.delivery,
        "unknown_params": [without_keys(name, secrets) for name in entry.unknown_params] or None,
        "received_s": request.received_s,
        "slept_s": None if entry.slept is None else entry.slept / SECOND,
        "request": _message(tuple(request.headers.items()), request.body, secrets),
        "response": _message(entry.headers, entry.body, secrets),
        "behaviours": list(entry.behaviours),
    }
    optional = ("model", "request_id", "fault_id", "unknown_params", "slept_s")
    return {
        name: value for name, value in shown.items() if value is not None or name not in optional
    }


def _message(headers: Headers, body: bytes, secrets: list[str]) -> dict[str, Any]:
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
    return {
        "headers": {
            name: _hidden(name, value) if name in _SECRET_HEADERS else without_keys(value, secrets)
            for name, value in pairs
        },
        "body": without_keys(_body(body, secrets), secrets),
    }


def _body(body: bytes, secrets: list[str]) -> Any:
    """Show JSON as JSON, text as text, anything else by its size; a cut body says so."""
    if len(body) > MAX_BODY:
        text = _without_cut_key(body[:MAX_BODY].decode("utf-8", "replace"), secrets)
        return {"truncated": True, **({"binary": True} if "\0" in text else {"text": text})}
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"binary": True, "bytes": len(body)}


def _without_cut_key(text: str, secrets: list[str]) -> str:
    """Drop the beginning of a key at the end of a text that was cut there."""
    starts = (secret[:length] for secret in secrets for length in range(len(secret) - 1, 3, -1))
    return text.removesuffix(next(filter(text.endswith, starts), ""))


def _hidden(name: str, value: str) -> str:
    """Redact a header that carries a key; keep the scheme of an Authorization."""
    scheme, space, rest = value.partition(" ")
    if name == "authorization" and space:
        return f"{scheme} {redacted(rest)}"
    return redacted(value)


def _secrets(entry: Entry) -> list[str]:
    """Return every key that this exchange carried; a longer one before one it begins with."""
    headers = entry.request.headers
    bearer = headers.get(b"authorization", b"").decode("latin-1").rpartition(" ")[2]
    header = headers.get(b"x-api-key", b"").decode("latin-1")
    query = {
        value for name, value in parse_qsl(entry.request.query) if name.lower() in KEY_PARAMETERS
    }
    candidates = {entry.api_key or "", header, bearer, *query}
    secrets = [secret for secret in candidates if len(secret) >= SHORTEST_SECRET]
    spelled = {*secrets, *map(quote, secrets)}
    return sorted(spelled, key=len, reverse=True)
