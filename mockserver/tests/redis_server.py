"""A real Redis of a test's own, which can be killed and started again."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.tools import find_tool

DATABASES = 4096
"""How many a server has: each test takes one of its own."""

IS_READY = "ready to accept connections"
IS_TAKEN = "Address already in use"
APPEND_ONLY = ("--appendonly", "yes", "--appendfsync", "always")
"""What was acknowledged is on the disk, so a server that was killed comes back with it."""


class RedisServer:
    """`redis-server` on a free port of this machine, and on a Unix socket.

    Args:
        folder: Where its socket and its append-only file are; short, or no socket fits.
        flags: What it is started with beside that, as `APPEND_ONLY`.

    Attributes:
        port: Where it listens on 127.0.0.1; the same after `restart`.
        lines: What it has logged since it was last started.
    """

    def __init__(self, folder: Path, *flags: str) -> None:
        self.folder = folder
        self.flags = flags
        self.port = 0
        self.lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._reader: Thread | None = None

    @property
    def url(self) -> str:
        """Where its first database is."""
        return self.url_of(0)

    @property
    def unix_url(self) -> str:
        """The same database, on the Unix socket."""
        return f"unix://{self._socket}"

    @property
    def _socket(self) -> Path:
        return self.folder / "redis.sock"

    def url_of(self, database: int) -> str:
        """Return where a database is."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The process that runs."""
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it serves; where somebody took the port, on another one."""
        chosen = self.port
        while True:
            self.port = chosen or find_free_port()
            if self._try_start():
                return
            logged = "\n".join(self.lines)
            assert IS_TAKEN in logged, logged
            assert not chosen, f"port {chosen} is not free any more:\n{logged}"

    def kill(self) -> None:
        """End it as `kill -9` does, if it runs: what was not written to the disk is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._reader.join(PATIENCE_S)
            self._process.stdout.close()
            self._process = None

    def restart(self) -> None:
        """Kill it, and start it again where it was, with what it had written."""
        self.kill()
        self.start()

    def _try_start(self) -> bool:
        """Start it; return whether it serves."""
        listening = ("--bind", "127.0.0.1", "--port", str(self.port))
        keeping = ("--dir", str(self.folder), "--save", "", "--databases", str(DATABASES))
        listening += ("--unixsocket", str(self._socket))
        self._process = subprocess.Popen(
            [find_tool("redis-server"), *listening, *keeping, *self.flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines, is_decided = [], Event()
        self._reader = Thread(target=self._read_log, args=(self._process, is_decided))
        self._reader.start()
        assert is_decided.wait(PATIENCE_S), "redis-server says nothing"
        if any(IS_READY in line for line in self.lines):
            return True
        self.kill()
        return False

    def _read_log(self, process: subprocess.Popen[str], is_decided: Event) -> None:
        """Read what it logs until it ends; it is decided once it serves or has ended."""
        for line in process.stdout:
            self.lines.append(line.rstrip())
            if IS_READY in line:
                is_decided.set()
        is_decided.set()


def find_free_port() -> int:
    """Return a port of 127.0.0.1 at which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving_redis(*flags: str) -> Iterator[RedisServer]:
    """Have a server of one's own while the context lasts."""
    with TemporaryDirectory(prefix="segmock-redis-") as folder:
        server = RedisServer(Path(folder), *flags)
        try:
            server.start()
            yield server
        finally:
            server.kill()
