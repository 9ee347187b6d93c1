"""Multipart fields, all of them text, as the types that a model's schema declares (E3d)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from mockserver.contract.models import Model

Decode: TypeAlias = Callable[[bytes], Any]

_TRUE, _FALSE = {"true", "1", "on", "yes"}, {"false", "0", "off", "no"}
_JSON = {"integer", "number", "array", "object"}
"""Types whose values are written as JSON in a field."""

_REFUSES_NOTHING = {"title", "description", "default", "x-evidence", "x-advice"}

_NAMES: dict[type[Any], set[str]] = {
    dict: {"object"},
    list: {"array"},
    str: {"string"},
    bool: {"boolean"},
    int: {"integer", "number"},
    float: {"number"},
    type(None): {"null"},
}
"""What a decoded value may be called in `type`."""


def takes_array(model: Model, name: str) -> bool:
    """Tell whether a parameter can be an array: its items may be parts of the same name.

    What the model does not know may be anything.
    """
    schema = _find_schema(model, name)
    return schema is None or "array" in _find_types(schema)


def parse_fields(
    model: Model,
    fields: Mapping[str, Sequence[str]],
    decode: Decode = msgspec.json.decode,
) -> dict[str, Any]:
    """Return the parameters that the texts of each field stand for.

    `decode` reads JSON, where a type wants it; text for which it raises ValueError stays text.
    Of a field that is no array, the first text counts.
    """
    return {
        name: _parse(_find_schema(model, name), texts, decode) for name, texts in fields.items()
    }


def _find_schema(model: Model, name: str) -> dict[str, Any] | None:
    """Return the schema of a parameter; None where no more than its name is known."""
    schema = model.properties.get(name)
    return None if schema is None or schema.keys() <= _REFUSES_NOTHING else schema


def _parse(schema: dict[str, Any] | None, texts: Sequence[str], decode: Decode) -> Any:
    if schema is None:
        return texts[0] if len(texts) == 1 else list(texts)
    types = _find_types(schema)
    first = _parse_text(schema, texts[0], decode)
    if "array" not in types or (len(texts) == 1 and _is_of(first, types)):
        return first
    items = schema.get("items", {})
    return [_parse_text(items, text, decode) for text in texts]


def _parse_text(schema: dict[str, Any], text: str, decode: Decode) -> Any:
    types = _find_types(schema)
    if "null" in types and text in {"", "null"}:
        return None
    if "boolean" in types and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if types & _JSON:
        try:
            value = decode(text.encode())
        except (ValueError, RecursionError):
            return text
        return text if "string" in types and not _is_of(value, types) else value
    return text


def _find_types(schema: dict[str, Any]) -> set[str]:
    declared = schema.get("type", "object" if "oneOf" in schema else "string")
    return {declared} if isinstance(declared, str) else set(declared)


def _is_of(value: Any, types: set[str]) -> bool:
    """Tell whether a value has one of these types: if not, it is an array's only item."""
    if isinstance(value, float) and value.is_integer():
        return bool(types & {"integer", "number"})
    return not types.isdisjoint(_NAMES[type(value)])
