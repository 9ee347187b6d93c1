"""What the servers' processes spend, and how it reads: a table, goals, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from figures import machine, ranged

CYCLE_BEFORE = 20_700_000.0
"""Instructions of a cycle in 0.1.0 on x86-64, CPython 3.11 and Pillow 13; it is to be half."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What the costs of something, of the bare server and of the emulator, are to come to."""

    of: str
    compare: Callable[[float, float], float]
    least: float = 0.0
    most: float = float("inf")

    def is_met(self, figure: float) -> bool:
        """Tell whether the figure is good enough."""
        return self.least <= figure <= self.most

    def __str__(self) -> str:
        return f">= {self.least:g}" if self.least else f"<= {self.most:g}"


def _over_emulator(bare: float, emulator: float) -> float:
    return bare / emulator


GOALS = {
    "GET status": Goal("bare / segmock", _over_emulator, least=1.0),
    "POST submit": Goal("bare / segmock", _over_emulator, least=0.65),
    "GET result": Goal("bare / segmock", _over_emulator, least=0.8),
    "cycle": Goal("0.1.0 / segmock", lambda _, emulator: CYCLE_BEFORE / emulator, least=2.0),
    "start": Goal("segmock / Starlette", lambda bare, emulator: emulator / bare, most=1.6),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What something cost either server, round by round; a start is one round."""

    name: str
    bare: list[float]
    emulator: list[float]

    @property
    def figure(self) -> float:
        """What the goal is about."""
        return GOALS[self.name].compare(median(self.bare), median(self.emulator))

    def as_json(self) -> dict[str, Any]:
        """Return all of it for machines."""
        goal = GOALS[self.name]
        return {
            "name": self.name,
            "bare": self.bare,
            "emulator": self.emulator,
            "of": goal.of,
            "figure": self.figure,
            "goal": str(goal),
            "met": goal.is_met(self.figure),
        }


@dataclass(slots=True)
class Costs:
    """Everything that one run measured.

    Attributes:
        unit: What the rows are in.
        rows: One for each thing that was measured.
        cycle_cpu_ms: Milliseconds of a processor that a cycle takes a server as it is.
        starts_s: Seconds to the first answer, of the bare server and of the emulator, in pairs.
    """

    unit: str
    rows: list[Row]
    cycle_cpu_ms: float | None = None
    starts_s: list[tuple[float, float]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return all of it, every round included, for machines."""
        return {
            "machine": machine(),
            "unit": self.unit,
            "rows": [row.as_json() for row in self.rows],
            "cycle_cpu_ms": self.cycle_cpu_ms,
            "starts_s": self.starts_s,
        }

    def as_text(self) -> str:
        """Return the report for people."""
        return "\n".join([*self._list_rows(), *self._list_seconds()])

    def _list_rows(self) -> Iterator[str]:
        about = machine()
        yield f"{about['python']}, {about['cpus']} CPUs, {about['system']}"
        yield f"{self.unit} of the server's process for one, medians of rounds"
        yield ""
        yield f"{'':14}{'bare':>15}{'segmock':>15}{'ratio':>8}   goal"
        for row in self.rows:
            goal = GOALS[row.name]
            verdict = "met" if goal.is_met(row.figure) else "missed"
            yield (
                f"{row.name:14}{median(row.bare):15,.0f}{median(row.emulator):15,.0f}"
                f"{row.figure:8.2f}   {goal.of} {goal}: {verdict}"
            )

    def _list_seconds(self) -> Iterator[str]:
        if self.cycle_cpu_ms is not None:
            yield f"a cycle takes the server {self.cycle_cpu_ms:.2f} ms of a processor"
        if self.starts_s:
            bare, emulator = (median(side) for side in zip(*self.starts_s, strict=True))
            ratios = ranged([ours / theirs for theirs, ours in self.starts_s])
            yield (
                f"start to first answer: Starlette {bare * 1000:.0f} ms, segmock "
                f"{emulator * 1000:.0f} ms, ratio {ratios} of {len(self.starts_s)} runs in turns"
            )
