"""Which accounts had to leave for want of room, and how many exchanges went with them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

MAX_KEYS = 10_000
"""Of so many keys it is remembered that they had to leave."""


class Evictions(Protocol):
    """Accounts that had to leave, so that nobody takes their silence for a clean record."""

    @property
    def count(self) -> int:
        """How many accounts had to leave."""

    @property
    def lost(self) -> int:
        """How many exchanges went with them."""

    def lost_of(self, api_key: str) -> int:
        """Return how many exchanges of a key were lost since it was last reset."""

    def forget(self, api_key: str | None) -> None:
        """Forget what a key has lost, or what all have, as when it is reset."""


class MemoryEvictions:
    """The same, kept in this process.

    Attributes:
        count: How many accounts had to leave.
        lost: How many exchanges went with them.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.count = self.lost = 0
        self._lost_by_key: OrderedDict[str, int] = OrderedDict()

    def note(self, api_key: str, lost: int) -> None:
        """Note that an account had to leave with so many exchanges in its journal."""
        self.count += 1
        self.lost += lost
        self._lost_by_key[api_key] = self._lost_by_key.pop(api_key, 0) + lost
        if len(self._lost_by_key) > MAX_KEYS:
            self._lost_by_key.popitem(last=False)

    def lost_of(self, api_key: str) -> int:
        """Return how many exchanges of a key were lost since it was last reset."""
        return self._lost_by_key.get(api_key, 0)

    def forget(self, api_key: str | None) -> None:
        """Forget what a key has lost, or what all have, as when it is reset."""
        if api_key is None:
            self._lost_by_key.clear()
            self.lost = 0
        else:
            self.lost -= self._lost_by_key.pop(api_key, 0)
