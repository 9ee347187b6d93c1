"""A saved answer of the vendor's model list: a row of slug, title, type and parameters a model."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from mockserver.importing.drafts import Draft, check_slug
from mockserver.importing.errors import SourceError

ENVELOPE = "Inference Segmind Model Information List With Details"
"""The one key of the answer (N11)."""

_TEXTS = ("title", "type", "description")


def parse_model_list(document: dict[str, Any]) -> list[Draft]:
    """Read the answer.

    Raises:
        SourceError: a row is none of a model; the message names its key.
    """
    rows = document[ENVELOPE]
    if not isinstance(rows, list) or not rows:
        raise SourceError(f"$['{ENVELOPE}']: a list of models was expected, not {_name(rows)}")
    return [_parse_row(row, f"$['{ENVELOPE}'][{index}]") for index, row in enumerate(rows)]


def _parse_row(row: Any, place: str) -> Draft:
    if not isinstance(row, dict):
        raise SourceError(f"{place}: an object was expected, not {_name(row)}")
    texts = {name: row.get(name) or "" for name in (*_TEXTS, "slug")}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise SourceError(f"{place}.{name}: a text was expected, not {_name(value)}")
    try:
        slug = check_slug(texts["slug"])
    except ValueError as error:
        raise SourceError(f"{place}.slug: {error}") from None
    return Draft(
        slug=slug,
        title=texts["title"],
        description=texts["description"],
        task=texts["type"],
        schema=check_parameters(row.get("parameters"), f"{place}.parameters"),
        is_whole=True,
    )


def check_parameters(schema: Any, place: str) -> dict[str, Any]:
    """Return the JSON Schema of a model's parameters as it is, with `properties`.

    Raises:
        SourceError: it is none.
    """
    if not isinstance(schema, dict):
        raise SourceError(f"{place}: a JSON Schema of an object was expected, not {_name(schema)}")
    properties = schema.get("properties", {})
    if schema.get("type", "object") != "object" or not isinstance(properties, dict):
        raise SourceError(f"{place}: a JSON Schema with `properties` was expected")
    try:
        jsonschema_rs.validator_for(schema)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise SourceError(f"{place}: it is no JSON Schema that can be used: {reason}") from None
    rest = {key: value for key, value in schema.items() if value or key != "required"}
    return {**rest, "properties": properties}


def _name(value: object) -> str:
    return {dict: "an object", list: "a list", str: "a text", type(None): "nothing"}.get(
        type(value), f"{value!r:.40}"
    )
