"""Carrying out what the gateway decided: sending, dripping, cutting off, and waiting meanwhile."""

from __future__ import annotations

import socket
import struct
from asyncio import Transport

from starlette.types import Message, Receive, Scope, Send

from mockserver.base.wire import Delivery, Disconnect, Drip, Respond, Truncate
from mockserver.edges import realtime

TRANSPORT = "segmock.transport"
"""The ASGI extension under which the server hands over the connection."""

_LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)
_PIECE_BYTES = 64 * 1024
"""As much of an answer is handed over before the client has read what came before it."""

_END: Message = {"type": "http.response.body", "body": b""}


async def deliver(delivery: Delivery, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer as the gateway says.

    Raises:
        ConnectionError: the connection is to be cut off, and there is none, in process.
    """
    match delivery:
        case Respond():
            await send_whole(delivery, scope, send)
        case Truncate(respond, sent_bytes):
            await _send_start(respond, send)
            part = respond.body[:sent_bytes]
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await _cut(scope, receive, "close")
        case Drip(respond, piece_bytes, every_s):
            await _drip(respond, piece_bytes, every_s, receive, send)
        case Disconnect(kind):
            await _cut(scope, receive, kind)


async def send_whole(respond: Respond, scope: Scope, send: Send) -> None:
    """Send an answer at once, or as fast as the client reads it where it is large."""
    await _send_start(respond, send)
    body = b"" if scope["method"] == "HEAD" else respond.body
    last = max(0, (len(body) - 1) // _PIECE_BYTES * _PIECE_BYTES)
    for start in range(0, last, _PIECE_BYTES):
        piece = body[start : start + _PIECE_BYTES]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": body[last:] if last else body})


async def _send_start(respond: Respond, send: Send) -> None:
    start = {"type": "http.response.start", "status": respond.status, "headers": respond.headers}
    await send(start)


async def _drip(
    respond: Respond, piece_bytes: int, every_s: float, receive: Receive, send: Send
) -> None:
    await _send_start(respond, send)
    for start in range(0, len(respond.body), piece_bytes):
        if start and await realtime.left_within_s(receive, every_s):
            return
        piece = respond.body[start : start + piece_bytes]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send(_END)


async def _cut(scope: Scope, receive: Receive, kind: str) -> None:
    """Reset or close the connection, and wait until it is gone."""
    transport: Transport | None = scope.get("extensions", {}).get(TRANSPORT)
    if transport is None:
        raise ConnectionError(f"the emulator was told to {kind} the connection")
    if kind == "reset":
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
