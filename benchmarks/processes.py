"""Server processes: started, asked until they answer, weighed, and stopped whatever happens."""

from __future__ import annotations

import http.client
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
BARE = (sys.executable, str(Path(__file__).with_name("bare.py")))
"""Takes the texts that it answers with."""

EMULATOR = (sys.executable, "-m", "mockserver", "serve", "--log", "off")
_ROOT = Path(__file__).parent.parent
_UNWANTED = ("SEGMOCK_", "PYTHONDONTWRITEBYTECODE")
"""Settings of the emulator; and without cached bytecode a start compiles the emulator each time."""

_START_S = 120.0
"""A server under valgrind, on a machine with other things to do, takes some of it."""

_STOP_S = 5.0
_CPU_CLOCK = 2
"""What Linux adds to a process in the number of the clock of its processor seconds."""


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
def serving(command: Sequence[str], wrapper: Sequence[str] = ()) -> Iterator[Server]:
    """Run a server that prints `… ready on URL` while the context lasts.

    The wrapper is what stands before the command, as the call of valgrind does.
    """
    with _running((*wrapper, *command), is_patient=not wrapper) as process:
        out = process.stdout
        line = out.readline() if out and select.select([out], [], [], _START_S)[0] else ""
        if "ready on" not in line:
            sys.exit(f"{' '.join(command)} did not become ready: {line!r}")
        is_emulator = tuple(command[: len(EMULATOR)]) == EMULATOR
        yield Server(int(line.rsplit(":", 1)[1]), process.pid, is_emulator)


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
    """Return the processor seconds of a process, its threads together; only Linux tells them."""
    if sys.platform != "linux":
        return None
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK)


@contextmanager
def _running(command: Sequence[str], *, is_patient: bool) -> Iterator[subprocess.Popen[str]]:
    """Run a process without the settings of this shell; end it with the context.

    Hashes of texts are the same in each, or the order of sets would differ and what is spent on it.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    env["PYTHONHASHSEED"] = "0"
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=_ROOT)
    try:
        yield process
    finally:
        if is_patient:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
