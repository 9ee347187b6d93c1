"""Digests of bodies, by which one that is kept in part can still be compared as a whole."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

Whole: TypeAlias = tuple[int, str, str]
"""Of a body its length in bytes, its SHA-256, and that of the JSON in it; "" if it holds none."""


def describe_whole(body: bytes) -> Whole:
    """Return by what a whole body can be told from any other."""
    return len(body), sha256(body).hexdigest(), _digest_body(body)


def _digest_body(body: bytes) -> str:
    try:
        return digest_json(msgspec.json.decode(body))
    except (ValueError, RecursionError):
        return ""


def digest_json(value: Any) -> str:
    """Return the SHA-256 of a JSON value, however it was spelled.

    The names of objects are sorted, and every number is the double that it is in most languages.

    Raises:
        RecursionError: it is too deep.
    """
    spelled = json.dumps(_widen(value), sort_keys=True, separators=(",", ":"))
    return sha256(spelled.encode()).hexdigest()


def _widen(value: Any) -> Any:
    """Return a value in which every number is a double, and none is less than nothing."""
    if isinstance(value, dict):
        return {name: _widen(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_widen(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return float(value) + 0.0
    except OverflowError:
        return str(value)
