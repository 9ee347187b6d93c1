"""A queue of things that are made when somebody looks at them, or when it is time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class LazyQueue(Generic[T]):
    """Things that leave in the order in which they came; those not made yet are the newest."""

    __slots__ = ("_made", "_unmade")

    def __init__(self) -> None:
        self._made: deque[T] = deque()
        self._unmade: deque[tuple[Callable[..., T], tuple[Any, ...]]] = deque()

    def __len__(self) -> int:
        return len(self._made) + len(self._unmade)

    def __iter__(self) -> Iterator[T]:
        while self.make_next():
            pass
        return iter(self._made)

    def __getitem__(self, place: int) -> T:
        while place >= len(self._made) and self.make_next():
            pass
        return self._made[place]

    def append(self, thing: T) -> None:
        """Keep one more."""
        if self._unmade:
            self._unmade.append((_give, (thing,)))
        else:
            self._made.append(thing)

    def append_lazily(self, make: Callable[..., T], *sources: Any) -> None:
        """Keep one more, which this makes of its sources."""
        self._unmade.append((make, sources))

    def make_next(self) -> bool:
        """Make the oldest that is not made yet; tell whether there was one."""
        if not self._unmade:
            return False
        make, sources = self._unmade.popleft()
        self._made.append(make(*sources))
        return True

    def list_newest(self, most: int) -> list[T]:
        """Return at most so many, newest first: those not made yet are made, and no others."""
        newest: list[T] = []
        for place in reversed(range(max(0, len(self._unmade) - most), len(self._unmade))):
            make, sources = self._unmade[place]
            thing = make(*sources)
            self._unmade[place] = (_give, (thing,))
            newest.append(thing)
        return [*newest, *islice(reversed(self._made), most - len(newest))]

    def popleft(self) -> T:
        """Take the oldest."""
        if not self._made:
            self.make_next()
        return self._made.popleft()


def _give(thing: T) -> T:
    """Make nothing of what is made."""
    return thing
