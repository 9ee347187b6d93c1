"""The JSON Schemas of the kit's messages and files, and what is wrong with a document."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match


@cache
def validator(name: str) -> Draft202012Validator:
    """Return what decides on documents of this kind: `call`, `answer`, `case`, `report`."""
    text = (files(__name__) / f"{name}.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def find_problem(name: str, document: Any) -> str | None:
    """Return what is wrong with a document, where and why; None if nothing is."""
    error = best_match(validator(name).iter_errors(document))
    return None if error is None else f"{error.json_path}: {error.message}"
