"""What was measured, and how it reads: medians over rounds, ratios, aims, a table, JSON."""

from __future__ import annotations

import argparse
import platform
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from os import cpu_count
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Any

from load import Sample

MIB = 1024 * 1024
AIM_CONNECTIONS = 16
AIM_P99_MS = 5.0


@dataclass(slots=True)
class Case:
    """One kind of load on both servers, round by round."""

    name: str
    connections: int
    bare: list[Sample] = field(default_factory=list)
    emulator: list[Sample] = field(default_factory=list)

    def ratios(self) -> list[float]:
        """Return emulator over bare, for each round."""
        pairs = zip(self.emulator, self.bare, strict=True)
        return [emulator.per_second / bare.per_second for emulator, bare in pairs]

    def failed(self) -> int:
        """Return how many answers were not a success; then the figures say nothing."""
        return sum(sample.failed for sample in self.bare + self.emulator)


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes of the emulator: at its start, after half of the jobs, after all."""

    jobs: int
    start: int
    half: int
    full: int

    def per_job(self) -> float:
        """Return bytes a job over all of them, the journal's ring included."""
        return (self.full - self.start) / self.jobs

    def per_later_job(self) -> float:
        """Return bytes a job over the second half: the ring is full by then if N is 20,000."""
        return (self.full - self.half) / (self.jobs - self.jobs // 2)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that one run measured."""

    generator: str
    cases: list[Case]
    memory: Memory

    def aims(self) -> Iterator[tuple[str, float, str, bool]]:
        """Yield each aim: of what, the figure, what was aimed at, whether it is met."""
        for case in self.cases:
            if case.connections == AIM_CONNECTIONS and not case.name.startswith("cycle"):
                p99_ms = _median(case.emulator, "p99_ms")
                of = f"{case.name} at {case.connections}: p99 ms"
                yield of, p99_ms, f"< {AIM_P99_MS:g}", p99_ms < AIM_P99_MS

    def as_json(self) -> dict[str, Any]:
        """Return all of it, every round included, for machines."""
        aims = [dict(zip(("of", "figure", "aim", "met"), aim, strict=True)) for aim in self.aims()]
        cases = [asdict(case) | {"ratios": case.ratios()} for case in self.cases]
        return {
            "machine": machine(),
            "generator": self.generator,
            "cases": cases,
            "memory_bytes": asdict(self.memory) | {"per_job": self.memory.per_job()},
            "aims": aims,
        }

    def as_text(self) -> str:
        """Return the report for people."""
        parts = (self._rates(), self._memory(), self._aims())
        return "\n".join(line for part in parts for line in (*part, ""))

    def _rates(self) -> Iterator[str]:
        about = machine()
        yield f"{about['python']}, {about['cpus']} CPUs, {about['system']}"
        yield f"calls: {self.generator}; cycles: asyncio clients in Python for both servers,"
        yield "they limit the bare one, so the true ratio of cycles is lower"
        yield "medians of interleaved rounds; ratio = emulator / bare, and its range over rounds;"
        yield "CPU: what the server's process spends on one, ratio = bare / emulator, less noisy"
        yield ""
        yield (
            f"{'':22}{'conns':>6}{'bare /s':>10}{'emul. /s':>10}{'ratio':>8}{'(min-max)':>13}"
            f"{'bare p50':>10}{'p99 ms':>8}{'emul. p50':>11}{'p99 ms':>8}"
            f"{'CPU us: bare':>14}{'emul.':>7}{'ratio':>7}"
        )
        yield from map(_row, self.cases)

    def _memory(self) -> Iterator[str]:
        memory = self.memory
        start, full = memory.start / MIB, memory.full / MIB
        yield "resident memory of the emulator"
        yield f"  {start:.1f} MiB at start, {full:.1f} MiB after {memory.jobs:,} pending jobs:"
        yield (
            f"  {memory.per_job():,.0f} bytes a job with the journal's ring, "
            f"{memory.per_later_job():,.0f} over the second half"
        )

    def _aims(self) -> Iterator[str]:
        for of, figure, aim, is_met in self.aims():
            yield f"{of:32}{figure:8.2f}   aim {aim:8} {'met' if is_met else 'missed'}"


def _row(case: Case) -> str:
    def middle(samples: list[Sample]) -> tuple[float, ...]:
        return tuple(_median(samples, name) for name in ("per_second", "p50_ms", "p99_ms"))

    (bare, bare_p50, bare_p99), (ours, p50, p99) = middle(case.bare), middle(case.emulator)
    ratio, _, extent = ranged(case.ratios()).partition(" ")
    failed = f"   VOID: {case.failed()} answers failed" if case.failed() else ""
    return (
        f"{case.name:22}{case.connections:6}{bare:10,.0f}{ours:10,.0f}{ratio:>8}{extent:>13}"
        f"{bare_p50:10.2f}{bare_p99:8.2f}{p50:11.2f}{p99:8.2f}{_cpu(case)}{failed}"
    )


def _cpu(case: Case) -> str:
    """Show what each server spent on a repetition, which a busy machine blurs less."""
    if any(sample.cpu_us is None for sample in case.bare + case.emulator):
        return ""
    bare, ours = _median(case.bare, "cpu_us"), _median(case.emulator, "cpu_us")
    return f"{bare:14.1f}{ours:7.1f}{bare / ours:7.2f}"


def _median(samples: list[Sample], name: str) -> float:
    return float(median(getattr(sample, name) for sample in samples))


def ranged(ratios: list[float]) -> str:
    """Show the median and the range."""
    return f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def machine() -> dict[str, Any]:
    """Tell what this runs on."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cpus": cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def show_progress(text: str) -> None:
    """Show what is done now, where somebody watches; nothing clears the line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def end_on_signals() -> None:
    """Take a signal as a reason to stop the servers and go."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)


def positive(text: str) -> int:
    """Read a number from 1, for an option."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is below 1")
    return number


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told a file for its figures."""
    parser.add_argument(
        "--json", type=_json_file, metavar="FILE", help="write every figure here too"
    )


def _json_file(text: str) -> Path:
    """Read the name of a file in a folder that is there: minutes later it would be too late."""
    file = Path(text)
    if not file.resolve().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {file.parent}")
    return file
