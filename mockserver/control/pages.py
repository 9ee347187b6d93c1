"""What is wanted of a list of the control plane, and a page of it.

A page has at most `limit` items, and ends sooner if they are large. Its `next` is the `after` of
the page that follows.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from mockserver.base.ids import canonical
from mockserver.state.journal import Entry

MAX_LISTED = 1000
MAX_PAGE_BYTES = 16 * 1024 * 1024
"""A page ends after so many bytes of exchanges or parameters; one account's journal fits in."""

T = TypeVar("T")
Limit: TypeAlias = Annotated[int, Meta(ge=0, le=10**9)]


class JournalFilter(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which exchanges to show, oldest first.

    `since`, or `after`, is a sequence number, the last one not wanted. `last` wants the newest so
    many in place of the oldest. `stray` wants those alone that are in the journal of no account
    which the control plane or the configuration made: they came with a key that nobody introduced,
    or with none, and are no browser's preflights, which never have one. `wait_s` real seconds may
    pass until there is one to show; the edge does the waiting.
    """

    api_key: str | None = None
    route: str | None = None
    request_id: str | None = None
    since: int = 0
    after: int = 0
    limit: Limit = MAX_LISTED
    last: Limit | None = None
    stray: bool = False
    wait_s: Annotated[float, Meta(ge=0)] = 0.0

    @property
    def start(self) -> int:
        """The number after which to begin."""
        return max(self.since, self.after, 0)

    @property
    def most(self) -> int:
        """How many exchanges are wanted at the most."""
        return self.limit if self.last is None else self.last

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves out any exchange of the account."""
        return bool(self.route or self.request_id or self.start or self.stray)

    def matches(self, entry: Entry) -> bool:
        """Tell whether an exchange is wanted, whoever's it is."""
        return (
            entry.seq > self.start
            and not (self.stray and entry.route == "preflight")
            and self.route in {None, entry.route}
            and (
                self.request_id is None
                or canonical(entry.request_id or "") == canonical(self.request_id)
            )
        )


class ListFilter(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which jobs, faults or verdicts to show: at most `limit` of them, from the one after `after`.

    `after` is the id of a job or of a fault, or how many verdicts to leave out.
    """

    api_key: str | None = None
    limit: Limit = MAX_LISTED
    after: str = ""


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
