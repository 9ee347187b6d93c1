"""Schemas narrowed by what advises and never refuses: `x-advice` (P6, P7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from client_tests.cases.contracts import Schema

ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "x-evidence", "x-advice", "$comment"}
)
"""Keywords that refuse nothing."""


def narrow(schema: Schema) -> Schema:
    """Return a schema that allows what another allows and its advice does not discourage.

    Raises:
        ValueError: both have a keyword of which it is not known what they mean together.
    """
    advice = schema.get("x-advice")
    return schema if advice is None else _merge(_drop(schema, "x-advice"), _drop(advice, "default"))


def _drop(schema: Schema, keyword: str) -> Schema:
    return {name: value for name, value in schema.items() if name != keyword}


def _merge(first: Schema, second: Schema) -> Schema:
    """Return a schema that allows what both allow."""
    merged = {**first, **second}
    for keyword in first.keys() & second.keys() - ANNOTATIONS:
        one, other = first[keyword], second[keyword]
        if one != other:
            if keyword not in _TOGETHER:
                raise ValueError(f"there is no strategy for {keyword} with {one!r} and {other!r}")
            merged[keyword] = _TOGETHER[keyword](one, other)
    return merged


def _merge_each(first: dict[str, Schema], second: dict[str, Schema]) -> dict[str, Schema]:
    both = {name: _merge(first[name], second[name]) for name in first.keys() & second.keys()}
    return {**first, **second, **both}


def _keep_common(first: list[Any], second: list[Any]) -> list[Any]:
    return [value for value in first if value in second]


def _list_all(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))


def _match_both(first: str, second: str) -> str:
    return f"(?={first}){second}"


_TOGETHER: dict[str, Callable[[Any, Any], Any]] = {
    "minimum": max,
    "minItems": max,
    "minLength": max,
    "maximum": min,
    "maxItems": min,
    "enum": _keep_common,
    "required": _list_all,
    "pattern": _match_both,
    "items": _merge,
    "properties": _merge_each,
}
"""What two values of a keyword come to; patterns are those that begin with ^."""
