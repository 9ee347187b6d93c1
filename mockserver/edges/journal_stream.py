"""Telling readers of the journal what is new: by letting them wait, or as server-sent events."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from mockserver.base.errors import StoreGoneError
from mockserver.base.json_encoding import encode
from mockserver.control.control import Control
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import Page
from mockserver.edges.realtime import read_monotonic_s
from mockserver.edges.step_runner import run_async
from mockserver.edges.transactions import Transactions
from mockserver.edges.watchers import Watcher, Watchers
from mockserver.state.journal import Exchange

_COMMENT_EVERY_S = 15.0
"""A stream that says nothing for long is taken for dead by proxies and by some clients."""

_COMMENT = b": segmock\n\n"
_LONGEST_WAIT_S = 60.0
_MAX_EVENT_BYTES = 4 * 1024 * 1024
"""Of events that are kept as they were sent, so that each is made once for all who watch."""

CLOCK_HEADER = "x-mock-monotonic-s"
"""Says of an answer what `received_s` says of exchanges, so that a reader on another clock knows
how long ago they were."""

_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
_NUMBER = re.compile(r"[0-9]{1,18}")


class JournalFeed:
    """The journal, for those who wait for what is new in it."""

    def __init__(self, control: Control, transactions: Transactions) -> None:
        self.control = control
        self.transactions = transactions
        self.store = control.services.store
        self.watchers = Watchers(self.store.journals, transactions.lock)
        self._events: OrderedDict[int, bytes] = OrderedDict()
        self._event_bytes = 0

    async def show_requests(self, wanted: JournalFilter) -> dict[str, Any]:
        """Return a page of the journal as it is now."""
        steps = self.control.journal.show_in_steps(wanted)
        page: dict[str, Any] = await run_async(steps, self.transactions)
        return page

    async def find_events(self, wanted: JournalFilter) -> Page[bytes]:
        """Return a page of the journal as it is now, each exchange as a server-sent event."""
        steps = self.control.journal.find_in_steps(wanted, self._render_event)
        page: Page[bytes] = await run_async(steps, self.transactions)
        return page

    def _render_event(self, exchange: Exchange, owner: str | None) -> bytes:
        event = self._events.get(exchange.seq)
        if event is None:
            shown = encode(self.control.journal.render(exchange, owner))
            event = b"event: exchange\nid: %d\ndata: %b\n\n" % (exchange.seq, shown)
            self._events[exchange.seq] = event
            self._event_bytes += len(event)
            while self._event_bytes > _MAX_EVENT_BYTES:
                self._event_bytes -= len(self._events.popitem(last=False)[1])
        return event


async def long_poll(feed: JournalFeed, receive: Receive, wanted: JournalFilter) -> dict[str, Any]:
    """Return a page of the journal, after waiting for its first exchange if there is none."""
    if not wanted.wait_s:
        return await feed.show_requests(wanted)
    until_s = read_monotonic_s() + min(wanted.wait_s, _LONGEST_WAIT_S)
    async with feed.watchers.join(wanted, receive) as watcher:
        page = await feed.show_requests(wanted)
        while not page["requests"] and await watcher.wait_until(until_s):
            page = await feed.show_requests(wanted)
    return page


class Events:
    """`GET /_mock/events`: every exchange as a server-sent event, from `since` on.

    A client that comes back with `Last-Event-ID`, as browsers do, misses nothing that the journal
    still holds. A stream ends where the store is gone: the client comes back until it is there.
    """

    def __init__(self, feed: JournalFeed, read_filter: Callable[[Request], JournalFilter]) -> None:
        self.feed = feed
        self.read_filter = read_filter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the client leaves or the server stops."""
        request = Request(scope, receive)
        wanted = self.read_filter(request)
        wanted.since = max(wanted.since, self._find_last_seen(request))
        clock = (CLOCK_HEADER.encode(), b"%.6f" % read_monotonic_s())
        headers = [*_HEADERS, clock]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if request.method == "GET":
            with suppress(StoreGoneError):
                async with self.feed.watchers.join(wanted, receive) as watcher:
                    await self._stream(wanted, watcher, send)
        await send({"type": "http.response.body", "body": b""})

    def _find_last_seen(self, request: Request) -> int:
        """Return the number that a client had reached; 0 if no exchange here ever had it."""
        last = request.headers.get("last-event-id", "")
        number = int(last) if _NUMBER.fullmatch(last) else 0
        newest = self.feed.transactions.run(lambda: self.feed.store.journals.last)
        return number if number <= newest else 0

    async def _stream(self, wanted: JournalFilter, watcher: Watcher, send: Send) -> None:
        await send(_make_part(_COMMENT))
        comment_at_s = read_monotonic_s() + _COMMENT_EVERY_S
        while not watcher.is_over:
            page = await self.feed.find_events(wanted)
            for event in page.items:
                await send(_make_part(event))
                comment_at_s = read_monotonic_s() + _COMMENT_EVERY_S
            wanted.since = page.last or wanted.since
            if page.is_full:
                continue
            while not await watcher.wait_until(comment_at_s) and not watcher.is_over:
                await send(_make_part(_COMMENT))
                comment_at_s = read_monotonic_s() + _COMMENT_EVERY_S


def _make_part(text: bytes) -> Message:
    return {"type": "http.response.body", "body": text, "more_body": True}
