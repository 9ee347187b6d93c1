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
