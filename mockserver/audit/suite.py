"""Running a suite once, in a process group of its own, until it ends or is heard of no more."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen, TimeoutExpired

from mockserver.base.errors import EmulatorError
from mockserver.edges.realtime import read_monotonic_s
from mockserver.probe.lines import find_size

_LOOK_S = 0.05


@dataclass(frozen=True)
class SuiteEnd:
    """How a run of a suite has ended.

    Attributes:
        exit_code: Of its process; None if it had to be killed.
        time_s: How long it took.
        longest_gap_s: The longest time in which no test began or ended.
    """

    exit_code: int | None
    time_s: float
    longest_gap_s: float

    @property
    def has_hung(self) -> bool:
        """Whether it had to be killed."""
        return self.exit_code is None

    def shorten(self, time_s: float) -> SuiteEnd:
        """Return the end of a run that took no longer than that, as others were done before it."""
        return replace(self, time_s=min(self.time_s, time_s))


@dataclass(frozen=True)
class Suite:
    """A command that runs tests.

    Attributes:
        command: The command and its arguments.
        environment: All its variables.
        folder: Of the audit; what it prints is appended to `output.txt` there.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path

    @property
    def output(self) -> Path:
        """What it has printed, on stdout and stderr, since `run` was last called."""
        return self.folder / "output.txt"

    def run(
        self,
        find_patience_s: Callable[[], float] = lambda: float("inf"),
        on_news: Callable[[], object] = lambda: None,
    ) -> SuiteEnd:
        """Run it to its end, or until nothing was heard of its tests for too long.

        Its process group ends with it, however this ends: a test that hangs may have children.

        Args:
            find_patience_s: Returns how many seconds that is, now.
            on_news: Called when something was heard of its tests.

        Raises:
            EmulatorError: it cannot be started.
        """
        began, size = read_monotonic_s(), find_size(self.folder)
        with self.output.open("wb") as output:
            process = self._start(output.fileno())
        try:
            gap_s = self._watch(process, size, find_patience_s, on_news)
            exit_code = process.poll()
        finally:
            _kill_group(process)
        return SuiteEnd(exit_code, read_monotonic_s() - began, gap_s)

    def _start(self, output: int) -> Popen[bytes]:
        try:
            return Popen(
                self.command,
                env=self.environment,
                stdin=DEVNULL,
                stdout=output,
                stderr=STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise EmulatorError(
                f"cannot run {self.command[0]!r}: {error.strerror}",
                hint="give the command that runs your tests behind --, as in `-- pytest tests/`",
            ) from None

    def _watch(
        self,
        process: Popen[bytes],
        size: int,
        find_patience_s: Callable[[], float],
        on_news: Callable[[], object],
    ) -> float:
        """Wait for the process, or for patience to end; return the longest gap.

        `size` is how much its tests had told before it was started.
        """
        heard_s, longest_s = read_monotonic_s(), 0.0
        while True:
            with suppress(TimeoutExpired):
                process.wait(_LOOK_S)
            now_s, now_size = read_monotonic_s(), find_size(self.folder)
            longest_s = max(longest_s, now_s - heard_s)
            if now_size != size:
                heard_s, size = now_s, now_size
                on_news()
            if process.returncode is not None or now_s - heard_s > find_patience_s():
                return longest_s


def _kill_group(process: Popen[bytes]) -> None:
    """End whatever is left of a process and of those that it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
