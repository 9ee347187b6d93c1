"""A dict that gives memory back: Python's own keeps the room of the most it ever held."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_FEW = 1_000
_SHARE = 4
"""Room is given back when so many times as many entries have left as there are."""


class CompactingDict(dict[K, T]):
    """Things by a key, many of which come and go."""

    def __init__(self) -> None:
        super().__init__()
        self._gone = 0

    def read_ahead(self, keys: Iterable[K]) -> None:
        """Do nothing: all is here."""

    def list_of(self, keys: Iterable[K]) -> Iterator[T]:
        """Go through the things of these keys, which are all there, in this order."""
        return map(self.__getitem__, keys)

    def drop(self, key: K) -> None:
        """Take something out, if it is there."""
        if self.pop(key, None) is None:
            return
        self._gone += 1
        if self._gone > max(_FEW, _SHARE * len(self)):
            left = dict(self)
            self.clear()
            self.update(left)
            self._gone = 0
