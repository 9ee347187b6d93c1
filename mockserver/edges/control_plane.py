"""The control plane as an ASGI application that is loaded when somebody first asks it.

It is Starlette's, and takes as long to load as half of the rest: a server need not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mockserver.control.control import Control
from mockserver.edges.transactions import Transactions

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from mockserver.edges.journal_stream import JournalFeed


class Loaded(NamedTuple):
    """What there is of the control plane once somebody asks it."""

    feed: JournalFeed
    app: ASGIApp


class ControlPlane:
    """The control plane over HTTP.

    Args:
        control: What it asks.
        transactions: Everybody's turn at the state.
        max_body: The largest body that is read, in bytes.
    """

    def __init__(self, control: Control, transactions: Transactions, max_body: int) -> None:
        self._control = control
        self._transactions = transactions
        self._max_body = max_body
        self._loaded: Loaded | None = None
        self._is_closed = False

    def close(self) -> None:
        """Let nobody wait for news any longer, from now on."""
        self._is_closed = True
        if self._loaded is not None:
            self._loaded.feed.watchers.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.load().app(scope, receive, send)

    def load(self) -> Loaded:
        """Return what answers, and who waits for exchanges; there is one of each."""
        if self._loaded is not None:
            return self._loaded
        from mockserver.edges.control_http import make_control_app
        from mockserver.edges.journal_stream import JournalFeed

        with self._transactions.lock:
            if self._loaded is None:
                feed = JournalFeed(self._control, self._transactions)
                self._loaded = Loaded(feed, make_control_app(feed, self._max_body))
        if self._is_closed:
            self.close()
        return self._loaded
