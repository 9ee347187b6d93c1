"""In which line of a JSON text a value stands: for messages about a document that was written."""

from __future__ import annotations

import re
from json import JSONDecoder

_SPACE = " \t\r\n"
_DECODER = JSONDecoder()
_STEP = re.compile(r"\['([^']*)'\]|\.([^.\[\]]+)|\[(\d+)\]")


def find_line(text: str, path: str) -> int | None:
    """Return the line in which the value at a path begins, counted from 1; None for the whole.

    Args:
        text: A document that is JSON.
        path: A JSON path such as `$['x-model'].price`; as far as it leads, where there is nothing.
    """
    at, has_moved = _skip_space(text, 0), False
    for step in _STEP.finditer(path):
        found = _find_member(text, at, step)
        if found is None:
            break
        at, has_moved = found, True
    return text.count("\n", 0, at) + 1 if has_moved else None


def _find_member(text: str, at: int, step: re.Match[str]) -> int | None:
    """Return where the member of an object, or the item of an array, begins."""
    kind = text[at]
    wanted = {"{": step[1] or step[2], "[": step[3]}.get(kind)
    if wanted is None:
        return None
    at, index = _skip_space(text, at + 1), 0
    while text[at] not in "}]":
        name = str(index)
        if kind == "{":
            name, at = _DECODER.raw_decode(text, at)
            at = _skip_space(text, _skip_space(text, at) + 1)
        if name == wanted:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at, index = _skip_space(text, at), index + 1
        if text[at] == ",":
            at = _skip_space(text, at + 1)
    return None


def _skip_space(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at
