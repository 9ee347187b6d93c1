"""The journal as the control plane shows it, page by page, and forgets it.

What may take long is done in `lock_steps`: an exchange is read, and its keys are hidden, while
others have the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import normalize_id
from mockserver.base.lock_steps import Steps, give_way, run_steps
from mockserver.contract.routing import ROUTES
from mockserver.control.journal_views import outline_exchange, render_exchange
from mockserver.control.model_hints import find_hint
from mockserver.control.pages import MAX_LISTED, Limit, Page
from mockserver.gateway.context import Services
from mockserver.state.journal import BEYOND, Exchange, unpack
from mockserver.state.journals import Batch

_SHOWN_AT_ONCE = 64 * 1024
"""Bytes of exchanges that are shown in one go: hiding keys in them may take long."""

T = TypeVar("T")
Owner: TypeAlias = str | None


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

    def __post_init__(self) -> None:
        """See that there is such a route: nothing would ever be found of another."""
        if self.route is not None and self.route not in ROUTES:
            hint = render_hint(self.route, ROUTES, "routes")
            raise EmulatorError(f"there is no route {self.route!r}", hint=hint)

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

    def matches(self, exchange: Exchange) -> bool:
        """Tell whether an exchange is wanted, whoever's it is."""
        return (
            exchange.seq > self.start
            and not (self.stray and exchange.route == "preflight")
            and self.route in {None, exchange.route}
            and (
                self.request_id is None
                or normalize_id(exchange.request_id or "") == normalize_id(self.request_id)
            )
        )


class Exchanges:
    """The exchanges in every journal, in the order of their numbers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    def show(self, wanted: JournalFilter) -> dict[str, Any]:
        """Show a page of the journal; `newest` is the number of the newest exchange of all."""
        page: dict[str, Any] = run_steps(self.show_in_steps(wanted))
        return page

    def show_in_steps(self, wanted: JournalFilter) -> Steps:
        """Do the same in steps."""
        page: Page[dict[str, Any]] = yield from self.find_in_steps(wanted, self.render)
        dropped, newest = yield partial(self._count, wanted.api_key)
        items, more = (page.items, page.next) if wanted.last is None else (page.items[::-1], None)
        return {"requests": items, "dropped": dropped, "next": more, "newest": newest}

    def render(self, exchange: Exchange, owner: Owner) -> dict[str, Any]:
        """Return an exchange of an account's journal, or of nobody's, as a page has it."""
        limit = self._services.options.v1_limit
        hint = find_hint(exchange, self._services.catalogue.models, limit)
        return render_exchange(exchange, self._store.keys, hint, owner)

    def outline_in_steps(self, count: int) -> Steps:
        """Outline the newest so many exchanges of all, the newest first."""
        wanted = JournalFilter(last=count)
        page: Page[dict[str, Any]] = yield from self.find_in_steps(wanted, self._outline)
        return page.items

    def _outline(self, exchange: Exchange, owner: Owner) -> dict[str, Any]:
        return outline_exchange(exchange, self._store.keys, owner)

    def find_in_steps(self, wanted: JournalFilter, show: Callable[[Exchange, Owner], T]) -> Steps:
        """Find the exchanges of a page; return the page, with what `show` makes of each.

        It is called with an exchange, and with the key of the account in whose journal that is.
        """
        page: Page[T] = Page(wanted.most)
        reached = wanted.start if wanted.last is None else BEYOND
        size = 0
        while not page.is_full:
            batch: Batch = yield partial(self._take_batch, wanted, reached)
            for record in batch.records:
                exchange = unpack(record.data)
                if not page.is_full and wanted.matches(exchange):
                    page.add(record.seq, show(exchange, record.owner), len(record.data))
                    size += len(record.data)
                if size >= _SHOWN_AT_ONCE:
                    yield give_way
                    size = 0
            if batch.reached is None or (wanted.last is not None and batch.reached <= wanted.start):
                break
            reached = batch.reached
        return page

    def clear(self, wanted: JournalFilter) -> None:
        """Forget the exchanges that a filter matches, on all pages."""
        run_steps(self.clear_in_steps(wanted))

    def clear_in_steps(self, wanted: JournalFilter) -> Steps:
        """Do the same in steps, however many they are."""
        if not wanted.is_narrow:
            yield partial(self._empty, wanted.api_key)
            return
        every = msgspec.structs.replace(wanted, last=None)
        reached: int | None = wanted.start
        while reached is not None:
            batch: Batch = yield partial(self._take_batch, every, reached)
            matching = [record for record in batch.records if wanted.matches(unpack(record.data))]
            yield partial(self._store.journals.remove, matching)
            reached = batch.reached

    def _count(self, api_key: str | None) -> tuple[int, int]:
        """Return how many exchanges of a key were dropped, and the number of the newest of all."""
        return count_dropped(self._services, api_key), self._store.journals.last

    def _take_batch(self, wanted: JournalFilter, reached: int) -> Batch:
        journals = self._store.journals
        take = journals.take_after if wanted.last is None else journals.take_before
        batch = take(reached, wanted.api_key)
        return self._find_strays(batch) if wanted.stray else batch

    def _find_strays(self, batch: Batch) -> Batch:
        """Leave out what is in the journal of an account that somebody introduced."""
        owners = {record.owner for record in batch.records}
        accounts = [self._store.accounts.get(owner) for owner in owners if owner is not None]
        introduced = {account.api_key for account in accounts if account and account.is_introduced}
        strays = [record for record in batch.records if record.owner not in introduced]
        return Batch(strays, batch.reached)

    def _empty(self, api_key: str | None) -> None:
        self._store.evictions.forget(api_key)
        if api_key is None:
            self._store.journals.empty_all()
        else:
            self._store.journals.empty(api_key)


def count_dropped(services: Services, api_key: str | None) -> int:
    """Return how many exchanges of a key, or of all, had to leave for want of room."""
    store = services.store
    if api_key is None:
        return store.journals.dropped + store.evictions.lost
    return store.journals.dropped_of(api_key) + store.evictions.lost_of(api_key)
