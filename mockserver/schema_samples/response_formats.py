"""The form in which a language model is asked to reply (O4): text, JSON, or JSON of a schema."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.generator import specimen

_CHECKED = "checked"


class Wanted(msgspec.Struct, frozen=True):
    """The schema that a reply must satisfy, and the parameter that it stands in."""

    place: str
    schema: Any


def is_json_object(params: dict[str, Any]) -> bool:
    """Tell whether any JSON object is asked for."""
    return _form(params).get("type") == "json_object"


def wanted(params: dict[str, Any]) -> Wanted | None:
    """Return the schema that is asked for, if one is."""
    form = _form(params)
    if form.get("type") != "json_schema":
        return None
    named = form.get("json_schema")
    if isinstance(named, dict) and "schema" in named:
        return Wanted("response_format.json_schema.schema", named["schema"])
    return Wanted("response_format.schema", form.get("schema"))


def problem(params: dict[str, Any]) -> str | None:
    """Return why the schema that is asked for cannot be satisfied, as a sentence."""
    asked = wanted(params)
    if asked is None:
        return None
    try:
        specimen(asked.schema, SeededRandom(_CHECKED))
    except UnmetError as error:
        return f"Parameter '{asked.place}' asks for a reply that cannot be written: {error}."
    return None


def document(schema: Any, draws: SeededRandom) -> Any:
    """Return a document for a schema that has no `problem`."""
    try:
        return specimen(schema, draws)
    except UnmetError:
        return specimen(schema, SeededRandom(_CHECKED))


def _form(params: dict[str, Any]) -> dict[str, Any]:
    form = params.get("response_format")
    return form if isinstance(form, dict) else {}
