"""The server that a storm is about: one process, or many workers on one store, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import MODULE, READY, environment

FLAGS = ("--port", "0", "--clock", "frozen", "--clock-start", "2026-01-01T00:00:00Z")


class ServerGroup:
    """`segmock serve`, with the workers that it has started.

    Args:
        flags: What it is started with beside `FLAGS`.
        folder: Where it writes what it says on stderr.
    """

    def __init__(self, *flags: str, folder: Path) -> None:
        self.errors = folder / "stderr.txt"
        with self.errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*MODULE, "serve", *FLAGS, *flags],
                cwd=folder,
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        line = self._process.stdout.readline()
        assert line, self.errors.read_text()
        self.url = READY.fullmatch(line)[1]

    def list_workers(self) -> list[int]:
        """Return the processes that it has started and that have not ended."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in children.split()]

    def kill_worker(self, draw: int) -> bool:
        """Kill one of them as `kill -9` does; return whether there was one."""
        workers = self.list_workers()
        if not workers:
            return False
        with suppress(ProcessLookupError):
            os.kill(workers[draw % len(workers)], signal.SIGKILL)
        return True

    def stop(self) -> None:
        """End it as a user does, and see that it ends."""
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=PATIENCE_S)


@contextmanager
def serving_group(*flags: str) -> Iterator[ServerGroup]:
    """Serve on a free port while the context lasts."""
    with TemporaryDirectory(prefix="segmock-histories-") as folder:
        group = ServerGroup(*flags, folder=Path(folder))
        try:
            yield group
        finally:
            group.stop()
