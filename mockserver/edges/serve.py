"""Serving over a real socket with uvicorn: in the foreground for the command, or in a thread."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil
from threading import Event, Thread
from types import FrameType

import uvicorn

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import is_localhost, parse_host
from mockserver.edges import threads
from mockserver.edges.asgi import App
from mockserver.edges.heap import give_back_big_blocks
from mockserver.edges.protocol import Protocol

_BACKLOG = 2048
_LOOPBACKS = ("127.0.0.1", "::1")
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_TAKEN = {errno.EADDRINUSE, errno.EACCES}
"""Somebody has the port, or it is not for everybody."""

_SHARING = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""A port can be had again at once after a server has ended; Windows, where the second name would
let two servers have one port at a time, has the first."""

_ATTEMPTS = 20
GRACE_S = 5.0
"""How long exchanges in flight may take to end by themselves when the server is to stop."""

_LAST_S = 5
"""More than a task needs whose connection has been closed."""

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 100
"""Thresholds of the garbage collector: the emulator makes few cycles and many records."""


class Server(uvicorn.Server):
    """A uvicorn server that says when it is ready, and takes a signal as a request to finish."""

    def __init__(
        self,
        app: App,
        on_ready: Callable[[], None],
        grace_s: float = GRACE_S,
        protocol: type[Protocol] = Protocol,
    ) -> None:
        super().__init__(_make_config(app, protocol, grace_s))
        self._app = app
        self._on_ready = on_ready
        self._grace_s = grace_s

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send those home who only wait for news, let the others finish, but not for ever.

        Those who have not finished after the grace, or when a second signal comes, find their
        connection closed: an application that waits takes that for a client who left.
        """
        self._app.close()
        end = asyncio.get_running_loop().call_later(self._grace_s, self._close_connections)
        await super().shutdown(sockets)
        end.cancel()
        self._close_connections()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_LAST_S)

    def _close_connections(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Finish what is in flight; a second signal does not wait for it.

        uvicorn would raise the signal again afterwards, and the process would not exit with 0.
        """
        self.force_exit = self.should_exit
        self.should_exit = True


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A server that is running: `url` is its root for a client here, without a slash at the end."""

    url: str


def listen(host: str, port: int) -> list[socket.socket]:
    """Bind listening sockets, all on one port; port 0 takes any free one.

    A name of this machine such as `localhost` is bound in both families where both exist, since a
    client may take it for either address.

    Raises:
        EmulatorError: the address cannot be bound.
    """
    host = parse_host(host)
    addresses = _LOOPBACKS if is_localhost(host) else (host,)
    try:
        return _bind_all(addresses, port) if port else _bind_any_port(addresses)
    except OSError as error:
        is_taken = error.errno in _TAKEN
        raise EmulatorError(
            f"cannot listen on port {port} of {host}: {error.strerror}",
            hint="--port 0 takes any free port" if is_taken else "--host takes an address",
        ) from None


def _bind_any_port(addresses: Sequence[str]) -> list[socket.socket]:
    """Bind to a port that is free on every address: what one has free, another may not."""
    for _ in range(_ATTEMPTS):
        try:
            return _bind_all(addresses, 0)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    return _bind_all(addresses, 0)


def _bind_all(addresses: Sequence[str], port: int) -> list[socket.socket]:
    """Bind to one port of every address that there is, at least one."""
    sockets: list[socket.socket] = []
    with ExitStack() as opened:
        for address in addresses:
            port = sockets[0].getsockname()[1] if sockets else port
            try:
                sockets.append(opened.enter_context(_bind(address, port)))
            except OSError as error:
                is_last = address == addresses[-1]
                if error.errno not in _NO_SUCH_ADDRESS or (is_last and not sockets):
                    raise
        opened.pop_all()
    return sockets


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SHARING, 1)
        sock.bind((address, port))
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def render_url(sock: socket.socket) -> str:
    """Return a root URL at which a client on this machine reaches a listening socket."""
    host, port = sock.getsockname()[:2]
    if is_on_all_addresses(sock):
        host = _LOOPBACKS[0] if _takes_ipv4(sock) else _LOOPBACKS[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_on_all_addresses(sock: socket.socket) -> bool:
    """Tell whether a socket listens on 0.0.0.0 or ::, at which no client can ask."""
    host: str = sock.getsockname()[0]
    return ip_address(host).is_unspecified


def _takes_ipv4(sock: socket.socket) -> bool:
    """Tell whether IPv4 reaches a socket; on many systems it does where that is bound to ::."""
    if sock.family == socket.AF_INET:
        return True
    return not sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


def run(
    app: App,
    sockets: list[socket.socket],
    on_ready: Callable[[], None],
    grace_s: float = GRACE_S,
) -> None:
    """Serve in the foreground until SIGINT or SIGTERM, and finish what is in flight."""

    def freeze_and_tell() -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
        on_ready()

    give_back_big_blocks()
    Server(app, freeze_and_tell, grace_s).run(sockets=sockets)


@contextmanager
def serve_in_thread(
    app: App,
    sockets: list[socket.socket],
    grace_s: float = GRACE_S,
    protocol: type[Protocol] = Protocol,
) -> Iterator[LiveServer]:
    """Serve on listening sockets, in a thread, while the context lasts."""
    is_ready = Event()
    server = Server(app, is_ready.set, grace_s, protocol)
    thread = Thread(
        target=server.run, kwargs={"sockets": sockets}, name=threads.SERVER, daemon=True
    )
    thread.start()
    try:
        is_ready.wait()
        yield LiveServer(render_url(sockets[0]))
    finally:
        server.should_exit = True
        thread.join()


def _make_config(app: App, protocol: type[Protocol], grace_s: float) -> uvicorn.Config:
    """Configure uvicorn: no access log (there is a journal), no headers of its own."""
    return uvicorn.Config(
        app,
        loop="auto",
        http=protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_graceful_shutdown=ceil(grace_s) + _LAST_S,
        proxy_headers=False,  # the core reads them
        server_header=False,
        date_header=False,
    )
