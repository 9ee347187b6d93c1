"""Bodies that satisfy the schema of a model: its samples, or the least that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema_rs

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.importing.errors import SourceError
from mockserver.importing.spellings import read_as
from mockserver.importing.type_words import URI
from mockserver.schema_samples.generator import generate_document

MOST = 3
_TEXT = "A lighthouse on a quiet morning"
_LINK = "https://example.com/input.png"


def make_examples(
    schema: Mapping[str, Any], samples: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return at most three samples as the schema has them, and a body of what is required alone.

    Raises:
        SourceError: nothing was found that the schema takes.
    """
    takes = jsonschema_rs.validator_for(dict(schema)).is_valid
    properties = schema.get("properties", {})
    read = [
        {
            name: read_as(value, properties.get(name, {}))
            for name, value in sample.items()
            if value is not None
        }
        for sample in samples
    ]
    found = [sample for sample in read if takes(sample)][:MOST]
    least = _make_least(schema, found[0] if found else {})
    if takes(least):
        return found if least in found else [*found, least]
    return found or [_generate(schema)]


def _make_least(schema: Mapping[str, Any], sample: Mapping[str, Any]) -> dict[str, Any]:
    """Return the required parameters, as a sample or their own schemas have them."""
    properties = schema.get("properties", {})
    return {
        name: sample.get(name, _make_value(properties.get(name, {})))
        for name in schema.get("required", ())
    }


def _make_value(schema: Any) -> Any:
    takes = jsonschema_rs.validator_for(schema).is_valid
    stated = schema if isinstance(schema, dict) else {}
    ready = [stated["default"]] if "default" in stated else []
    for value in (*ready, *stated.get("enum", ()), *_find_plain(stated)):
        if takes(value):
            return value
    return _generate(schema)


def _find_plain(schema: Mapping[str, Any]) -> list[Any]:
    """Return what reads well in an example, if the schema takes it."""
    return [_LINK, _TEXT] if schema.get("pattern") == URI["pattern"] else [_TEXT, _LINK, 1, True]


def _generate(schema: Any) -> Any:
    try:
        return generate_document(schema, SeededRandom("example"))
    except UnmetError as error:
        raise SourceError(f"no example was found that its schema takes: {error}") from None
