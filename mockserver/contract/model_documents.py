"""Whole contracts of models of which little is known.

What a file of contracts/parameters leaves out comes from the vendor's directory, and what neither
says from the kind (contracts/kinds.json): how a model of its task is, if nothing else is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from mockserver.contract.directory import DirectoryRow
from mockserver.contract.kinds import Kind, Takes
from mockserver.contract.model_terms import parse_terms
from mockserver.contract.output_defaults import adjust_output, find_defaults
from mockserver.contract.parameter_names import select_names
from mockserver.contract.providers import find_provider_row
from mockserver.contract.schemas import DIALECT

_KIND_TOLD = {
    "what": "what its file and the directory leave out: how models of its kind mostly are",
    "evidence": "inferred",
}


_MOST_DEFAULTS = 3
"""So many parameters an example has that its kind's does not have."""

_LINK, _TEXT = "https://example.com/file", "A paper kite above red roofs"
_OF_A_FILE = re.compile(r"audio|file|frame|image|img|mask|picture|url|video")


def complete_document(
    slug: str, part: dict[str, Any], row: DirectoryRow | None, kind: Kind, date: str
) -> dict[str, Any]:
    """Return the contract of a model as a whole file would have it.

    Args:
        slug: Its name in the routes.
        part: What its own file says; empty where it has none.
        row: What the directory says; None where it has no such model.
        kind: What is so of all models of its task, unless one of the others says otherwise.
        date: The day of the directory.
    """
    part = _add_taken(part, kind.takes)
    rest = {name: value for name, value in part.items() if name not in {"$id", "x-model"}}
    return {
        "$schema": DIALECT,
        "$id": f"urn:segmock:model:{slug}",
        "title": row.title if row else slug,
        "description": kind.description,
        "x-model": _make_terms(slug, part, row, kind, date),
        "type": "object",
        "properties": {},
        "examples": [_make_example(part, kind)],
        **rest,
    }


def _make_terms(
    slug: str, part: dict[str, Any], row: DirectoryRow | None, kind: Kind, date: str
) -> dict[str, Any]:
    """Return the terms that file, directory and kind make together, and where they come from."""
    known = part.get("x-model", {})
    common = _find_common_terms(part, kind)
    told = list(known.get("provenance", ()))
    terms = {"slug": slug, "level": "listed", "task": kind.task, "retired": False, **common}
    if row is not None:
        terms["price"] = {"usd": row.usd}
        terms["typical_s"] = row.seconds or terms["typical_s"]
        told.append(_tell_directory(row, known, date))
    output = {**common["output"], **known.get("output", {})}
    if "provider" in output:
        provider = find_provider_row(slug)
        output["provider"] = provider.provider
        told.append({"what": "shape of the answer", "evidence": provider.evidence, "fact": "O4"})
    terms |= {**known, "output": output, "provenance": [*told, _KIND_TOLD]}
    if defaults := find_defaults(part.get("properties", {})):
        terms["output"] = adjust_output(output, parse_terms(terms).output, defaults)
    return terms


def _add_taken(part: dict[str, Any], takes: Takes | None) -> dict[str, Any]:
    """Return what a file says, but of the parameters that all of its kind take, what is common.

    Of a model without a known parameter nothing is refused, so nothing is added.
    """
    own = part.get("properties")
    if takes is None or not own:
        return part
    known = part["x-model"]
    told = {"what": takes.what, "evidence": "inferred", "fact": takes.fact}
    taken = {
        name: schema | _find_evidence(own.get(name, {}))
        for name, schema in takes.properties.items()
    }
    return {
        **_drop_required(part, taken),
        "$ref": takes.schema,
        "x-model": {**known, "provenance": [*known.get("provenance", ()), told]},
        "x-advice": _drop_required(part.get("x-advice", {}), taken),
        "properties": own | taken,
    }


def _drop_required(schema: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Require none of these parameters; any of them stands for the others."""
    left = [name for name in schema.get("required", ()) if name not in names]
    rest = {keyword: value for keyword, value in schema.items() if keyword != "required"}
    return rest | {"required": left} if left else rest


def _find_evidence(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name == "x-evidence"}


def _make_example(part: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """Return a body that the model may be sent: what it may require, and some defaults."""
    properties: dict[str, dict[str, Any]] = part.get("properties", {})
    if not properties:
        return dict(kind.example)
    defaults = [(name, each["default"]) for name, each in properties.items() if "default" in each]
    wanted = part.get("x-advice", {}).get("required", ())
    return {
        **{name: value for name, value in kind.example.items() if name in properties},
        **dict(defaults[:_MOST_DEFAULTS]),
        **{name: _make_value(name, properties[name]) for name in wanted},
    }


def _make_value(name: str, schema: dict[str, Any]) -> Any:
    """Return a value that a parameter may have: its default, or else one of its type."""
    if schema.get("default") is not None:
        return schema["default"]
    text = _LINK if schema.get("format") == "uri" or _OF_A_FILE.search(name) else _TEXT
    stated = {**schema.get("x-advice", {}), **schema}.get("type", "string")
    first = stated if isinstance(stated, str) else stated[0]
    by_type = {"number": 1, "integer": 1, "boolean": False, "array": [], "object": {}}
    return by_type.get(first, text)


def _find_common_terms(part: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """Return the terms of a kind, as far as they can be so of a model with this file."""
    if part.get("x-model", {}).get("level") != "verified":
        return kind.model
    terms = select_names(kind.model, part["properties"])
    nameless = {key for key in ("seed", "base64") if "parameter" not in terms.get(key, {})}
    return {key: value for key, value in terms.items() if key not in nameless}


def _tell_directory(row: DirectoryRow, known: dict[str, Any], date: str) -> dict[str, str]:
    seconds = "" if row.seconds is None or "typical_s" in known else " and typical duration"
    what = f"task, price{seconds}"
    source = "the vendor's directory of models, means of its calls"
    return {"what": what, "evidence": "docs", "source": source, "date": date}
