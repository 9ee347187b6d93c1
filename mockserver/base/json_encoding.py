"""JSON as the emulator writes it: compact UTF-8, decimals as numbers with all their digits."""

from __future__ import annotations

from typing import Any

import msgspec

encode = msgspec.json.Encoder(decimal_format="number").encode
"""Encode a value as compact JSON; the members of objects stay in their order."""

encode_sorted = msgspec.json.Encoder(order="deterministic").encode
"""Encode a value so that equal values are equal bytes: the members of objects are sorted."""


def encode_text(value: Any) -> str:
    """Encode a value as compact JSON, for a line of text."""
    return encode(value).decode()


def encode_pretty(value: Any) -> bytes:
    """Encode a value as JSON for people: indented by two spaces, without a newline at its end."""
    return msgspec.json.format(encode(value), indent=2)


def encode_lines(value: dict[str, Any]) -> bytes:
    """Encode an object for people who compare versions: each member of its members is a line."""
    members = [f"  {encode_text(name)}: {_render_lines(each)}" for name, each in value.items()]
    return ("{\n" + ",\n".join(members) + "\n}\n").encode()


def _render_lines(value: Any) -> str:
    if isinstance(value, dict) and value:
        rows = [f"{encode_text(name)}: {_render_spaced(each)}" for name, each in value.items()]
        return "{\n    " + ",\n    ".join(rows) + "\n  }"
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return "[\n    " + ",\n    ".join(map(_render_spaced, value)) + "\n  ]"
    return _render_spaced(value)


def _render_spaced(value: Any) -> str:
    """Return a value as JSON in one line, with a space after each colon and comma."""
    return msgspec.json.format(encode_text(value), indent=0)
