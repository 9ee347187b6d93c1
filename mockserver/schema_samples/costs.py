"""What it costs to validate a value against a schema, counted before it is done.

A validator of `jsonschema-rs` cannot be interrupted, and references let a small schema ask for
the same thing more often than anybody can wait for. Counting each pair of a subschema and a value
once tells how often, without doing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.references import KEYWORDS, References
from mockserver.schema_samples.sizes import SchemaSizes

MOST_LEVELS = 300
"""Subschemas that lead to one another, which the validator follows on its stack."""
CHECKS_A_UNIT = 20
"""Comparisons of the validator that take as long as one unit of work."""
_CALL = 5
"""Units of work to count and to call the validator at all."""
_UNEVALUATED = 3
"""How many times as long it takes to find out, besides, what has not been evaluated."""

_LISTS = ("allOf", "anyOf", "oneOf")
_ONES = ("not", "if", "then", "else")
_MAPS = ("dependentSchemas", "dependencies")
_OF_NAMED = ("additionalProperties", "unevaluatedProperties")
_OF_ITEMS = ("items", "additionalItems", "unevaluatedItems", "contains")

Pair: TypeAlias = tuple[Any, Any]
"""A subschema and a value."""


class Costs:
    """What validation costs with the subschemas of one schema."""

    def __init__(self, references: References, sizes: SchemaSizes, budget: Budget) -> None:
        self._references = references
        self._sizes = sizes
        self._budget = budget

    def count_units(self, schema: Any, value: Any) -> int:
        """Return the units of work to validate a value.

        Raises:
            UnmetError: subschemas refer to one another without end, or too far.
            SpentError: even counting takes too much.
        """
        return _CALL + self._count_checks(schema, value, {}, 0) // CHECKS_A_UNIT

    def _count_checks(
        self, schema: Any, value: Any, known: dict[Any, int | None], level: int
    ) -> int:
        if not isinstance(schema, dict):
            return 1
        pair = id(schema), id(value)
        if pair in known:
            return _check_settled(known[pair])
        if level > MOST_LEVELS:
            raise UnmetError(f"more than {MOST_LEVELS} of its subschemas lead to one another")
        known[pair] = None
        self._budget.spend("validation", 3 + len(schema) // 4)
        checks = self._count_own(schema, value)
        applied = list(self._find_applied(schema, value))
        self._budget.spend("validation", len(applied) // 2)
        for inner, part in applied:
            checks += self._count_checks(inner, part, known, level + 1)
        for keyword in ("unevaluatedItems", "unevaluatedProperties"):
            checks *= _UNEVALUATED if keyword in schema else 1
        known[pair] = checks
        return checks

    def _count_own(self, schema: dict[str, Any], value: Any) -> int:
        """Return what the keywords cost that apply no other schema."""
        checks = 1 + len(schema) + len(schema.get("enum", ())) + len(schema.get("required", ()))
        if isinstance(value, str):
            checks += len(value) // CHECKS_A_UNIT
            if "pattern" in schema:
                checks += self._count_matching(schema["pattern"], value)
        if isinstance(value, list) and schema.get("uniqueItems"):
            checks += CHECKS_A_UNIT * len(value)
        if isinstance(value, dict):
            patterns = schema.get("patternProperties", ())
            checks += sum(self._count_matching(each, name) for each in patterns for name in value)
        return checks

    def _count_matching(self, pattern: str, text: str) -> int:
        return 2 + CHECKS_A_UNIT * self._sizes.find_expression(pattern).count_work(len(text))

    def _find_applied(self, schema: dict[str, Any], value: Any) -> Iterator[Pair]:
        """Yield every subschema that is applied, with the value that it is applied to."""
        for keyword, inner in schema.items():
            if keyword in KEYWORDS:
                yield self._references.resolve(inner), value
            elif keyword in _LISTS:
                yield from ((each, value) for each in inner)
            elif keyword in _ONES:
                yield inner, value
            elif keyword in _MAPS:
                yield from ((each, value) for each in inner.values())
        if isinstance(value, dict):
            yield from _find_applied_to_names(schema, value)
        if isinstance(value, list):
            yield from _find_applied_to_items(schema, value)


def _check_settled(checks: int | None) -> int:
    if checks is None:
        raise UnmetError("it refers to itself without end")
    return checks


def _find_applied_to_names(schema: dict[str, Any], value: dict[str, Any]) -> Iterator[Pair]:
    properties = schema.get("properties", {})
    rests = [schema[keyword] for keyword in _OF_NAMED if keyword in schema]
    rests += schema.get("patternProperties", {}).values()
    for name, inner in value.items():
        if name in properties:
            yield properties[name], inner
        yield from ((rest, inner) for rest in rests)
        if "propertyNames" in schema:
            yield schema["propertyNames"], name


def _find_applied_to_items(schema: dict[str, Any], value: list[Any]) -> Iterator[Pair]:
    items = schema.get("items", [])
    prefix = schema.get("prefixItems", items if isinstance(items, list) else [])
    yield from zip(prefix, value, strict=False)
    rests = [schema[name] for name in _OF_ITEMS if not isinstance(schema.get(name, []), list)]
    yield from ((rest, item) for item in value for rest in rests)
