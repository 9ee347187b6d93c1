"""A process that reads and writes lines, and all that it starts in its turn."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from weakref import WeakSet

from client_tests.driver.environment import make_driver_environment

_LOG_TAIL = 2_000
_LOG_MOST = 1_000_000
"""Bytes of a log that are read at once, at the most."""

_RUNNING: WeakSet[LineProcess] = WeakSet()
"""Those of this process, for a worker that has to end at once, whoever waits for them."""


class LineProcess:
    """A process that reads and writes lines, and all that it starts in its turn.

    Args:
        words: Its command line.

    Raises:
        OSError: there is no such program.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        self._log_read = 0
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,
                env=make_driver_environment(),
            )
        except OSError:
            self._log.close()
            raise
        _RUNNING.add(self)
        self._sent: Queue[bytes | None] = Queue()
        self._lines: Queue[bytes] = Queue()
        for work in (self._write_lines, self._read_lines):
            Thread(target=work, daemon=True).start()

    def send(self, line: str) -> None:
        """Send a line; a process that does not read does not hold up whoever calls this."""
        self._sent.put(line.encode())

    def end_input(self) -> None:
        """Say that nothing more comes."""
        self._sent.put(None)

    def line(self, patience_s: float) -> bytes | None:
        """Return the next line of its output; nothing at its end, and None if none came in time."""
        try:
            line = self._lines.get(timeout=max(patience_s, 0))
        except Empty:
            return None
        if not line:
            self._lines.put(b"")  # the end stays the end
        return line

    def exit_code(self, patience_s: float) -> int | None:
        """Return its exit code; None if it has not ended by then."""
        try:
            return self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return None

    def log(self) -> str:
        """Return the end of what it wrote to stderr."""
        size = os.fstat(self._log.fileno()).st_size
        begin = max(0, size - _LOG_TAIL)
        return os.pread(self._log.fileno(), _LOG_TAIL, begin).decode(errors="replace").strip()

    def read_log(self) -> str:
        """Return what it wrote to stderr since this was last asked; of much, the end."""
        size = os.fstat(self._log.fileno()).st_size
        begin, self._log_read = max(self._log_read, size - _LOG_MOST), size
        return os.pread(self._log.fileno(), size - begin, begin).decode(errors="replace")

    def kill(self) -> None:
        """End it now, with all that it has started."""
        self.kill_group()
        self._process.wait()
        _RUNNING.discard(self)
        self._sent.put(None)
        self._log.close()

    def kill_group(self) -> None:
        """Send SIGKILL to it and to all that it has started."""
        with suppress(ProcessLookupError, PermissionError):  # everything has ended already
            os.killpg(self._process.pid, signal.SIGKILL)

    def _write_lines(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101
        try:
            with pipe:
                while (line := self._sent.get()) is not None:
                    pipe.write(line)
                    pipe.flush()
        except OSError:  # nobody reads it any more, which its output will show
            return

    def _read_lines(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101
        with pipe:
            for line in pipe:
                self._lines.put(line)
        self._lines.put(b"")


def kill_all() -> None:
    """Kill every process of lines with all that it has started, and wait for none of them."""
    for process in list(_RUNNING):
        process.kill_group()
