"""One client that sends one request at a time, and what is measured of whom it asks."""

from __future__ import annotations

import json
import socket
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import traffic
from load import Call
from processes import HOST, Server

Work: TypeAlias = Callable[[], object]
"""What is measured: a request, or a cycle of requests."""

_PATIENCE_S = 120.0
_JSON = {"content-type": "application/json"}
_NO_LIMIT = {"requests_per_minute": 1_000_000_000}
_A_WHILE = {"advance_s": 60}


R = TypeVar("R")
"""A request that is ready to be sent."""


class Client(ABC, Generic[R]):
    """A client of one emulator, or of what is compared with it, with a key of its own."""

    def __init__(self, api_key: str) -> None:
        self.api_key = api_key

    @abstractmethod
    def build(self, call: Call) -> R:
        """Make a request ready to be sent, any number of times."""

    @abstractmethod
    def send(self, request: R) -> bytes:
        """Send a request; return the body of its answer.

        Raises:
            SystemExit: it is not a success, so there is nothing to measure.
        """

    def control(self, method: str, path: str, body: Any) -> None:
        """Call the control plane."""
        self.send(self.build(Call(method, path, _JSON, json.dumps(body).encode())))

    def get(self, path: str, *, has_key: bool = True) -> R:
        """Return a GET."""
        return self.build(Call("GET", path, {"x-api-key": self.api_key} if has_key else {}))

    def submit(self, body: bytes) -> R:
        """Return the POST that submits a job."""
        return self.build(traffic.submit_call(self.api_key, body))

    def run_cycle(self, body: bytes) -> bytes:
        """Submit, poll, fetch the result and the picture; return the picture."""
        submitted = json.loads(self.send(self.submit(body)))
        path = f"/v2/requests/{submitted['request_id']}"
        for _ in range(traffic.POLLS):
            self.send(self.get(f"{path}/status"))
        return self.send(self.picture(self.send(self.get(path))))

    def picture(self, result: bytes) -> R:
        """Return the GET of what a result names."""
        path = str(json.loads(result)["output"]).split("/", 3)[3]
        return self.get(f"/{path}", has_key=False)


class SocketClient(Client[bytes]):
    """A client of a server process."""

    def __init__(self, server: Server, api_key: str) -> None:
        super().__init__(api_key)
        self.server = server
        self._socket = socket.create_connection((HOST, server.port), timeout=_PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def build(self, call: Call) -> bytes:
        """Return the bytes of a request."""
        return call.raw(self.server.port)

    def send(self, request: bytes) -> bytes:
        """Send them and wait for the whole answer."""
        self._socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive(request)
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 2"):
            sys.exit(f"{request[:200]!r} was answered with {received[:300]!r}")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._receive(request)
        return body

    def _receive(self, request: bytes) -> bytes:
        data = self._socket.recv(256 * 1024)
        if not data:
            sys.exit(f"the connection was closed after {request[:200]!r}")
        return data


@dataclass(frozen=True, slots=True)
class Jobs:
    """The paths of two jobs of an account: one stays PROCESSING, one has ended."""

    pending: str
    ended: str


def prepare_jobs(client: Client[R]) -> Jobs:
    """Give the client's key a limit that is never reached, and make the two jobs."""
    client.control("PUT", f"/_mock/accounts/{client.api_key}", _NO_LIMIT)
    stalled = traffic.body(prompt="mock:stall while the load lasts")
    ended, pending = (
        f"/v2/requests/{json.loads(client.send(client.submit(body)))['request_id']}"
        for body in (traffic.body(), stalled)
    )
    client.control("PATCH", "/_mock/clock", {"api_key": client.api_key, **_A_WHILE})
    for path in (ended, pending):
        client.send(client.get(f"{path}/status"))
    return Jobs(pending, ended)


def list_works(client: Client[R], jobs: Jobs) -> dict[str, Work]:
    """Return what is measured, by name; every submit and every picture is a fresh one."""
    seeds = traffic.fresh_seeds()
    status, result = client.get(f"{jobs.pending}/status"), client.get(jobs.ended)
    return {
        "GET status": lambda: client.send(status),
        "POST submit": lambda: client.send(client.submit(traffic.body(next(seeds)))),
        "GET result": lambda: client.send(result),
        "cycle": lambda: client.run_cycle(traffic.body(next(seeds))),
    }


def collect_answers(client: Client[R], jobs: Jobs) -> tuple[str, str, str, str]:
    """Return what a server of constants is told: three texts, and the bytes of a picture."""
    submitted = client.send(client.submit(traffic.body()))
    status = client.send(client.get(f"{jobs.pending}/status"))
    result = client.send(client.get(jobs.ended))
    size = len(client.send(client.picture(result)))
    return submitted.decode(), status.decode(), result.decode(), str(size)


def poll_by_turns(client: Client[R]) -> None:
    """Have the account's time move as it polls, so that a cycle is six requests."""
    client.control("PATCH", "/_mock/clock", {"api_key": client.api_key, "mode": "auto"})
