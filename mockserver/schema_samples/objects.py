"""An object that satisfies a schema: its properties, those that they bring along, and more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.base.plurals import count
from mockserver.schema_samples.arrays import Make
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.checks import Checks
from mockserver.schema_samples.merge import Schema, restore_keywords
from mockserver.schema_samples.strings import make_text

_TRIES = 300
"""How many names are tried, to have enough."""


class Objects:
    """Makes objects.

    Args:
        make: Makes the values of their properties.
        draws: Decides what is left out.
        checks: Tells what may be called what.
        budget: Pays for the names.
    """

    def __init__(self, make: Make, draws: SeededRandom, checks: Checks, budget: Budget) -> None:
        self._make = make
        self._draws = draws
        self._checks = checks
        self._budget = budget

    def make(
        self, flat: Schema, depth: int, *, wants: Callable[[Schema, str], bool], deep: int
    ) -> dict[str, Any]:
        """Return an object for a merged schema.

        Args:
            flat: The schema.
            depth: How many levels are above it.
            wants: Tells whether a property that may be left out is made.
            deep: The level as of which only what must be is made.

        Raises:
            UnmetError: none was found.
        """
        dependent = flat.get("dependentSchemas", {})
        needed = self._add_dependents(flat.get("required", []), flat)
        for name in needed:
            if name in dependent:
                rest = {key: each for key, each in dependent.items() if key != name}
                own = restore_keywords({**flat, "dependentSchemas": rest})
                together = {"allOf": [own, dependent[name]], "required": needed}
                made: dict[str, Any] = self._make({**together, "type": "object"}, depth)
                return made
        found = {name: self._make_property(flat, name, depth) for name in needed}
        most = flat.get("maxProperties", inf)
        if len(found) > most:
            needed_names = count(len(found), "property", "properties")
            raise UnmetError(f"it has {needed_names} that must be, and at most {most}")
        for name in flat.get("properties", {}):
            if name not in found and name not in dependent and wants(flat, name):
                self._add_group(found, flat, self._add_dependents([name], flat), depth)
        self._fill(found, flat, depth, deep)
        return found

    def _add_dependents(self, names: Iterable[str], flat: Schema) -> list[str]:
        """Return these names with all that they bring along."""
        dependent = flat.get("dependentRequired", {})
        found = dict.fromkeys(names)
        waiting = list(found)
        for name in waiting:  # it grows as it goes
            brought = dependent.get(name, [])
            self._budget.spend("`dependentRequired`", len(brought) // 10)
            more = [each for each in dict.fromkeys(brought) if each not in found]
            found |= dict.fromkeys(more)
            waiting += more
        return waiting

    def _add_group(self, found: dict[str, Any], flat: Schema, group: list[str], depth: int) -> None:
        """Add properties that come together, if there is room and each can be made."""
        new = [name for name in group if name not in found]
        if len(found) + len(new) > flat.get("maxProperties", inf):
            return
        if any(name in flat.get("dependentSchemas", {}) for name in new):
            return
        try:
            found |= {name: self._make_property(flat, name, depth) for name in new}
        except UnmetError:
            return

    def _make_property(self, flat: Schema, name: str, depth: int) -> Any:
        self._budget.write("`properties`", len(name))
        names = flat.get("propertyNames", True)
        if names is not True and self._checks.is_valid({"allOf": [names]}, name) is False:
            raise UnmetError(f"a property may not be called {name}")
        parts = [flat["properties"][name]] if name in flat.get("properties", {}) else []
        parts += [
            schema
            for pattern, schema in flat.get("patternProperties", {}).items()
            if self._checks.matches(pattern, name)
        ]
        if not parts:
            parts = [flat.get("additionalProperties", flat.get("unevaluatedProperties", True))]
        try:
            return self._make(parts[0] if len(parts) == 1 else {"allOf": parts}, depth + 1)
        except UnmetError as error:
            raise UnmetError(_name_property(name, str(error))) from None

    def _fill(self, found: dict[str, Any], flat: Schema, depth: int, deep: int) -> None:
        """Add properties of other names until there are enough."""
        least = flat.get("minProperties", 0)
        for place in range(_TRIES):
            if len(found) >= least:
                return
            name = self._make_name(flat, place, deep)
            if name not in found and name not in flat.get("properties", {}):
                found[name] = self._make_property(flat, name, depth)
        if len(found) < least:
            raise UnmetError(f"no names were found for {count(least, 'property', 'properties')}")

    def _make_name(self, flat: Schema, place: int, deep: int) -> str:
        patterns = [*flat.get("patternProperties", {})]
        rest = flat.get("additionalProperties", flat.get("unevaluatedProperties", True))
        if patterns and (rest is False or place % 2):
            wanted = {"patterns": [patterns[place % len(patterns)]]}
            return make_text(wanted, self._draws, self._checks, self._budget)
        if rest is False:
            raise UnmetError("it needs more properties than it allows")
        names = flat.get("propertyNames", True)
        if names is True:
            return f"extra_{place + 1}"
        return str(self._make({"allOf": [names, {"type": "string"}]}, deep))


def _name_property(name: str, reason: str) -> str:
    """Return a reason with the property that it is about in front."""
    return f"{name}.{reason}" if reason.partition(":")[0].isidentifier() else f"{name}: {reason}"
