"""Requests as they come to the recorder, whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.base.hosts import render_authority
from mockserver.recorder.exchange import MOST_KEPT
from mockserver.recorder.fields import Fields, find_field
from mockserver.recorder.origins import Origin, make_origin
from mockserver.recorder.refusals import MISDIRECTED, TOO_LARGE, RefusedError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope


class ClientLeftError(Exception):
    """The client left before it had sent all of its request."""


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """A request of a client.

    Attributes:
        own: Whom the client takes the recorder for.
        method: The verb.
        path: The path with the query, as it stands in the request line.
        fields: Its header fields, names in small letters.
        body: Its body.
    """

    own: Origin
    method: str
    path: bytes
    fields: Fields
    body: bytes


async def read_request(scope: Scope, receive: Receive) -> IncomingRequest:
    """Read a request to its end.

    Raises:
        RefusedError: it is too large, or for no host that there can be.
        ClientLeftError: it does not come to an end.
    """
    fields = list(scope["headers"])
    host = find_field(fields, b"host") or _find_server(scope)
    own = make_origin(scope["scheme"], host)
    if own is None:
        raise RefusedError(MISDIRECTED, f"{host!r} is no host.")
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"] + (b"?" + query if query else b"")
    return IncomingRequest(own, scope["method"], path, fields, await _read_body(receive))


def _find_server(scope: Scope) -> str:
    """Return where a client has connected to that does not say for which host it is."""
    name, port = scope.get("server") or ("localhost", None)
    return render_authority(name, port)


async def _read_body(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientLeftError
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > MOST_KEPT:
            sentence = f"no request of more than {MOST_KEPT >> 20} MiB is recorded, nor sent on."
            raise RefusedError(TOO_LARGE, sentence)
        pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces)


async def wait_until_left(receive: Receive) -> None:
    """Wait for the client to leave, or to have all of its answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
