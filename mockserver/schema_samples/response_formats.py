"""The form in which a language model is asked to reply (O4): text, JSON, or JSON of a schema."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.generator import generate_document

_CHECKED = "checked"


class Wanted(msgspec.Struct, frozen=True):
    """The schema that a reply must satisfy, and the parameter that it stands in."""

    place: str
    schema: Any


def is_json_object(params: dict[str, Any]) -> bool:
    """Tell whether any JSON object is asked for."""
    return _find_format(params).get("type") == "json_object"


def find_wanted(params: dict[str, Any]) -> Wanted | None:
    """Return the schema that is asked for, if one is."""
    form = _find_format(params)
    if form.get("type") != "json_schema":
        return None
    named = form.get("json_schema")
    if isinstance(named, dict) and "schema" in named:
        return Wanted("response_format.json_schema.schema", named["schema"])
    return Wanted("response_format.schema", form.get("schema"))


def find_problem(params: dict[str, Any]) -> str | None:
    """Return why the schema that is asked for cannot be satisfied, as a sentence."""
    asked = find_wanted(params)
    if asked is None:
        return None
    try:
        generate_document(asked.schema, SeededRandom(_CHECKED))
    except UnmetError as error:
        return f"Parameter '{asked.place}' asks for a reply that cannot be written: {error}."
    return None


def make_document(schema: Any, draws: SeededRandom) -> Any:
    """Return a document for a schema in which `find_problem` finds nothing."""
    try:
        return generate_document(schema, draws)
    except UnmetError:
        return generate_document(schema, SeededRandom(_CHECKED))


def _find_format(params: dict[str, Any]) -> dict[str, Any]:
    form = params.get("response_format")
    return form if isinstance(form, dict) else {}
