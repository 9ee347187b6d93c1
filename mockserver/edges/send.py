"""Carrying out what the gateway decided: an answer whole, in pieces, cut short, or none."""

from __future__ import annotations

import socket
import struct
from asyncio import Transport, WriteTransport
from typing import TYPE_CHECKING, assert_never

from mockserver.base.wire import Disconnect, FinalOutcome, Pieces, Respond
from mockserver.edges import realtime

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

TRANSPORT = "segmock.transport"
"""The ASGI extension under which the server hands over the connection."""

OUTCOME = "segmock.outcome"
"""The ASGI extension under which it hands over what the gateway has decided or raised already."""

_LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)
PIECE_BYTES = 64 * 1024
"""As much of an answer is handed over before the client has read what came before it."""

_END: Message = {"type": "http.response.body", "body": b""}


async def deliver(outcome: FinalOutcome, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer as the gateway says.

    Raises:
        ConnectionError: the connection is to be cut off, and there is none, in process.
    """
    match outcome:
        case Respond():
            await send_whole(outcome, scope, send)
        case Pieces():
            await _send_pieces(outcome, scope, receive, send)
        case Disconnect(kind):
            await _cut(scope, receive, kind)
        case _:
            assert_never(outcome)


async def send_whole(respond: Respond, scope: Scope, send: Send) -> None:
    """Send an answer at once, or as fast as the client reads it where it is large."""
    await _send_start(respond, send)
    body = b"" if scope["method"] == "HEAD" else respond.body
    last = max(0, (len(body) - 1) // PIECE_BYTES * PIECE_BYTES)
    for start in range(0, last, PIECE_BYTES):
        piece = body[start : start + PIECE_BYTES]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": body[last:] if last else body})


async def _send_start(respond: Respond, send: Send) -> None:
    start = {"type": "http.response.start", "status": respond.status, "headers": respond.headers}
    await send(start)


async def _send_pieces(pieces: Pieces, scope: Scope, receive: Receive, send: Send) -> None:
    """Send head and body at their pace, until the client leaves; then end or close."""
    await _send_start(pieces.respond, send)
    for pause_s, piece in pieces.split_body():
        if pause_s and await realtime.left_within_s(receive, pause_s):
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if pieces.sent_bytes is None:
        await send(_END)
    else:
        await _cut(scope, receive, "close")


async def _cut(scope: Scope, receive: Receive, kind: str) -> None:
    """Reset or close the connection, and wait until it is gone."""
    transport: Transport | None = scope.get("extensions", {}).get(TRANSPORT)
    if transport is None:
        raise ConnectionError(f"the emulator was told to {kind} the connection")
    if kind == "reset":
        reset(transport)
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


def reset(transport: WriteTransport) -> None:
    """Close a connection so that its other side finds it reset."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
    transport.abort()
