"""In which line of a TOML text something stands: for messages about a file that was written."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any


def find_toml_line(text: str, keys: Sequence[str | int]) -> int | None:
    """Return the line in which the value at these keys begins, counted from 1; None if unknown.

    Args:
        text: A document that is TOML.
        keys: The names of tables and fields that lead there, and places in arrays of tables.
    """
    words = [key for key in keys if isinstance(key, str)]
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if words and words[-1] in line and _begins_there(lines, at, keys):
            return at + 1
    return None


def _begins_there(lines: list[str], at: int, keys: Sequence[str | int]) -> bool:
    """Tell whether the document has a value at these keys with this line, and without it not."""
    before = _parse(lines[:at])
    if before is None or _holds(before, keys):
        return False
    documents = (_parse(lines[:end]) for end in range(at + 1, len(lines) + 1))
    whole = next((each for each in documents if each is not None), None)
    return _holds(whole, keys)


def _parse(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _holds(document: Any, keys: Sequence[str | int]) -> bool:
    for key in keys:
        try:
            document = document[key]
        except (LookupError, TypeError):
            return False
    return True
