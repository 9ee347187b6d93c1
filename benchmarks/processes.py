"""Server processes: started, asked until they answer, weighed, and stopped whatever happens."""

from __future__ import annotations

import http.client
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
BARE = (sys.executable, str(Path(__file__).with_name("bare.py")))
EMULATOR = (sys.executable, "-m", "mockserver", "serve", "--log", "off")
_ROOT = Path(__file__).parent.parent
_UNWANTED = ("SEGMOCK_", "PYTHONDONTWRITEBYTECODE")
"""Settings of the emulator; and without cached bytecode a start compiles the emulator each time."""

_START_S = 30.0
_STOP_S = 5.0
_PAUSE_S = 0.001
_OK = 200


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves on a port of this machine."""

    port: int
    pid: int
    is_emulator: bool

    def ask(self, method: str, path: str, api_key: str, body: bytes = b"") -> bytes:
        """Return the body of an answer.

        Raises:
            SystemExit: it was not a success, so there is nothing to measure.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=_START_S)
        headers = {"x-api-key": api_key, "content-type": "application/json"}
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= http.client.MULTIPLE_CHOICES:
            sys.exit(f"{method} {path} answered {answer.status}: {content.decode()[:200]}")
        return content


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Server]:
    """Run a server that prints `… ready on URL` while the context lasts."""
    with _running(command, subprocess.PIPE) as process:
        out = process.stdout
        line = out.readline() if out and select.select([out], [], [], _START_S)[0] else ""
        if "ready on" not in line:
            sys.exit(f"{' '.join(command)} did not become ready: {line!r}")
        is_emulator = tuple(command[: len(EMULATOR)]) == EMULATOR
        yield Server(int(line.rsplit(":", 1)[1]), process.pid, is_emulator)


def start_s(command: Sequence[str], port: int, request: bytes) -> float:
    """Return the seconds from spawning a server on `port` to its first successful answer."""
    began = time.perf_counter()
    with _running(command, subprocess.DEVNULL) as process:
        while not _answers(port, request):
            if process.poll() is not None or time.perf_counter() - began > _START_S:
                sys.exit(f"{' '.join(command)} did not answer")
            time.sleep(_PAUSE_S)
        return time.perf_counter() - began


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def resident_bytes(pid: int) -> int:
    """Return the resident set size of a process."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024
    shown = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(shown.stdout) * 1024


def cpu_s(pid: int) -> float | None:
    """Return the processor seconds that a process has used; None where nobody says."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _running(command: Sequence[str], stdout: int) -> Iterator[subprocess.Popen[str]]:
    """Run a process without the settings of this shell; end it with the context."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    process = subprocess.Popen(command, stdout=stdout, text=True, env=env, cwd=_ROOT)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _answers(port: int, request: bytes) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=_START_S) as sock:
            sock.sendall(request)
            return sock.recv(64).startswith(f"HTTP/1.1 {_OK} ".encode())
    except OSError:
        return False
