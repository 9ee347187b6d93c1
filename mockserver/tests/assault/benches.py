"""A server that is under assault, and clients that send bytes and count what comes back."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from io import BufferedReader
from itertools import islice
from typing import Any

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.kinds import IS_STORM

KEY = "SG_bbbb0123456789ab"
JSON_TYPE = "application/json"
MULTIPART_TYPE = "multipart/form-data; boundary=edge"
FORM_TYPE = "application/x-www-form-urlencoded"
CUT = 0
"""The status of a request whose connection was closed before an answer came."""

_AT_A_TIME = 50


@dataclass(frozen=True)
class Row:
    """One kind of assault.

    Attributes:
        name: What it is called in the table of figures.
        run: Sends it.
        is_cheap: It costs less than 0.3 s of processor time, so that every run of tests has it.
        statuses: What may be answered; else anything below 500.
    """

    name: str
    run: Callable[[Bench], None]
    is_cheap: bool = True
    statuses: frozenset[int] = frozenset(range(200, 500))


@dataclass
class Bench:
    """Clients of one server.

    Attributes:
        url: The root of the server.
        pid: Its process.
        statuses: How often each status came since this was last looked at.
        held: Connections that stay open until the row is over.
    """

    url: str
    pid: int
    statuses: Counter[int] = field(default_factory=Counter)
    held: ExitStack = field(default_factory=ExitStack)

    def connect(self) -> socket.socket:
        """Return a connection of its own."""
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE_S)

    def hold(self, sent: bytes) -> socket.socket:
        """Send something on a connection that stays open until the row is over."""
        connection = self.held.enter_context(self.connect())
        connection.sendall(sent)
        return connection

    def send(self, *pieces: bytes) -> tuple[int, bytes]:
        """Send one request on a connection of its own; return its status and body.

        The server may have had enough of it before it has come whole.
        """
        with self.connect() as connection, connection.makefile("rb") as stream:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(ConnectionError):
                for piece in pieces:
                    connection.sendall(piece)
            status, body = read_answer(stream)
        self.statuses[status] += 1
        return status, body

    def ask(self, method: str, path: str, body: Any = b"", **options: str) -> Any:
        """Send a request that must be answered with 2xx; return the JSON that comes back."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, received = self.send(request(method, path, sent, **options))
        assert 200 <= status < 300, (status, received[:500])
        return json.loads(received) if received else None

    def send_all(self, requests: Iterable[bytes]) -> None:
        """Send very many requests on one connection, a few at a time, and count the answers."""
        left = iter(requests)
        with self.connect() as connection, connection.makefile("rb") as stream:
            while sent := list(islice(left, _AT_A_TIME)):
                connection.sendall(b"".join(sent))
                for _ in sent:
                    self.statuses[read_answer(stream)[0]] += 1

    def take_statuses(self) -> Counter[int]:
        """Return what was answered since this was last asked."""
        taken, self.statuses = self.statuses, Counter()
        return taken


def read_answer(stream: BufferedReader) -> tuple[int, bytes]:
    """Read one answer; return its status, `CUT` if it does not come whole, and its body."""
    with suppress(ConnectionError):
        first, length = stream.readline(), 0
        for line in iter(stream.readline, b"\r\n"):
            if not line:
                return CUT, b""
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        if first:
            return int(first.split()[1]), stream.read(length)
    return CUT, b""


def request(
    method: str,
    path: str,
    body: bytes = b"",
    *lines: str,
    key: str = KEY,
    content_type: str = JSON_TYPE,
) -> bytes:
    """Return a request with a body, which may be empty."""
    fixed = (f"{method} {path} HTTP/1.1", "Host: localhost", f"x-api-key: {key}")
    typed = (f"content-type: {content_type}", f"content-length: {len(body)}")
    return "\r\n".join([*fixed, *typed, *lines, "", ""]).encode("latin-1") + body


def many(number: int) -> int:
    """Return how many there are of something: so many in a storm, and a few otherwise."""
    return number if IS_STORM else min(number, 20 + number // 1_000)


def keys(prefix: str, count: int) -> Iterator[str]:
    """Yield API keys, all different."""
    return (f"SG_{prefix}{place:012x}" for place in range(count))
