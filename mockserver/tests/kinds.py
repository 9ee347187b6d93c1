"""One row of each kind of a table that is played whole at length, by `make storm`."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Row = TypeVar("Row")

IS_STORM = bool(os.environ.get("SEGMOCK_STORM"))


def choose_rows(rows: Iterable[Row], find_traits: Callable[[Row], Iterable[Hashable]]) -> list[Row]:
    """Return the rows with a trait that none before them has; in a storm, all rows."""
    if IS_STORM:
        return list(rows)
    seen: set[Hashable] = set()
    chosen = []
    for row in rows:
        new = set(find_traits(row)) - seen
        if new:
            chosen.append(row)
            seen |= new
    return chosen
