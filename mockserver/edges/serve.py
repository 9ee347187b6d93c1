"""Serving on listeners with uvicorn: in the foreground for the command, or in a thread."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from ssl import SSLContext
from threading import Event, Thread
from types import FrameType
from typing import cast

import uvicorn

from mockserver.edges import threads
from mockserver.edges.asgi import Application
from mockserver.edges.fast_protocol import FastProtocol
from mockserver.edges.heap import give_back_big_blocks
from mockserver.edges.listeners import Listener, render_url
from mockserver.edges.protocol import Protocol
from mockserver.edges.tls_acceptor import TlsAcceptor

GRACE_S = 5.0
"""How long exchanges in flight may take to end by themselves when the server is to stop."""

LAST_S = 5
"""More than a task needs whose connection has been closed."""

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 100
"""Thresholds of the garbage collector: the emulator makes few cycles and many records."""


class Server(uvicorn.Server):
    """A uvicorn server that says when it is ready, and takes a signal as a request to finish."""

    def __init__(
        self,
        app: Application,
        listeners: Sequence[Listener],
        on_ready: Callable[[], None],
        grace_s: float = GRACE_S,
        protocol: type[Protocol] = FastProtocol,
    ) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = asyncio.Event()
        super().__init__(_make_config(app, protocol, grace_s))
        self._app = app
        self._listeners = listeners
        self._on_ready = on_ready
        self.grace_s = grace_s
        self._protocol = protocol
        self._acceptors: list[TlsAcceptor] = []

    def serve_all(self) -> None:
        """Serve on all listeners until it is told to end."""
        self.run(sockets=[each.socket for each in self._listeners])

    @property
    def should_exit(self) -> bool:
        """Whether it is to end; it can be told so from any thread, and from a signal's handler."""
        return self._should_exit

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        self._should_exit = value
        if value and self._loop is not None:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._ending.set)

    async def main_loop(self) -> None:
        """Serve until it is told to end; uvicorn would look ten times a second."""
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._ending.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Start, then say so; uvicorn would have TLS for all of its sockets or for none."""
        await super().startup([each.socket for each in self._listeners if each.tls is None])
        for listener in self._listeners:
            if listener.tls is not None:
                self._listen_for_tls(listener, listener.tls)
        if self.started:
            self._on_ready()

    def _listen_for_tls(self, listener: Listener, context: SSLContext) -> None:
        def make_protocol() -> Protocol:
            return self._protocol(self.config, self.server_state, self.lifespan.state)

        patience_s = self._protocol.limits.head_s
        self._acceptors.append(TlsAcceptor(listener.socket, context, make_protocol, patience_s))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send those home who only wait for news, let the others finish, but not for ever.

        Those who have not finished after the grace, or when a second signal comes, find their
        connection closed: an application that waits takes that for a client who left.
        """
        self._app.close()
        for acceptor in self._acceptors:
            await acceptor.close()
        for connection in list(self.server_state.connections):
            _abort_idle_tls(cast("Protocol", connection))
        if not self.server_state.connections and not self.server_state.tasks:
            await self._close_sockets()  # uvicorn would wait for a tenth of a second in any case
            return
        end = asyncio.get_running_loop().call_later(self.grace_s, self._close_connections)
        await super().shutdown(sockets)
        end.cancel()
        self._close_connections()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_S)

    async def _close_sockets(self) -> None:
        for server in self.servers:
            server.close()
        for server in self.servers:
            await server.wait_closed()
        for listener in self._listeners:
            listener.socket.close()

    def _close_connections(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Finish what is in flight; a second signal does not wait for it.

        uvicorn would raise the signal again afterwards, and the process would not exit with 0.
        """
        self.force_exit = self.should_exit
        self.should_exit = True


def _abort_idle_tls(connection: Protocol) -> None:
    """End an idle connection with TLS: its client need not look before the server may end."""
    if connection.scheme == "https" and connection.is_idle:
        connection.transport.abort()


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A server that is running: `url` is its root for a client here, without a slash at the end."""

    url: str


def run(
    app: Application,
    listeners: Sequence[Listener],
    on_ready: Callable[[], None],
    grace_s: float = GRACE_S,
    make_server: Callable[..., Server] = Server,
) -> None:
    """Serve in the foreground until SIGINT or SIGTERM, and finish what is in flight."""

    def freeze_and_tell() -> None:
        gc.freeze()  # starting leaves next to no garbage
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
        gc.enable()
        on_ready()

    give_back_big_blocks()
    make_server(app, listeners, freeze_and_tell, grace_s).serve_all()


@contextmanager
def serve_in_thread(
    app: Application,
    listeners: Sequence[Listener],
    grace_s: float = GRACE_S,
    protocol: type[Protocol] = FastProtocol,
) -> Iterator[LiveServer]:
    """Serve in a thread, while the context lasts; the URL is that of the first listener."""
    is_ready = Event()
    server = Server(app, listeners, is_ready.set, grace_s, protocol)
    thread = Thread(target=server.serve_all, name=threads.SERVER, daemon=True)
    thread.start()
    try:
        is_ready.wait()
        yield LiveServer(render_url(listeners[0]))
    finally:
        server.should_exit = True
        thread.join()


def _make_config(app: Application, protocol: type[Protocol], grace_s: float) -> uvicorn.Config:
    """Configure uvicorn: no access log (there is a journal), no headers of its own."""
    return uvicorn.Config(
        app,
        loop="auto",
        http=protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_graceful_shutdown=ceil(grace_s) + LAST_S,
        proxy_headers=False,  # the core reads them
        server_header=False,
        date_header=False,
    )
