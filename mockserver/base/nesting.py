"""How deep JSON is nested."""

from __future__ import annotations

from typing import Any


def is_nested_deeper(value: Any, body: bytes, most: int) -> bool:
    """Tell whether a value, decoded of a body, is nested more than so many levels deep."""
    # Outside of strings each level has one bracket.
    return body.count(b"{") + body.count(b"[") > most and _measure_depth(value) > most


def _measure_depth(value: Any) -> int:
    level, depth = [value], 0
    while level:
        depth += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
    return depth
