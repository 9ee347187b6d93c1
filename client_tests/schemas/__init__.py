"""The JSON Schemas of the kit's messages and files, and what is wrong with a document.

`jsonschema-rs` decides, because it is fast; `jsonschema` explains.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


def find_problem(name: str, document: Any) -> str | None:
    """Return what is wrong with a document, where and why; None if nothing is."""
    if _is_right(name, document):
        return None
    from jsonschema.exceptions import best_match

    error = best_match(validator(name).iter_errors(document))
    return None if error is None else f"{error.json_path}: {error.message}"


@cache
def validator(name: str) -> Draft202012Validator:
    """Return what explains documents of this kind: `call`, `answer`, `case`, `report`."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_load(name))


def _is_right(name: str, document: Any) -> bool:
    """Tell whether a document is surely right; one with a number that JSON has not may be too."""
    try:
        return _make_decider(name).is_valid(document)
    except ValueError:
        return False


@cache
def _make_decider(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_load(name))


def _load(name: str) -> Any:
    return json.loads((files(__name__) / f"{name}.json").read_text(encoding="utf-8"))
