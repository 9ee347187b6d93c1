"""What is wanted of a list of the control plane, and a page of it.

A page has at most `limit` items, and ends sooner if they are large. Its `next` is the `after` of
the page that follows.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

MAX_LISTED = 1000
MAX_PAGE_BYTES = 16 * 1024 * 1024
"""A page ends after so many bytes of exchanges or parameters; one account's journal fits in."""

T = TypeVar("T")
Limit: TypeAlias = Annotated[int, Meta(ge=0, le=10**9)]


class ListFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which jobs, faults or verdicts to show: at most `limit` of them, from the one after `after`.

    `after` is the id of a job or of a fault, or how many verdicts to leave out.
    """

    api_key: str | None = None
    limit: Limit = MAX_LISTED
    after: str = ""


class VerdictFilter(ListFilter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which verdicts to show, and whether the journal is known to be one run of a program."""

    one_run: bool = False


EVERYTHING = ListFilter()
"""The first page of what all accounts have."""


class Page(Generic[T]):
    """Items up to a limit, and where the next page begins.

    One item more than is shown may be added: it tells that there is a next page.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: list[tuple[Any, T]] = []
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether no more items are wanted."""
        return len(self._items) > self._limit or self._bytes > MAX_PAGE_BYTES

    def add(self, key: Any, item: T, size: int = 0) -> None:
        """Add an item of so many bytes; `key` is the `after` that goes on behind it."""
        self._items.append((key, item))
        self._bytes += size

    @property
    def items(self) -> list[T]:
        """What the page shows."""
        return [item for _, item in self._items[: self._limit]]

    @property
    def last(self) -> Any:
        """The key of the last item that is shown; None if there is none."""
        shown = self._items[: self._limit]
        return shown[-1][0] if shown else None

    @property
    def next(self) -> Any:
        """The `after` of the next page; None if there is none."""
        return self.last if self.is_full else None
