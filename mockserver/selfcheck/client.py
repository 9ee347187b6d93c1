"""An HTTP client that sees how an answer ended, and in how many pieces it came."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import msgspec

from mockserver.base.json_encoding import encode
from mockserver.edges.realtime import read_monotonic_s

MODEL = "ideogram-3"
BODY = encode({"prompt": "A paper boat", "seed": 27182})
PATIENCE_S = 10.0
"""How long the client waits for an answer, except where a fault is to outlast it."""

PIECE_EVERY_S = 0.01
"""The pause between two pieces of an answer that drips."""

_CHUNK = 1 << 20


class Answer(msgspec.Struct, frozen=True):
    """What came over the socket, unmasked."""

    outcome: str
    status: int | None = None
    content_type: str = ""
    body: bytes = b""
    pauses: int = 0


class Client:
    """An HTTP client that can tell how an answer ended, and in how many pieces it came."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "", parts.port or 0)
        self.host = parts.netloc

    def send(
        self,
        method: str,
        path: str,
        api_key: str,
        *,
        patience_s: float = PATIENCE_S,
        pause_s: float = PIECE_EVERY_S,
    ) -> Answer:
        """Send one request on a connection of its own, and see what becomes of it."""
        body = BODY if method == "POST" else b""
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: {self.host}\r\nx-api-key: {api_key}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        received = _Received(pause_s)
        with socket.create_connection(self.address, timeout=PATIENCE_S) as sock:
            sock.sendall(head.encode() + body)
            try:
                received.read(sock, read_monotonic_s() + patience_s)
            except TimeoutError:
                return received.describe("timed out")
            except ConnectionResetError:
                return received.describe("reset")
        return received.describe("")


class _Received:
    """What has been received so far."""

    def __init__(self, pause_s: float) -> None:
        self.data = b""
        self.pauses = 0
        self.pause_s = pause_s

    def read(self, sock: socket.socket, deadline_s: float) -> None:
        """Read until the answer is whole, or the server closes the connection.

        Raises:
            TimeoutError: it took too long.
            ConnectionResetError: the server reset the connection.
        """
        before_s = read_monotonic_s()
        while not self.is_whole:
            sock.settimeout(max(deadline_s - before_s, 0.001))
            chunk = sock.recv(_CHUNK)
            now_s = read_monotonic_s()
            if not chunk:
                return
            self.pauses += bool(self.data) and now_s - before_s > self.pause_s / 2
            self.data, before_s = self.data + chunk, now_s

    @property
    def _parts(self) -> tuple[int | None, dict[str, str], bytes]:
        """Status, headers and body, as far as they are there."""
        head, end, body = self.data.partition(b"\r\n\r\n")
        if not end:
            return None, {}, b""
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        return int(first.split()[1]), headers, body

    @property
    def is_whole(self) -> bool:
        """Whether as much has come as was announced."""
        status, headers, body = self._parts
        return status is not None and len(body) >= int(headers.get("content-length", "0"))

    def describe(self, outcome: str) -> Answer:
        """Return what was received; without an outcome, the answer's own end decides it."""
        status, headers, body = self._parts
        if not outcome:
            ended = "cut short" if self.data else "closed"
            outcome = "answered" if self.is_whole else ended
        return Answer(outcome, status, headers.get("content-type", ""), body, self.pauses)
