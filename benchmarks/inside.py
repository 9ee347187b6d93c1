"""A process of one's own that does what it is told over a pipe, and is counted while it does so."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import TypeAlias

from figures import show_progress
from meters import Meter

Repeat: TypeAlias = Callable[[int], object]
"""Does something so many times."""

_ROOT = Path(__file__).parent.parent
_DONE = "done\n"


def do_as_told(works: Mapping[str, Repeat]) -> None:
    """Say that it may begin; read lines of a number and a name, do that so many times, say so."""
    gc.collect()
    gc.disable()
    print(_DONE, end="", flush=True)
    for line in sys.stdin:
        count, _, name = line.rstrip("\n").partition(" ")
        works[name](int(count))
        print(_DONE, end="", flush=True)


@dataclass(frozen=True, slots=True)
class Inside:
    """The process, as its parent sees it."""

    process: Popen[str]
    meter: Meter

    def repeat(self, name: str, count: int) -> None:
        """Have it do something so many times."""
        print(count, name, file=self.process.stdin, flush=True)
        self.wait()

    def wait(self) -> None:
        """Wait until it has done what it does.

        Raises:
            SystemExit: it ended instead.
        """
        if self.process.stdout is None or self.process.stdout.readline() != _DONE:
            sys.exit("the process that was to be counted ended by itself")

    def measure(self, name: str, count: int) -> list[float]:
        """Return what one of so many costs, round by round, after a first one that warms up."""
        costs = []
        self.meter.begin(self.process.pid)
        self.repeat(name, count)
        for number in range(self.meter.rounds):
            show_progress(f"{name}, round {number + 1}")
            before = self.meter.read(self.process.pid)
            self.repeat(name, count)
            costs.append((self.meter.read(self.process.pid) - before) / count)
        return costs


@contextmanager
def running_inside(meter: Meter, program: str, *flags: str, tree: Path = _ROOT) -> Iterator[Inside]:
    """Run a program that does as it is told, with the emulator of a checkout, and count it."""
    command = (*meter.wrap(is_start_counted=False), sys.executable, program, *flags)
    env = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": str(tree)}
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=env, cwd=tree) as process:
        inside = Inside(process, meter)
        try:
            inside.wait()
            yield inside
        finally:
            process.kill()
