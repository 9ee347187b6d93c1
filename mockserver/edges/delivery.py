"""Carrying out what the gateway decided: sending, dripping, cutting off, and waiting meanwhile."""

from __future__ import annotations

import re
import socket
import struct
from asyncio import Transport
from typing import Any

from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.core.wire import Delivery, Disconnect, Drip, Respond, Truncate
from mockserver.edges import wallclock

TRANSPORT = "segmock.transport"
"""The ASGI extension under which `Protocol` hands over the connection."""

_LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:", re.IGNORECASE)
_END: Message = {"type": "http.response.body", "body": b""}


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which lets the application at the connection: ASGI cannot drop one."""

    def data_received(self, data: bytes) -> None:
        """Take what has come, and hear no wish for another protocol.

        The parser stops at the head of a request that has one, and its body would be lost; Java
        and curl ask for HTTP/2 in this way and go on in HTTP/1.1 when they get no answer to it.
        """
        if _UPGRADE.search(data) and not (self.cycle and self.cycle.more_body):
            head, end, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(b"\r\nx-unheard-upgrade:", head) + end + rest
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin a request, with the connection among its extensions."""
        super().on_message_begin()
        extensions: dict[str, Any] = {TRANSPORT: self.transport}
        self.scope["extensions"] = extensions


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
    """Send an answer at once."""
    await _send_start(respond, send)
    is_head = scope["method"] == "HEAD"
    await send(_END if is_head else {"type": "http.response.body", "body": respond.body})


async def _send_start(respond: Respond, send: Send) -> None:
    start = {"type": "http.response.start", "status": respond.status, "headers": respond.headers}
    await send(start)


async def _drip(
    respond: Respond, piece_bytes: int, every_s: float, receive: Receive, send: Send
) -> None:
    await _send_start(respond, send)
    for start in range(0, len(respond.body), piece_bytes):
        if start and await wallclock.left_within_s(receive, every_s):
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
