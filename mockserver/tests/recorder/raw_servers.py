"""Servers that do what servers should not, and a recorder before whatever is asked."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from threading import Thread

from mockserver.edges import serve
from mockserver.edges.listeners import listen
from mockserver.edges.protocol import Protocol
from mockserver.facts.observed import Observed
from mockserver.recorder.addresses import ReverseAddresses
from mockserver.recorder.opening import Recorder, RecordOptions, open_recorder
from mockserver.recorder.origins import parse_root
from mockserver.recordings.keep import Keep
from mockserver.recordings.reader import find_sessions, read_recording
from mockserver.tests.conftest import PATIENCE_S

Handle = Callable[[socket.socket, bytes], None]
"""Answers a request over a connection, given what came of it."""


@contextmanager
def serve_raw(handle: Handle) -> Iterator[str]:
    """Serve each connection in a thread of its own; yield the root."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as opened:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                opened.callback(connection.close)
                Thread(target=attend, args=[connection], daemon=True).start()

        def attend(connection: socket.socket) -> None:
            connection.settimeout(PATIENCE_S)
            handle(connection, read_request(connection))

        Thread(target=accept, daemon=True).start()
        yield find_root(listening)
        listening.shutdown(socket.SHUT_RDWR)


def find_root(listening: socket.socket) -> str:
    """Return the address of a server on a socket."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def read_request(connection: socket.socket) -> bytes:
    """Read a request with its body, whose length it names."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = connection.recv(65536)
        if not piece:
            return came
        came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths) and (piece := connection.recv(65536)):
        body += piece
    return head + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    """Close a connection so that the other side finds it reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def answer(connection: socket.socket, body: bytes, *fields: str, status: str = "200 OK") -> None:
    """Answer whole, and close."""
    head = [f"HTTP/1.1 {status}", *fields, f"content-length: {len(body)}", "", ""]
    connection.sendall("\r\n".join(head).encode() + body)
    connection.close()


@dataclass
class Recording:
    """A recorder that is being served; `told` is what it said to its user."""

    url: str
    folder: Path
    recorder: Recorder
    stop: Callable[[], None]
    told: list[str] = field(default_factory=list)


@contextmanager
def record(
    upstream: str, folder: Path, *, budget: str | None = None, grace_s: float = 0.2
) -> Iterator[Recording]:
    """Record in a thread while the context lasts."""
    told: list[str] = []
    options = RecordOptions(
        folder=folder,
        budget=budget and Decimal(budget),
        keep=Keep(),
        ca=None,
        logs=True,
    )
    addresses = ReverseAddresses(parse_root(upstream))
    listeners = listen("127.0.0.1", 0)
    with (
        open_recorder(addresses, options, told.append, grace_s) as recorder,
        ExitStack() as served,
    ):
        live = served.enter_context(
            serve.serve_in_thread(recorder.app, listeners, grace_s, Protocol)
        )
        yield Recording(live.url, folder, recorder, served.close, told)


def read_exchanges(folder: Path) -> tuple[Observed, ...]:
    """Return what was recorded in one session; one in which nothing is leaves no file."""
    if not find_sessions(folder):
        return ()
    (session,) = read_recording(folder).sessions
    return session.story.exchanges
