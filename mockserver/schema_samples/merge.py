"""Two JSON Schemas made into one that asks for what both ask for.

Only keywords that describe a value by itself are merged here; those that combine schemas
(`allOf`, `anyOf`, `$ref` and the like) are for `specimens` to follow.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.equality import common_values, is_equal, join_values
from mockserver.schema_samples.expressions import is_match

Schema: TypeAlias = dict[str, Any]
Matches: TypeAlias = Callable[[str, str], bool]
"""Whether a pattern matches a name."""

_PLAIN = ("object", "array", "string", "number", "integer", "boolean", "null")


def exact(number: float) -> Fraction:
    """Return a JSON number as it was written."""
    return Fraction(repr(number))


def types_of(schema: Schema) -> list[str] | None:
    """Return the types that a schema names, or None."""
    declared = schema.get("type")
    return [declared] if isinstance(declared, str) else declared


def merged(first: Schema, second: Schema, matches: Matches = is_match) -> Schema:
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
        raise UnmetError(f"it must be {_named(first['type'])} and {_named(second['type'])} at once")
    if "enum" in both and not both["enum"]:
        raise UnmetError("of the values that it names, none is left")
    both |= _objects(first, second, matches)
    both |= _arrays(first, second)
    return both


def merging_work(first: Schema, second: Schema, size: Callable[[Any], int]) -> int:
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


def without_types(schema: Schema, unwanted: list[str]) -> Schema:
    """Return a schema that allows none of these types."""
    left = [kind for kind in types_of(schema) or _PLAIN if kind not in unwanted]
    if "number" in unwanted:
        left = [kind for kind in left if kind != "integer"]
    if not left:
        raise UnmetError("it may be of no type at all")
    return {**schema, "type": left}


def spelled(flat: Schema) -> Schema:
    """Return a merged schema as one that can be merged again."""
    ours = {"patterns", "nots"}
    plain = {key: value for key, value in flat.items() if key not in ours}
    patterns = [{"pattern": each} for each in flat.get("patterns", [])]
    nots = [{"not": each} for each in flat.get("nots", [])]
    return {**plain, "allOf": [*patterns, *nots]} if patterns or nots else plain


def _named(types: Any) -> str:
    return types if isinstance(types, str) else " or ".join(types)


def _common_types(first: Any, second: Any) -> list[str]:
    one = [first] if isinstance(first, str) else first
    other = [second] if isinstance(second, str) else second
    common = [kind for kind in one if kind in other]
    has_integer = "integer" in {*one, *other} and "integer" not in common
    if has_integer and ("number" in one or "number" in other):
        common.append("integer")
    return common


def _common_multiple(first: float, second: float) -> float:
    one, other = exact(first), exact(second)
    top = lcm(one.numerator * other.denominator, other.numerator * one.denominator)
    multiple = Fraction(top, one.denominator * other.denominator)
    return int(multiple) if multiple.denominator == 1 else float(multiple)


def _joined_names(first: Schema, second: Schema) -> Schema:
    return {
        name: join_values(first.get(name, []), second.get(name, []))
        for name in join_values(first, second)
    }


def _both(first: Any, second: Any) -> Any:
    if first is True or is_equal(first, second):
        return second
    return first if second is True else {"allOf": [first, second]}


def _both_named(first: Schema, second: Schema) -> Schema:
    shared = {name: _both(first[name], second[name]) for name in first.keys() & second.keys()}
    return {**first, **second, **shared}


_RULES: dict[str, Callable[[Any, Any], Any]] = {
    "type": _common_types,
    "enum": common_values,
    "minimum": max,
    "exclusiveMinimum": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "multipleOf": _common_multiple,
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
    "dependentRequired": _joined_names,
    "dependentSchemas": _both_named,
    "patternProperties": _both_named,
    "propertyNames": _both,
    "contains": _both,
    "unevaluatedItems": _both,
    "unevaluatedProperties": _both,
    "uniqueItems": lambda first, second: first or second,
}


def _objects(first: Schema, second: Schema, matches: Matches) -> Schema:
    """Merge what is said of properties: what one does not name, its `additionalProperties` rule."""
    names = dict.fromkeys([*first.get("properties", {}), *second.get("properties", {})])
    found: Schema = {}
    if names:
        found["properties"] = {
            name: _both(_property(first, name, matches), _property(second, name, matches))
            for name in names
        }
    if "additionalProperties" in first or "additionalProperties" in second:
        found["additionalProperties"] = _both(
            first.get("additionalProperties", True), second.get("additionalProperties", True)
        )
    return found


def _property(schema: Schema, name: str, matches: Matches) -> Any:
    properties = schema.get("properties", {})
    if name in properties:
        return properties[name]
    if any(matches(pattern, name) for pattern in schema.get("patternProperties", {})):
        return True
    return schema.get("additionalProperties", True)


def _arrays(first: Schema, second: Schema) -> Schema:
    """Merge what is said of items, place by place."""
    one, other = first.get("prefixItems", []), second.get("prefixItems", [])
    rests = first.get("items", True), second.get("items", True)
    found: Schema = {}
    if one or other:
        found["prefixItems"] = [
            _both(
                one[place] if place < len(one) else rests[0],
                other[place] if place < len(other) else rests[1],
            )
            for place in range(max(len(one), len(other)))
        ]
    if "items" in first or "items" in second:
        found["items"] = _both(*rests)
    return found
