"""Seeded ids and draws: the same seed, key and ordinal give the same value, in any process.

Everything that looks random is a keyed hash of where it is used, so it does not depend on the
order in which calls interleave, and nobody without the seed and the key can guess it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

_LOOKS_LIKE_A_KEY = re.compile(r"SG_[0-9a-fA-F]{16}")
"""A5."""


def digest(seed: int, use: str, api_key: str, ordinal: int) -> str:
    """Return 32 hex digits for this use of this account's `ordinal`-th request."""
    data = f"{use}\0{api_key}\0{ordinal}".encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=16, key=str(seed).encode()).hexdigest()


def draw(low: int, high: int, *where: object) -> int:
    """Draw an integer from `low` to `high`, both included, keyed by `where`."""
    data = "\0".join(map(str, where)).encode("utf-8", "surrogatepass")
    return low + int.from_bytes(blake2b(data, digest_size=8).digest()) % (high - low + 1)


class Draws:
    """An endless row of draws: the same ones for the same `where`."""

    def __init__(self, *where: object) -> None:
        self._where = where
        self._count = 0

    def between(self, low: int, high: int) -> int:
        """Draw the next integer from `low` to `high`, both included."""
        self._count += 1
        return draw(low, high, *self._where, self._count)


def canonical(request_id: str) -> str:
    """Return the spelling under which a job is stored: clients may write a dashed UUID (S1b)."""
    return request_id.replace("-", "").lower()


def redacted(api_key: str) -> str:
    """Return a key as it may be shown: its last four characters, if that leaves most unsaid."""
    return f"...{api_key[-4:]}" if len(api_key) > 8 else "..."  # noqa: PLR2004


def without_keys(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Redact every secret, and whatever looks like a key, in the strings of a JSON value.

    Args:
        value: A JSON value.
        secrets: Keys that are known; a longer one comes before one that it begins with.
    """
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, redacted(secret))
        return _LOOKS_LIKE_A_KEY.sub(lambda found: redacted(found[0]), value)
    if isinstance(value, list):
        return [without_keys(item, secrets) for item in value]
    if isinstance(value, dict):
        return {without_keys(k, secrets): without_keys(v, secrets) for k, v in value.items()}
    return value
