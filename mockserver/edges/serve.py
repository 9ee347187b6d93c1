"""Serving over a real socket with uvicorn: in the foreground for the command, or in a thread."""

from __future__ import annotations

import errno
import gc
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from types import FrameType

import uvicorn

from mockserver.core.errors import EmulatorError
from mockserver.edges import threads
from mockserver.edges.asgi import App
from mockserver.edges.delivery import Protocol

_BACKLOG = 2048
_LONGEST_EXCHANGE_S = 65
"""A blocking run is over after a minute; a client that has not sent its request by then leaves."""

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 100
"""Thresholds of the garbage collector: the emulator makes few cycles and many records."""


class Server(uvicorn.Server):
    """A uvicorn server that says when it is ready, and takes a signal as a request to finish."""

    def __init__(self, app: App, on_ready: Callable[[], None]) -> None:
        super().__init__(_config(app))
        self._app = app
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send those home who only wait for news, then finish."""
        self._app.close()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Finish what is in flight; a second signal does not wait for it.

        uvicorn would raise the signal again afterwards, and the process would not exit with 0.
        """
        self.force_exit = self.should_exit
        self.should_exit = True
        if self.force_exit:
            logging.getLogger("uvicorn.error").disabled = True  # it would tell of what was cut off


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A server that is running: `url` is its root, without a slash at the end."""

    url: str


def listen(host: str, port: int) -> socket.socket:
    """Bind a listening socket; port 0 takes any free one.

    Raises:
        EmulatorError: the address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        is_taken = error.errno == errno.EADDRINUSE
        raise EmulatorError(
            f"cannot listen on port {port} of {host}: {error.strerror}",
            hint="--port 0 takes any free port" if is_taken else "--host takes an address",
        ) from None
    return sock


def url_of(sock: socket.socket) -> str:
    """Return the root URL of a listening socket."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(app: App, sock: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve in the foreground until SIGINT or SIGTERM, and finish what is in flight."""

    def ready() -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
        on_ready()

    Server(app, ready).run(sockets=[sock])


@contextmanager
def live(app: App, sock: socket.socket) -> Iterator[LiveServer]:
    """Serve on a listening socket, in a thread, while the context lasts."""
    is_ready = Event()
    server = Server(app, is_ready.set)
    thread = Thread(target=server.run, kwargs={"sockets": [sock]}, name=threads.SERVER, daemon=True)
    thread.start()
    try:
        is_ready.wait()
        yield LiveServer(url_of(sock))
    finally:
        server.should_exit = True
        thread.join()


def _config(app: App) -> uvicorn.Config:
    """Configure uvicorn: no access log (there is a journal), no headers of its own."""
    return uvicorn.Config(
        app,
        loop="auto",
        http=Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_graceful_shutdown=_LONGEST_EXCHANGE_S,
        proxy_headers=False,  # the core reads them
        server_header=False,
        date_header=False,
    )
