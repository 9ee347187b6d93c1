"""JSON as commands print it."""

from __future__ import annotations

from typing import Any

import msgspec


def render_json(value: Any) -> str:
    """Write a value as JSON for people to read."""
    from mockserver.base.json_encoding import encode

    return msgspec.json.format(encode(value), indent=2).decode()


def render_compact(value: Any) -> str:
    """Write a value as JSON on one line."""
    from mockserver.base.json_encoding import encode

    return encode(value).decode()
