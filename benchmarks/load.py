"""Load on one server of this machine: `wrk` where there is one, else clients in this process.

The clients in this process speak over asyncio sockets that are kept alive; they also drive what
`wrk` cannot, exchanges that depend on each other.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import uvloop
from processes import HOST

_GRACE_S = 30
_LUA = """
wrk.method = {method}
wrk.body = {body}
wrk.headers = {{ {headers} }}
function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    '\\n{{"count": %d, "us": %d, "p50_us": %.1f, "p99_us": %.1f, "failed": %d}}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.status + e.connect + e.read + e.write + e.timeout))
end
"""
"""A script for wrk. `done` runs after the load, so it costs the load nothing."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one round of load saw; `cpu_us` is the server's own time for one repetition."""

    count: int
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int
    cpu_us: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, sent over and over."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    def raw(self, port: int) -> bytes:
        """Return the bytes of the request."""
        headers = {"host": f"{HOST}:{port}", **self.headers}
        if self.body:
            headers["content-length"] = str(len(self.body))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + self.body

    def lua(self) -> str:
        """Return the script that has wrk send it."""
        headers = ", ".join(f'["{name}"] = {_lua(v)}' for name, v in self.headers.items())
        body = _lua(self.body.decode()) if self.body else "nil"
        return _LUA.format(method=_lua(self.method), body=body, headers=headers)


def _lua(text: str) -> str:
    """Quote a string for Lua: as for JSON, but for characters beyond ASCII."""
    return json.dumps(text, ensure_ascii=False)


Generator: TypeAlias = Callable[[Call, int, int, float], Sample]
"""Puts a call on a port, over so many connections, for so many seconds."""


def generator() -> tuple[str, Generator]:
    """Return the best generator of load here, and its name."""
    if shutil.which("wrk"):
        return "wrk, 1 thread", with_wrk
    return "asyncio clients in Python (no wrk here; they limit the rate)", with_clients


def with_wrk(call: Call, port: int, connections: int, seconds: float) -> Sample:
    """Load with wrk."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "call.lua")
        script.write_text(call.lua())
        options = [f"-d{max(1, round(seconds))}s", "-t1", f"-c{connections}", "-s", str(script)]
        command = ["wrk", *options, f"http://{HOST}:{port}{call.path}"]
        shown = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds + _GRACE_S
        )
    seen = json.loads(shown.stdout.splitlines()[-1])
    rate = seen["count"] / seen["us"] * 1e6
    p50_ms, p99_ms = seen["p50_us"] / 1000, seen["p99_us"] / 1000
    return Sample(seen["count"], rate, p50_ms, p99_ms, seen["failed"])


class Connection(asyncio.Protocol):
    """A connection that is kept alive, with one request under way at most."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None
        self.failed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request under way."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Complete the request under way once its answer is whole."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or self._answer is None:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(body) >= int(length):
            self._received = b""
            self.failed += not head.startswith(b"HTTP/1.1 2")
            self._answer.set_result(body)

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        """Send a request; the result is the body of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)  # type: ignore[attr-defined]
        return self._answer


Work: TypeAlias = Callable[[Connection], Awaitable[object]]
"""What a client does over and over: one request, or several that depend on each other."""


@dataclass(slots=True)
class Until:
    """When the clients stop: after a time, or after a number of repetitions together."""

    seconds: float = float("inf")
    count: float = float("inf")
    times_s: list[float] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    def is_reached(self, now: float) -> bool:
        """Tell whether this is the end."""
        return now - self.began >= self.seconds or len(self.times_s) >= self.count


def with_clients(call: Call, port: int, connections: int, seconds: float) -> Sample:
    """Load with clients in this process."""
    request = call.raw(port)
    return repeat(lambda connection: connection.ask(request), port, connections, Until(seconds))


def repeat(work: Work, port: int, connections: int, until: Until) -> Sample:
    """Have each of these connections do its work over and over."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_repeat(work, port, connections, until))


async def _repeat(work: Work, port: int, connections: int, until: Until) -> Sample:
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(Connection, HOST, port))[1] for _ in range(connections)
    ]
    until.began = time.perf_counter()
    await asyncio.gather(*(_client(client, work, until) for client in clients))
    took_s = time.perf_counter() - until.began
    for client in clients:
        client.transport.close()
    times = sorted(until.times_s)
    failed = sum(client.failed for client in clients)
    rate = len(times) / took_s
    return Sample(len(times), rate, _at(times, 0.50), _at(times, 0.99), failed)


async def _client(connection: Connection, work: Work, until: Until) -> None:
    now = time.perf_counter()
    while not until.is_reached(now):
        began = now
        await work(connection)
        now = time.perf_counter()
        until.times_s.append(now - began)


def _at(times_s: list[float], share: float) -> float:
    """Return the time, in milliseconds, that this share of them does not exceed."""
    return times_s[min(int(len(times_s) * share), len(times_s) - 1)] * 1000
