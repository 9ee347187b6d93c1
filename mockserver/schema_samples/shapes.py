"""What a keyword of JSON Schema holds, of whichever draft it is.

A draft knows nothing of the keywords of another one, and nobody checks a place that only a
reference leads to. Whoever makes documents reads both, so both are checked here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jsonschema_rs

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.expressions import shorten

_TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"]
_SCHEMA = {"$ref": "#/$defs/schema"}
_SCHEMAS = {"type": "array", "minItems": 1, "items": _SCHEMA}
_NAMED_SCHEMAS = {"type": "object", "additionalProperties": _SCHEMA}
_NAMES = {"type": "array", "items": {"type": "string"}}
_COUNT = {"type": "integer", "minimum": 0}

_SHAPES: dict[tuple[str, ...], dict[str, Any]] = {
    ("$ref", "$dynamicRef", "$recursiveRef", "pattern", "format"): {"type": "string"},
    ("properties", "patternProperties", "$defs", "dependentSchemas"): _NAMED_SCHEMAS,
    ("allOf", "anyOf", "oneOf", "prefixItems"): _SCHEMAS,
    ("not", "if", "then", "else", "contains", "propertyNames"): _SCHEMA,
    ("additionalItems", "additionalProperties"): _SCHEMA,
    ("unevaluatedItems", "unevaluatedProperties"): _SCHEMA,
    ("items",): {"anyOf": [_SCHEMA, {"type": "array", "items": _SCHEMA}]},
    ("dependencies",): {"type": "object", "additionalProperties": {"anyOf": [_SCHEMA, _NAMES]}},
    ("dependentRequired",): {"type": "object", "additionalProperties": _NAMES},
    ("required",): _NAMES,
    ("minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains"): _COUNT,
    ("minProperties", "maxProperties"): _COUNT,
    ("minimum", "maximum"): {"type": "number"},
    ("exclusiveMinimum", "exclusiveMaximum"): {"type": ["number", "boolean"]},
    ("multipleOf",): {"type": "number", "exclusiveMinimum": 0},
    ("uniqueItems",): {"type": "boolean"},
    ("enum",): {"type": "array"},
    ("type",): {"anyOf": [{"enum": _TYPES}, {"type": "array", "items": {"enum": _TYPES}}]},
}
_SHAPE = {
    "type": ["object", "boolean"],
    "properties": {keyword: shape for keywords, shape in _SHAPES.items() for keyword in keywords},
}
_VALIDATOR = jsonschema_rs.validator_for({"$defs": {"schema": _SHAPE}, **_SCHEMA})


def check_shape(schema: Any) -> None:
    """Check that the keywords of a schema and of its parts hold what they hold in some draft.

    Raises:
        UnmetError: one of them does not; the message names it.
    """
    error = next(iter(_find_errors(schema)), None)
    if error is not None:
        place = "/".join(map(str, error.instance_path)) or "the whole"
        raise UnmetError(f"it is no JSON Schema: {place}: {shorten(error.message)}")


def _find_errors(schema: Any) -> Iterable[jsonschema_rs.ValidationError]:
    return () if _VALIDATOR.is_valid(schema) else _VALIDATOR.iter_errors(schema)
