"""What a process has spent: instructions of user mode where valgrind is there, else CPU seconds.

Instructions are the same on a busy machine and on an idle one, and differ by a few per thousand
from run to run. The process runs under callgrind; `vgdb`, which comes with it, asks for the count
from outside while the process waits, so what is counted is what happened between two readings.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Protocol

from processes import cpu_s

INSTRUCTIONS = "instructions"

_PATIENCE_S = 120.0
_COUNT = re.compile(r"^events-\d+: (\d+)$", re.MULTILINE)
_CALLGRIND = ("valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=/dev/null")


class Meter(Protocol):
    """Reads what a process has spent so far."""

    @property
    def unit(self) -> str:
        """What is read."""
        ...

    @property
    def rounds(self) -> int:
        """How many rounds make a figure: more where they differ more."""
        ...

    @property
    def scale(self) -> float:
        """How many times more often than usual something is done in a round."""
        ...

    def wrap(self, *, is_start_counted: bool) -> tuple[str, ...]:
        """Return what stands before the command of a process that is to be read."""
        ...

    def begin(self, pid: int) -> None:
        """Count from here on."""
        ...

    def pause(self, pid: int) -> None:
        """Count nothing until it begins again, which lets the process go faster."""
        ...

    def read(self, pid: int) -> float:
        """Return what the process has spent, all of its threads together."""
        ...


@dataclass(frozen=True, slots=True)
class Instructions:
    """Instructions of user mode, as callgrind counts them."""

    unit: str = INSTRUCTIONS
    rounds: int = 3
    scale: float = 1.0

    def wrap(self, *, is_start_counted: bool) -> tuple[str, ...]:
        """Return the call of valgrind."""
        return (*_CALLGRIND, f"--instr-atstart={'yes' if is_start_counted else 'no'}")

    def begin(self, pid: int) -> None:
        """Count from here on."""
        _command(pid, "instrumentation", "on")

    def pause(self, pid: int) -> None:
        """Count nothing until it begins again; the process is then ten times faster."""
        _command(pid, "instrumentation", "off")

    def read(self, pid: int) -> float:
        """Return the number of instructions that were counted."""
        return sum(map(int, _COUNT.findall(_command(pid, "status", "internal"))))


@dataclass(frozen=True, slots=True)
class CpuTime:
    """Microseconds of a processor, as Linux accounts them."""

    unit: str = "CPU us"
    rounds: int = 7
    scale: float = 10.0

    def wrap(self, *, is_start_counted: bool) -> tuple[str, ...]:
        """Return nothing: the process runs as it is."""
        del is_start_counted
        return ()

    def begin(self, pid: int) -> None:
        """Do nothing: the system counts."""

    def pause(self, pid: int) -> None:
        """Do nothing: counting costs nothing."""

    def read(self, pid: int) -> float:
        """Return the microseconds.

        Raises:
            SystemExit: this system does not tell.
        """
        spent_s = cpu_s(pid)
        if spent_s is None:
            sys.exit("without valgrind this needs Linux, which tells what a process has spent")
        return spent_s * 1e6


def find_meter() -> Meter:
    """Return the best meter here; without valgrind say on stderr what would be better."""
    if shutil.which("valgrind") and shutil.which("vgdb"):
        return Instructions()
    print(
        "valgrind is not here (Debian: apt-get install valgrind): this counts CPU seconds of the "
        "servers' processes instead of instructions, and they differ from run to run",
        file=sys.stderr,
    )
    return CpuTime()


def _command(pid: int, *words: str) -> str:
    """Have the process under valgrind do something, and return what it says."""
    call = ("vgdb", f"--pid={pid}", "--max-invoke-ms=20", *words)
    try:
        done = subprocess.run(
            call, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"{' '.join(call)}: no answer; vgdb needs ptrace, which a container may forbid")
    if done.returncode:
        sys.exit(f"{' '.join(call)} failed: {done.stderr[-300:]}")
    return done.stdout
