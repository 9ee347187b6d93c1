"""Two JSON Schemas made into one that asks for what both ask for.

Only keywords that describe a value by itself are merged here; those that combine schemas
(`allOf`, `anyOf`, `$ref` and the like) are for `branches` to follow.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.equality import intersect_values, is_equal, join_values
from mockserver.schema_samples.expressions import is_match

Schema: TypeAlias = dict[str, Any]
Matches: TypeAlias = Callable[[str, str], bool]
"""Whether a pattern matches a name."""

_PLAIN = ("object", "array", "string", "number", "integer", "boolean", "null")


def to_fraction(number: float) -> Fraction:
    """Return a JSON number as it was written."""
    return Fraction(repr(number))


def find_types(schema: Schema) -> list[str] | None:
    """Return the types that a schema names, or None."""
    declared = schema.get("type")
    return [declared] if isinstance(declared, str) else declared


def merge(first: Schema, second: Schema, matches: Matches = is_match) -> Schema:
    """Return one schema for two.

    Args:
        first: A schema without any that it combines.
        second: Another one.
        matches: Decides which properties a pattern is about.

    Raises:
        UnmetError: they contradict each other.
    """
    both = {**first, **second}
    for keyword in first.keys() & second.keys() & _RULES.keys():
        both[keyword] = _RULES[keyword](first[keyword], second[keyword])
    if "type" in both and not both["type"]:
        raise UnmetError(
            f"it must be {_render_types(first['type'])} and {_render_types(second['type'])} at once"
        )
    if "enum" in both and not both["enum"]:
        raise UnmetError("of the values that it names, none is left")
    both |= _merge_objects(first, second, matches)
    both |= _merge_arrays(first, second)
    return both


def count_merging_work(first: Schema, second: Schema, size: Callable[[Any], int]) -> int:
    """Return how many values are looked at to merge two schemas.

    Args:
        first: A schema.
        second: Another one.
        size: Counts the values in a part of them.
    """
    shared = first.keys() & second.keys()
    values = len(first) + len(second)
    values += sum(len(each) for each in (*first.values(), *second.values()) if _is_nested(each))
    return values + sum(min(size(first[name]), size(second[name])) for name in shared)


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict | list)


def remove_types(schema: Schema, unwanted: list[str]) -> Schema:
    """Return a schema that allows none of these types."""
    left = [kind for kind in find_types(schema) or _PLAIN if kind not in unwanted]
    if "number" in unwanted:
        left = [kind for kind in left if kind != "integer"]
    if not left:
        raise UnmetError("it may be of no type at all")
    return {**schema, "type": left}


def restore_keywords(flat: Schema) -> Schema:
    """Return a merged schema as one that can be merged again."""
    ours = {"patterns", "nots"}
    plain = {key: value for key, value in flat.items() if key not in ours}
    patterns = [{"pattern": each} for each in flat.get("patterns", [])]
    nots = [{"not": each} for each in flat.get("nots", [])]
    return {**plain, "allOf": [*patterns, *nots]} if patterns or nots else plain


def _render_types(types: Any) -> str:
    return types if isinstance(types, str) else " or ".join(types)


def _intersect_types(first: Any, second: Any) -> list[str]:
    one = [first] if isinstance(first, str) else first
    other = [second] if isinstance(second, str) else second
    common = [kind for kind in one if kind in other]
    has_integer = "integer" in {*one, *other} and "integer" not in common
    if has_integer and ("number" in one or "number" in other):
        common.append("integer")
    return common


def _find_common_multiple(first: float, second: float) -> float:
    one, other = to_fraction(first), to_fraction(second)
    top = lcm(one.numerator * other.denominator, other.numerator * one.denominator)
    multiple = Fraction(top, one.denominator * other.denominator)
    return int(multiple) if multiple.denominator == 1 else float(multiple)


def _join_names(first: Schema, second: Schema) -> Schema:
    return {
        name: join_values(first.get(name, []), second.get(name, []))
        for name in join_values(first, second)
    }


def _combine(first: Any, second: Any) -> Any:
    if first is True or is_equal(first, second):
        return second
    return first if second is True else {"allOf": [first, second]}


def _combine_named(first: Schema, second: Schema) -> Schema:
    shared = {name: _combine(first[name], second[name]) for name in first.keys() & second.keys()}
    return {**first, **second, **shared}


_RULES: dict[str, Callable[[Any, Any], Any]] = {
    "type": _intersect_types,
    "enum": intersect_values,
    "minimum": max,
    "exclusiveMinimum": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "multipleOf": _find_common_multiple,
    "minLength": max,
    "maxLength": min,
    "minItems": max,
    "maxItems": min,
    "minContains": max,
    "maxContains": min,
    "minProperties": max,
    "maxProperties": min,
    "patterns": join_values,
    "nots": join_values,
    "required": join_values,
    "dependentRequired": _join_names,
    "dependentSchemas": _combine_named,
    "patternProperties": _combine_named,
    "propertyNames": _combine,
    "contains": _combine,
    "unevaluatedItems": _combine,
    "unevaluatedProperties": _combine,
    "uniqueItems": lambda first, second: first or second,
}


def _merge_objects(first: Schema, second: Schema, matches: Matches) -> Schema:
    """Merge what is said of properties: what one does not name, its `additionalProperties` rule."""
    names = dict.fromkeys([*first.get("properties", {}), *second.get("properties", {})])
    found: Schema = {}
    if names:
        found["properties"] = {
            name: _combine(
                _find_property(first, name, matches), _find_property(second, name, matches)
            )
            for name in names
        }
    if "additionalProperties" in first or "additionalProperties" in second:
        found["additionalProperties"] = _combine(
            first.get("additionalProperties", True), second.get("additionalProperties", True)
        )
    return found


def _find_property(schema: Schema, name: str, matches: Matches) -> Any:
    properties = schema.get("properties", {})
    if name in properties:
        return properties[name]
    if any(matches(pattern, name) for pattern in schema.get("patternProperties", {})):
        return True
    return schema.get("additionalProperties", True)


def _merge_arrays(first: Schema, second: Schema) -> Schema:
    """Merge what is said of items, place by place."""
    one, other = first.get("prefixItems", []), second.get("prefixItems", [])
    rests = first.get("items", True), second.get("items", True)
    found: Schema = {}
    if one or other:
        found["prefixItems"] = [
            _combine(
                one[place] if place < len(one) else rests[0],
                other[place] if place < len(other) else rests[1],
            )
            for place in range(max(len(one), len(other)))
        ]
    if "items" in first or "items" in second:
        found["items"] = _combine(*rests)
    return found
