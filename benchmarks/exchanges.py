"""One client that sends one request at a time, over one connection, and what it is measured at."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import traffic
from load import Call
from processes import HOST, Server

Work: TypeAlias = Callable[[], object]
"""What is measured: a request, or a cycle of requests."""

_PATIENCE_S = 120.0
_NO_LIMIT = {"requests_per_minute": 1_000_000_000}
_A_WHILE = {"advance_s": 60}


class Client:
    """A client of a server, with a key of its own.

    Args:
        server: Whom it speaks to.
        api_key: What it says who it is.
    """

    def __init__(self, server: Server, api_key: str) -> None:
        self.server = server
        self.port = server.port
        self.api_key = api_key
        self._socket = socket.create_connection((HOST, server.port), timeout=_PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> bytes:
        """Send the bytes of a request; return the body of its answer.

        Raises:
            SystemExit: it is not a success, so there is nothing to measure.
        """
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

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return what an answer says in JSON."""
        headers = {"x-api-key": self.api_key, "content-type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        return json.loads(self.send(Call(method, path, headers, content).raw(self.port)))

    def get(self, path: str, *, has_key: bool = True) -> bytes:
        """Return the bytes of a GET."""
        return Call("GET", path, {"x-api-key": self.api_key} if has_key else {}).raw(self.port)

    def submit(self, body: bytes) -> bytes:
        """Return the bytes of the POST that submits a job."""
        return traffic.submit_call(self.api_key, body).raw(self.port)

    def run_cycle(self, body: bytes) -> tuple[bytes, bytes]:
        """Submit, poll, fetch the result and the picture, and return these two.

        Raises:
            SystemExit: it did not end with a result.
        """
        submitted = json.loads(self.send(self.submit(body)))
        path = f"/v2/requests/{submitted['request_id']}"
        for _ in range(traffic.POLLS):
            self.send(self.get(f"{path}/status"))
        result = self.send(self.get(path))
        output = str(json.loads(result)["output"])
        picture = "/" + output.split("/", 3)[3]
        return result, self.send(self.get(picture, has_key=False))

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


def prepare_jobs(client: Client) -> Jobs:
    """Give the client's key a limit that is never reached, and make the two jobs."""
    client.ask("PUT", f"/_mock/accounts/{client.api_key}", _NO_LIMIT)
    stalled = traffic.body(prompt="mock:stall while the load lasts")
    ended, pending = (
        f"/v2/requests/{json.loads(client.send(client.submit(body)))['request_id']}"
        for body in (traffic.body(), stalled)
    )
    client.ask("PATCH", "/_mock/clock", {"api_key": client.api_key, **_A_WHILE})
    for path in (ended, pending):
        client.send(client.get(f"{path}/status"))
    return Jobs(pending, ended)


def list_works(client: Client, jobs: Jobs) -> dict[str, Work]:
    """Return what is measured, by name; every submit and every picture is a fresh one."""
    seeds = traffic.fresh_seeds()
    status, result = client.get(f"{jobs.pending}/status"), client.get(jobs.ended)
    return {
        "GET status": lambda: client.send(status),
        "POST submit": lambda: client.send(client.submit(traffic.body(next(seeds)))),
        "GET result": lambda: client.send(result),
        "cycle": lambda: client.run_cycle(traffic.body(next(seeds))),
    }


def collect_answers(client: Client, jobs: Jobs) -> tuple[str, str, str, str]:
    """Return what a server of constants is told: three texts, and the bytes of a picture."""
    submitted = client.send(client.submit(traffic.body()))
    status = client.send(client.get(f"{jobs.pending}/status"))
    result = client.send(client.get(jobs.ended))
    picture = "/" + str(json.loads(result)["output"]).split("/", 3)[3]
    size = len(client.send(client.get(picture, has_key=False)))
    return submitted.decode(), status.decode(), result.decode(), str(size)


def poll_by_turns(client: Client) -> None:
    """Have the account's time move as it polls, so that a cycle is six requests."""
    client.ask("PATCH", "/_mock/clock", {"api_key": client.api_key, "mode": "auto"})
