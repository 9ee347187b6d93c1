"""Accepting connections with TLS, whose greeting may never come to an end.

An event loop that is given a context for TLS keeps connections that are still greeting to itself,
and uvloop's does not close before the last of them has gone. Here each is a task, which can be
told to end.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from ssl import SSLContext

from mockserver.edges import realtime

_PAUSE_S = 0.1
"""Before the next connection is accepted, where the process may open no more files."""


class TlsAcceptor:
    """Has a protocol for each connection to a listening socket, once its client has greeted.

    Args:
        listening: The socket.
        context: What TLS is spoken with.
        make_protocol: Makes the protocol of what comes after the greeting.
        patience_s: How long a greeting may take.
    """

    def __init__(
        self,
        listening: socket.socket,
        context: SSLContext,
        make_protocol: Callable[[], asyncio.Protocol],
        patience_s: float,
    ) -> None:
        self._listening = listening
        self._context = context
        self._make_protocol = make_protocol
        self._patience_s = patience_s
        self._tasks: set[asyncio.Task[None]] = set()
        listening.settimeout(0)
        self._start(self._accept())

    async def close(self) -> None:
        """Accept no more, and end greetings; the connections that have greeted stay."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self) -> None:
        while True:
            try:
                connection, _ = await asyncio.get_running_loop().sock_accept(self._listening)
            except OSError:
                await realtime.async_pause_s(_PAUSE_S)
            else:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._start(self._greet(connection))

    async def _greet(self, connection: socket.socket) -> None:
        """Have TLS begin, unless the client leaves, takes too long, or wants another host."""
        with suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                self._make_protocol,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=self._patience_s,
            )
