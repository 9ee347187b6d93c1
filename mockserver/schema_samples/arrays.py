"""A list that satisfies a schema: its places, its rest, and what it must hold."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import inf
from typing import Any, TypeAlias

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.equality import canonicalize
from mockserver.schema_samples.merge import Schema

MOST_ITEMS = 1_000
_TRIES = 300
"""How often an item is made anew, to be another than all before."""

Make: TypeAlias = Callable[[Any, int], Any]
"""Makes a value for a subschema, so many levels deep."""


class Arrays:
    """Makes lists.

    Args:
        make: Makes their items.
        draws: Decides how long a list is.
        budget: Pays for comparing items.
    """

    def __init__(self, make: Make, draws: SeededRandom, budget: Budget) -> None:
        self._make = make
        self._draws = draws
        self._budget = budget

    def make(self, flat: Schema, depth: int, *, is_short: bool) -> list[Any]:
        """Return a list for a merged schema, with no more items than it needs if it is to be short.

        Raises:
            UnmetError: none was found.
        """
        prefix, rest = flat.get("prefixItems", []), flat.get("items", True)
        wanted = flat.get("minContains", 1) if "contains" in flat else 0
        least = int(max(flat.get("minItems", 0), wanted))
        most = _count_most_items(flat, len(prefix))
        if least > MOST_ITEMS:
            raise UnmetError(f"a list of {least} items is longer than any that is made here")
        if least > most:
            raise UnmetError(f"no list has {least} or more items and {most} or fewer")
        items: list[Any] = []
        seen: set[Hashable] | None = set() if flat.get("uniqueItems") else None
        length = least if is_short else self._draw_length(least, most, len(prefix))
        for place in range(length):
            own = prefix[place] if place < len(prefix) else rest
            schema = {"allOf": [own, flat["contains"]]} if place < wanted else own
            try:
                items.append(self._make_item(schema, depth, seen))
            except UnmetError:
                if place < least:
                    raise
                break
        return items

    def _draw_length(self, least: int, most: float, usual: int) -> int:
        length = max(least, usual) if usual else least + self._draws.draw_integer(not least, 2)
        return int(min(length, most))

    def _make_item(self, schema: Any, depth: int, seen: set[Hashable] | None) -> Any:
        """Return an item that is none of those that were seen, if they are counted."""
        for _ in range(_TRIES):
            item = self._make(schema, depth + 1)
            if seen is None:
                return item
            self._budget.spend("`uniqueItems`", 1)
            known = canonicalize(item)
            if known not in seen:
                seen.add(known)
                return item
        raise UnmetError("there are not enough different items")


def _count_most_items(flat: Schema, places: int) -> float:
    is_closed = flat.get("items", True) is False or (
        flat.get("unevaluatedItems") is False and "items" not in flat
    )
    most: float = min(flat.get("maxItems", inf), places if is_closed else inf)
    return most
