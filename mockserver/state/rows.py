"""What things are kept in, as those see it who keep them: in this process or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

K_contra = TypeVar("K_contra", contravariant=True)
T = TypeVar("T")


class Rows(Protocol[K_contra, T]):
    """Things by a key, in no order: `CompactingDict` is one."""

    def __len__(self) -> int:
        """How many there are."""

    def __contains__(self, key: object, /) -> bool:
        """Tell whether there is one of this key."""

    def __getitem__(self, key: K_contra, /) -> T:
        """Return the one of this key."""

    def __setitem__(self, key: K_contra, thing: T, /) -> None:
        """Keep one in place of any of its key."""

    def get(self, key: K_contra, /) -> T | None:
        """Return the one of this key, if there is one."""

    def read_ahead(self, keys: Iterable[K_contra]) -> None:
        """Be ready to be asked for these keys one by one."""

    def list_of(self, keys: Iterable[K_contra]) -> Iterator[T]:
        """Go through those of these keys, which are all there, in this order."""

    def drop(self, key: K_contra) -> None:
        """Take one out, if it is there."""


class Queue(Protocol[T]):
    """Things that leave in the order in which they came: `LazyQueue` is one."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[T]:
        """Go through them, oldest first."""

    def __getitem__(self, place: int, /) -> T:
        """Return the one at a place; the oldest is at 0."""

    def list_newest(self, most: int) -> list[T]:
        """Return at most so many, newest first."""

    def append(self, thing: T, /) -> None:
        """Keep one more."""

    def append_lazily(self, make: Callable[..., T], *sources: Any) -> None:
        """Keep one more, which is made of its sources now, or when somebody looks at it."""

    def make_next(self) -> bool:
        """Make the oldest that is not made yet; tell whether there was one."""

    def popleft(self) -> T:
        """Take the oldest."""


class Due(Protocol):
    """When the jobs of an account end or expire: `DueTimes` is one."""

    @property
    def first(self) -> int | None:
        """The next instant, if there is one."""

    def put(self, instant: int, ordinal: int) -> None:
        """Note that something becomes of the job of this ordinal at an instant."""

    def take(self, now: int) -> int | None:
        """Take the ordinal of the next job that something has become of by now; None if none."""


class Kept(Protocol):
    """How much a journal holds: `Journal` is one."""

    def __len__(self) -> int:
        """How many exchanges."""

    @property
    def total_bytes(self) -> int:
        """The size of all of them."""

    @property
    def dropped(self) -> int:
        """How many had to leave."""
