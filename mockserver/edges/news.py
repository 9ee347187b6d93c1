"""Telling readers of the journal what is new: by letting them wait, or as server-sent events."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from mockserver.core.bodies import encode
from mockserver.core.control import Control, JournalFilter
from mockserver.edges.wallclock import left_within_s, monotonic_s

_LOOK_EVERY_S = 0.02
_COMMENT_EVERY_S = 15.0
"""A stream that says nothing for long is taken for dead by proxies and by some clients."""

_COMMENT = b": segmock\n\n"
_LONGEST_WAIT_S = 60.0

_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]


class News:
    """Waits for exchanges that a reader of the journal has not seen.

    Attributes:
        is_closing: The server is about to stop: nobody is kept waiting any longer.
    """

    def __init__(self, control: Control, lock: Lock) -> None:
        self.control = control
        self.lock = lock
        self.is_closing = False

    def read(self, wanted: JournalFilter) -> tuple[list[dict[str, Any]], int]:
        """Return the exchanges that are there now, and how many there have been in all."""
        with self.lock:
            return self.control.show_requests(wanted)["requests"], self.control.exchanges

    async def wait(self, receive: Receive, known: int, until_s: float) -> bool:
        """Wait until there has been one more exchange than are known.

        Returns:
            Whether there was one before the time was over, and client and server are there to see.
        """
        while self.control.exchanges == known:
            if self.is_closing or monotonic_s() >= until_s:
                return False
            if await left_within_s(receive, _LOOK_EVERY_S):
                return False
        return True


async def patient(news: News, receive: Receive, wanted: JournalFilter) -> list[dict[str, Any]]:
    """Return the exchanges that a filter matches, after waiting for the first if there is none."""
    until_s = monotonic_s() + min(wanted.wait_s, _LONGEST_WAIT_S)
    entries, known = news.read(wanted)
    while not entries and await news.wait(receive, known, until_s):
        entries, known = news.read(wanted)
    return entries


class Events:
    """`GET /_mock/events`: every exchange as a server-sent event, from `since` on.

    A client that comes back with `Last-Event-ID`, as browsers do, misses nothing that the journal
    still holds.
    """

    def __init__(self, news: News, read_filter: Callable[[Request], JournalFilter]) -> None:
        self.news = news
        self.read_filter = read_filter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the client leaves or the server stops."""
        request = Request(scope, receive)
        wanted = self.read_filter(request)
        last = request.headers.get("last-event-id", "")
        wanted.since = max(wanted.since, int(last) if last.isdecimal() else 0)
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        if request.method == "GET":
            await self._stream(wanted, receive, send)
        await send({"type": "http.response.body", "body": b""})

    async def _stream(self, wanted: JournalFilter, receive: Receive, send: Send) -> None:
        await send(_part(_COMMENT))
        while True:
            entries, known = self.news.read(wanted)
            for entry in entries:
                wanted.since = entry["seq"]
                await send(_part(_event(entry)))
            if entries:
                continue
            until_s = monotonic_s() + _COMMENT_EVERY_S
            if not await self.news.wait(receive, known, until_s):
                if monotonic_s() < until_s:
                    return
                await send(_part(_COMMENT))


def _event(entry: dict[str, Any]) -> bytes:
    return b"event: exchange\nid: %d\ndata: %b\n\n" % (entry["seq"], encode(entry))


def _part(text: bytes) -> Message:
    return {"type": "http.response.body", "body": text, "more_body": True}
