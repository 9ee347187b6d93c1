"""What is tried: each effect at each route that it can strike, on each side of the commit."""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

import msgspec

from mockserver.base.plurals import count
from mockserver.contract.tables import FaultRow
from mockserver.rules.faults import When

CellKey: TypeAlias = tuple[str, str, When]


class Cell(msgspec.Struct, frozen=True):
    """One effect at one route, on one side of the commit.

    Attributes:
        told_apart: The armed fault could be observed, not in the journal alone.
        clean: The disarmed one could not.
        note: What differed, or what did not and should.
    """

    effect: str
    route: str
    when: When
    told_apart: bool
    clean: bool
    note: str

    @property
    def is_good(self) -> bool:
        """Whether the fault shows exactly when it is armed."""
        return self.told_apart and self.clean


def list_keys(rows: list[FaultRow]) -> list[CellKey]:
    """Return every cell that the catalogue has: effect, route and side of the commit."""
    return [(row.effect, route, when) for row in rows for route in row.routes for when in row.when]


def render_table(cells: list[Cell]) -> str:
    """Return effects by routes: `b` and `a` are before and after the commit, `·` is neither."""
    routes = list(dict.fromkeys(cell.route for cell in cells))
    marks: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        mark = f"{cell.when[0]}{'✓' if cell.is_good else '✗'}"
        marks.setdefault((cell.effect, cell.route), []).append(mark)
    lines = ["effect".ljust(16) + "".join(route.ljust(8) for route in routes).rstrip()]
    for effect in dict.fromkeys(cell.effect for cell in cells):
        row = (" ".join(marks.get((effect, route), ["·"])).ljust(8) for route in routes)
        lines.append(effect.ljust(16) + "".join(row).rstrip())
    return "\n".join(lines)


def render_summary(cells: list[Cell]) -> str:
    """Return the counts in one line."""
    tally = Counter(cell.is_good for cell in cells)
    unseen = sum(not cell.told_apart for cell in cells)
    dirty = sum(not cell.clean for cell in cells)
    return (
        f"{count(len(cells), 'cell')}: {tally[True]} as they should be, "
        f"{unseen} where the armed fault does not show, {dirty} where the disarmed one does"
    )
