"""What crosses the edge of the core: a `Request` goes in, an `Outcome` comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal, TypeAlias, final

import msgspec

from mockserver.base.hosts import parse_authority

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

_SCHEMES = {"http", "https"}


class Request(msgspec.Struct, frozen=True, gc=False, kw_only=True, array_like=True):
    """One HTTP request as an edge read it.

    `path` is percent-decoded, header names are lower case, `host` is always among them.
    `oversized` says that the body went over the limit and was not kept. `received_s` is the
    edge's real monotonic time in seconds: data for verdicts about pace, never used as a clock.
    `connection` tells the connections of clients apart, by their port; in process, where
    there are none, by numbers below 0; it is 0 where nobody tells.
    `connected_s` is when that connection was opened, on the clock of `received_s`; of the first
    request on it, `beside` has the other young connections that were open as it came, and it is
    None of later ones.
    """

    method: str
    path: str
    headers: dict[bytes, bytes]
    query: str = ""
    body: bytes = b""
    oversized: bool = False
    scheme: str = "http"
    received_s: float = 0.0
    connection: int = 0
    connected_s: float = 0.0
    beside: tuple[int, ...] | None = None

    @property
    def origin(self) -> str:
        """`scheme://host[:port]` as the client sees it, through proxies too.

        What a proxy forwards counts where it is a host or a scheme of HTTP, else it is ignored.
        """
        headers = self.headers
        return _find_origin(
            self.scheme,
            headers.get(b"host", b""),
            headers.get(b"x-forwarded-host"),
            headers.get(b"x-forwarded-proto"),
        )


@lru_cache(maxsize=64)
def _find_origin(
    scheme: str, host: bytes, forwarded_host: bytes | None, forwarded_proto: bytes | None
) -> str:
    """Return the root of the URLs that a client is given; most clients ask at the same."""
    named = (
        _check_authority(_find_first(forwarded_host))
        or _check_authority(host.decode("latin-1"))
        or "localhost"
    )
    proto = _find_first(forwarded_proto).lower()
    return f"{proto if proto in _SCHEMES else scheme}://{named}"


def _check_authority(text: str) -> str | None:
    """Return a text if it is a host with or without a port."""
    return text if parse_authority(text) else None


def _find_first(header: bytes | None) -> str:
    """Return what the proxy nearest to the client has said."""
    return (header or b"").partition(b",")[0].strip().decode("latin-1")


@final
class Respond(msgspec.Struct, frozen=True, gc=False):
    """Send this answer, whole."""

    status: int
    headers: Headers
    body: bytes


class Pieces(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Send the head of an answer, and then its body in pieces.

    Attributes:
        respond: The whole answer, which the head announces.
        piece_bytes: How many bytes a piece has at the most; None for all of the body at once.
        first_after_s: The real seconds between the head and the first piece.
        every_s: The real seconds between two pieces.
        sent_bytes: After how many bytes of the body the connection closes; None sends all.
    """

    respond: Respond
    piece_bytes: int | None = None
    first_after_s: float = 0.0
    every_s: float = 0.0
    sent_bytes: int | None = None

    def split_body(self) -> Iterator[tuple[float, bytes]]:
        """Yield each piece, and the real seconds before it; an empty body is one empty piece."""
        body, pause_s = self.respond.body[: self.sent_bytes], self.first_after_s
        size = self.piece_bytes or max(1, len(body))
        for start in range(0, max(1, len(body)), size):
            yield pause_s, body[start : start + size]
            pause_s = self.every_s


class Disconnect(msgspec.Struct, frozen=True, gc=False):
    """Send nothing: reset the connection (RST) or close it (FIN)."""

    kind: Literal["reset", "close"]


@final
class Wait(msgspec.Struct, frozen=True):
    """Nothing to send yet: let `delay_s` real seconds pass, then `Gateway.resume(wait)`.

    `context` is the request that waits. `then` is what is left to do about it: it takes the
    gateway and the context, and returns an outcome. `artefact` is what has to be rendered
    meanwhile, which an edge has asked to do itself (`Gateway.handle`).
    """

    delay_s: float
    context: Any
    then: Callable[[Any, Any], Any]
    artefact: Any = None


FinalOutcome: TypeAlias = Respond | Pieces | Disconnect
Outcome: TypeAlias = FinalOutcome | Wait
