"""Bodies of which the journal has kept the beginning."""

from __future__ import annotations

import json
from typing import Any

_DECODER = json.JSONDecoder()


def is_cut(body: Any) -> bool:
    """Tell whether the journal has kept but the beginning of a body."""
    is_marked = isinstance(body, dict) and body.get("truncated") is True
    return is_marked and bool({"text", "binary"} & {*body})


def read_members(text: str) -> dict[str, Any]:
    """Return the members of a JSON object that stand whole at the beginning of it."""
    found: dict[str, Any] = {}
    at, begins = 0, "{"
    while text[at : at + 1] == begins:
        try:
            name, at = _DECODER.raw_decode(text, at + 1)
            value, end = _DECODER.raw_decode(text, at + 1) if text[at] == ":" else ("", -1)
        except (ValueError, IndexError):
            break
        if text[end : end + 1] not in {",", "}"}:  # a number may go on where the text was cut
            break
        found[name], at, begins = value, end, ","
    return found
