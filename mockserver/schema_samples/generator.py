"""A JSON document that satisfies a JSON Schema, made up from the schema alone.

Alternatives are tried in a drawn order and given up when they contradict what else is asked. What
refers to itself is left by the shortest way out, once a document is deep enough. `jsonschema-rs`
decides in the end; a document that it refuses is made anew from other draws. All of that is paid
for out of one budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from math import inf
from typing import Any

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.arrays import Arrays
from mockserver.schema_samples.branches import NOTHING, Alternatives
from mockserver.schema_samples.budgets import Budget, SpentError
from mockserver.schema_samples.checks import Checks
from mockserver.schema_samples.merge import Schema, find_types, restore_keywords
from mockserver.schema_samples.numbers import make_number
from mockserver.schema_samples.objects import Objects
from mockserver.schema_samples.strings import make_text

ATTEMPTS = 24
TEXT_WORK = 100
"""Units of work to begin a text of a form."""
MOST_WAYS = 40
"""Ways through the alternatives of one subschema."""
DEEP, DEEPEST = 4, 60
"""From how many levels on only what must be is made, and after how many nothing is."""

_KIND_OF = {
    **dict.fromkeys(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties",
         "propertyNames", "dependentRequired"), "object",
    ),
    **dict.fromkeys(("items", "prefixItems", "minItems", "contains", "uniqueItems"), "array"),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"
    ),
}  # fmt: skip
"""Which type is made where only a keyword for that type is there; else a string."""


def generate_document(schema: Any, draws: SeededRandom, budget: Budget | None = None) -> Any:
    """Return a document that satisfies a schema; the same draws give the same document.

    Args:
        schema: A JSON Schema, whoever wrote it.
        draws: Decides wherever there is a choice.
        budget: The work that may be done for it; that for one document, if none is given.

    Raises:
        UnmetError: it is no schema, or no document was found with so much work.
    """
    budget = budget or Budget()
    reasons: list[str] = []
    spare: list[Any] = []
    try:
        checks = Checks(schema, budget)
        for made in _generate_documents(schema, draws, checks, budget, reasons):
            if checks.is_satisfied(made, is_strict=True):
                return made
            if not spare and checks.is_satisfied(made, is_strict=False):
                spare.append(made)
    except SpentError as error:
        reasons.append(str(error))
    except RecursionError:
        reasons.append("its parts are nested too deep to be followed")
    if spare:
        return spare[0]
    raise UnmetError(next(iter(reasons), "no document was found that satisfies all of it"))


def _generate_documents(
    schema: Any, draws: SeededRandom, checks: Checks, budget: Budget, reasons: list[str]
) -> Iterator[Any]:
    """Yield what satisfies a schema most likely; add the reason of each attempt that failed."""
    maker = _Maker(schema, draws, checks, budget)
    for attempt in range(ATTEMPTS):
        maker.is_thrifty = attempt % 2 == 1
        try:
            yield maker.make(schema, 0)
        except UnmetError as error:
            reasons.append(str(error))


class _Maker:
    """Makes documents of one schema.

    Attributes:
        is_thrifty: Leave out some of what may be left out.
    """

    def __init__(self, root: Any, draws: SeededRandom, checks: Checks, budget: Budget) -> None:
        self.is_thrifty = False
        if checks.references.find_height(root) == inf:
            raise UnmetError("whatever satisfies it has no end")
        self._alternatives = Alternatives(checks, draws, budget)
        self._arrays = Arrays(self.make, draws, budget)
        self._objects = Objects(self.make, draws, checks, budget)
        self._checks = checks
        self._draws = draws
        self._budget = budget

    def make(self, schema: Any, depth: int) -> Any:
        """Return a value that satisfies a subschema.

        Raises:
            UnmetError: none was found.
        """
        if depth > DEEPEST:
            raise UnmetError(f"it goes more than {DEEPEST} levels deep")
        why = None
        for flat in islice(self._alternatives.find_ways(schema, is_deep=depth >= DEEP), MOST_WAYS):
            try:
                value = self._make_value(flat, depth)
            except UnmetError as error:
                why = error
                continue
            if not any(self._checks.is_valid(denied, value) for denied in flat.get("nots", [])):
                return value
            why = UnmetError("what was found satisfies what it must not, too")
        raise why or self._alternatives.contradiction

    def _make_value(self, flat: Schema, depth: int) -> Any:
        if "enum" in flat:
            return self._choose_named_value(flat)
        makers: dict[str, Callable[[Schema, int], Any]] = {
            "null": lambda _flat, _depth: None,
            "boolean": lambda _flat, _depth: bool(self._draws.draw_integer(0, 1)),
            "string": lambda flat, _depth: self._make_text(flat),
            "integer": lambda flat, _depth: make_number(flat, self._draws, is_whole=True),
            "number": lambda flat, _depth: make_number(flat, self._draws, is_whole=False),
            "array": self._make_array,
            "object": self._make_object,
        }
        why = UnmetError(NOTHING)
        for kind in self._order_kinds(flat, depth):
            try:
                return makers[kind](flat, depth)
            except UnmetError as error:
                why = error
        raise why

    def _order_kinds(self, flat: Schema, depth: int) -> list[str]:
        """Return the types to try, a drawn one first; what has no levels, where it is deep."""
        kinds = list(find_types(flat) or [])
        if not kinds:
            meant = dict.fromkeys(_KIND_OF[name] for name in flat if name in _KIND_OF)
            kinds = [*meant] or ["string"]
        first = self._draws.draw_integer(0, len(kinds) - 1)
        kinds = [*kinds[first:], *kinds[:first]]
        if depth >= DEEP:
            kinds.sort(key=lambda kind: kind in {"array", "object"})
        return kinds

    def _choose_named_value(self, flat: Schema) -> Any:
        """Return one of the values that are named, if it satisfies the rest as far as is seen."""
        values = flat["enum"]
        rest = restore_keywords({key: item for key, item in flat.items() if key != "enum"})
        if rest:
            is_valid = self._checks.make_check(rest)
            values = [value for value in values if is_valid(value) is not False]
        if not values:
            raise UnmetError("none of the values that it names satisfies the rest of it")
        value = values[self._draws.draw_integer(0, len(values) - 1)]
        self._budget.write("`enum`", self._checks.sizes.count_characters(value))
        return value

    def _make_text(self, flat: Schema) -> str:
        if "patterns" in flat or "format" in flat:
            self._budget.spend("`pattern`" if "patterns" in flat else "`format`", TEXT_WORK)
        return make_text(flat, self._draws, self._checks, self._budget)

    def _make_array(self, flat: Schema, depth: int) -> list[Any]:
        is_short = depth >= DEEP or self._budget.is_weary
        return self._arrays.make(flat, depth, is_short=is_short)

    def _make_object(self, flat: Schema, depth: int) -> dict[str, Any]:
        def wants(flat: Schema, name: str) -> bool:
            return self._wants(flat, name, depth)

        return self._objects.make(flat, depth, wants=wants, deep=DEEP)

    def _wants(self, flat: Schema, name: str, depth: int) -> bool:
        """Tell whether a property that may be left out is made."""
        is_needed = bool(len(flat["properties"]) <= flat.get("minProperties", 0))
        if depth >= DEEP or self._budget.is_weary:
            return is_needed
        is_kept = is_needed or not self.is_thrifty or self._draws.draw_integer(0, 1) == 1
        return is_kept and self._checks.references.find_height(flat["properties"][name]) < inf
