"""The parameters of a model as a table for people: a line for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.base.bounds import cut
from mockserver.base.json_encoding import encode_text

_HEAD = ("name", "type", "required", "default", "range", "known from", "values")
_MOST_VALUES = 6
_LONGEST_VALUE = 40
_UNSURE = "?"
"""Behind what is likely and refuses nothing."""


def render_parameters(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the table, its head first; columns that say nothing are left out.

    Args:
        schema: The contract of a model, its references resolved.
    """
    required = set(schema.get("required", ()))
    advised = set(schema.get("x-advice", {}).get("required", ()))
    rows: list[tuple[str, ...]] = [_HEAD]
    for name, each in schema["properties"].items():
        wanted = "yes" if name in required else "yes" + _UNSURE if name in advised else ""
        rows.append(_render_row(name, each, wanted))
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    widths = [max(map(len, column)) for column in columns]
    for row in zip(*columns, strict=True):
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _render_row(name: str, schema: dict[str, Any], wanted: str) -> tuple[str, ...]:
    advice = schema.get("x-advice", {})
    return (
        name,
        _say(_render_type, schema, advice),
        wanted,
        _say(_render_default, schema, advice),
        _say(_render_range, schema, advice),
        schema.get("x-evidence", ""),
        _say(_render_values, schema, advice),
    )


def _say(render: Any, schema: dict[str, Any], advice: dict[str, Any]) -> str:
    """Return what a schema says, or with a question mark what its advice says."""
    said: str = render(schema)
    likely = "" if said else render(advice)
    return said or (likely and likely + _UNSURE)


def _render_type(schema: dict[str, Any]) -> str:
    """Name the type of a value, `a or b` where there are several."""
    if schema.get("format") == "uri":
        return "address"
    if "contentEncoding" in schema:
        return str(schema["contentEncoding"])
    stated = schema.get("type", [])
    names = [stated] if isinstance(stated, str) else list(stated)
    for choice in schema.get("anyOf", schema.get("oneOf", ())):
        names += [name for name in [_render_type(choice)] if name]
    items = schema.get("items")
    of = _render_type(items) if isinstance(items, dict) else ""
    return " or ".join(
        f"array of {of}" if name == "array" and of else name for name in dict.fromkeys(names)
    )


def _render_default(schema: dict[str, Any]) -> str:
    return cut(encode_text(schema["default"]), _LONGEST_VALUE) if "default" in schema else ""


def _render_range(schema: dict[str, Any]) -> str:
    """Spell the bounds of a number, of the length of a text, or of a list."""
    over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    parts = [
        _render_bounds(schema.get("minimum"), schema.get("maximum")),
        "" if over is None else f"more than {encode_text(over)}",
        "" if under is None else f"less than {encode_text(under)}",
        _render_bounds(schema.get("minLength"), schema.get("maxLength"), "character"),
        _render_bounds(schema.get("minItems"), schema.get("maxItems"), "item"),
    ]
    return ", ".join(filter(None, parts))


def _render_bounds(least: float | None, most: float | None, noun: str = "") -> str:
    """Spell two bounds of which each may be missing; `noun` is what is counted, if anything is."""
    last = least if most is None else most
    unit = f" {noun if last == 1 else noun + 's'}" if noun else ""
    if least is None:
        return "" if most is None else f"at most {encode_text(most)}{unit}"
    if most is None:
        return f"at least {encode_text(least)}{unit}"
    return f"{encode_text(least)} to {encode_text(most)}{unit}"


def _render_values(schema: dict[str, Any]) -> str:
    """Name the first of the values that there are, and how many more there are."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    shown = ", ".join(
        cut(each if isinstance(each, str) and each else encode_text(each), _LONGEST_VALUE)
        for each in values[:_MOST_VALUES]
    )
    more = len(values) - _MOST_VALUES
    return f"{shown}, … {more} more" if more > 0 else shown
