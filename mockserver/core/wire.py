"""What crosses the edge of the core: a `Request` goes in, an `Outcome` comes out."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]


class Request(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """One HTTP request as an edge read it.

    `path` is percent-decoded, header names are lower case, `host` is always among them.
    `oversized` says that the body went over the limit and was not kept. `received_s` is the
    edge's real monotonic time in seconds: data for verdicts about pace, never used as a clock.
    """

    method: str
    path: str
    headers: dict[bytes, bytes]
    query: str = ""
    body: bytes = b""
    oversized: bool = False
    scheme: str = "http"
    received_s: float = 0.0

    @property
    def origin(self) -> str:
        """`scheme://host[:port]` as the client sees it, through proxies too."""
        headers = self.headers
        host = headers.get(b"host", b"localhost").decode("latin-1")
        if b"x-forwarded-host" not in headers and b"x-forwarded-proto" not in headers:
            return f"{self.scheme}://{host}"
        host = _first(headers.get(b"x-forwarded-host", b"")) or host
        return f"{_first(headers.get(b'x-forwarded-proto', b'')) or self.scheme}://{host}"


def _first(header: bytes) -> str:
    """Return what the proxy nearest to the client has said."""
    return header.partition(b",")[0].strip().decode("latin-1")


class Respond(msgspec.Struct, frozen=True, gc=False):
    """Send this answer, whole."""

    status: int
    headers: Headers
    body: bytes


class Truncate(msgspec.Struct, frozen=True, gc=False):
    """Announce the whole answer, send only the first bytes of its body, and close."""

    respond: Respond
    sent_bytes: int


class Drip(msgspec.Struct, frozen=True, gc=False):
    """Send the body in pieces of so many bytes, one every so many real seconds."""

    respond: Respond
    piece_bytes: int
    every_s: float


class Disconnect(msgspec.Struct, frozen=True, gc=False):
    """Send nothing: reset the connection (RST) or close it (FIN)."""

    kind: Literal["reset", "close"]


class Wait(msgspec.Struct, frozen=True):
    """Nothing to send yet: let `delay_s` real seconds pass, then `Gateway.resume(exchange)`."""

    delay_s: float
    exchange: Any


Delivery: TypeAlias = Respond | Truncate | Drip | Disconnect
Outcome: TypeAlias = Delivery | Wait
