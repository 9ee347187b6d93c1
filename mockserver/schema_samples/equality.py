"""Which JSON values are equal: numbers by what they count, and no number equals true or false."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any


def canonicalize(value: Any) -> Hashable:
    """Return what is the same for two JSON values only if they are equal."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, list):
        return "array", tuple(map(canonicalize, value))
    if isinstance(value, dict):
        return "object", frozenset((name, canonicalize(each)) for name, each in value.items())
    return value  # type: ignore[no-any-return]  # a text, a number or None


def is_equal(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal."""
    return bool(one == other) and canonicalize(one) == canonicalize(other)


def join_values(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    """Return the values of two lists in their order, each once."""
    found: dict[Hashable, Any] = {}
    for value in (*first, *second):
        found.setdefault(canonicalize(value), value)
    return list(found.values())


def intersect_values(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    """Return the values of the first list that are in the second one as well."""
    others = set(map(canonicalize, second))
    return [value for value in first if canonicalize(value) in others]
