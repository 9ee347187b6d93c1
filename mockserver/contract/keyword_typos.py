"""Keywords of JSON Schema that were misspelt: a validator passes over what it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from mockserver.base.close_names import find_close

_LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMED = {"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"}
_SINGLE = {
    *("additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"),
    *("propertyNames", "then", "unevaluatedItems", "unevaluatedProperties", "x-advice"),
}


_TELLING = {
    *("$anchor", "$comment", "$dynamicAnchor", "$id", "$schema", "$vocabulary", "title", "default"),
    *("description", "examples", "example", "deprecated", "readOnly", "writeOnly", "maxContains"),
    *("minContains", "contentEncoding", "contentMediaType", "dependencies"),
}
"""Keywords that check nothing by themselves; `example` is OpenAPI's."""


@cache
def list_keywords() -> frozenset[str]:
    """Return every keyword of the dialect that models are written in, and some of its kin."""
    from jsonschema import Draft202012Validator

    return frozenset(_TELLING | _LISTS | _NAMED | _SINGLE | set(Draft202012Validator.VALIDATORS))


def find_keyword_typos(schema: Any, place: str = "$") -> Iterator[tuple[str, str]]:
    """Yield place and reason of each keyword that is none but is like one, at any depth.

    Others may be somebody's own, as `x-model` is.
    """
    if not isinstance(schema, dict):
        return
    known = list_keywords()
    for name, value in schema.items():
        meant = None if name in known or name.startswith("x-") else find_close(name, known)
        if meant is not None:
            reason = f"{name!r} is no keyword and checks nothing: did you mean `{meant}`?"
            yield f"{place}.{name}", reason
        for step, inner in _list_inner(name, value):
            yield from find_keyword_typos(inner, f"{place}.{name}{step}")


def _list_inner(name: str, value: Any) -> list[tuple[str, Any]]:
    """Return the schemas that a keyword holds, each with where it stands in its value."""
    if name in _NAMED and isinstance(value, dict):
        return [(f".{key}", inner) for key, inner in value.items()]
    if name in _LISTS and isinstance(value, list):
        return [(f"[{index}]", inner) for index, inner in enumerate(value)]
    return [("", value)] if name in _SINGLE else []
