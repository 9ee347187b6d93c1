"""Who waits for exchanges: each is woken when one is entered that its filter wants, and only then.

Exchanges are entered by any thread; each event loop has watchers of its own. While nobody watches,
an exchange costs nothing more, and an exchange that a watcher does not want costs it nothing.
"""

from __future__ import annotations

import sys
from asyncio import get_running_loop
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from threading import Lock
from typing import Any, TypeAlias

import anyio
from starlette.types import Receive

from mockserver.base.errors import EmulatorError
from mockserver.control.journal import JournalFilter
from mockserver.edges.realtime import is_set_by
from mockserver.state.journal import Exchange
from mockserver.state.journals import Journals

Calling: TypeAlias = Callable[[Callable[[], None]], Any]
"""Has a function called on an event loop, from any thread."""


class Watcher:
    """One reader who waits.

    Attributes:
        wanted: What it waits for.
        is_over: The reader has left, or the server is about to stop: waiting makes no sense.
        is_rung: It is about to be woken.
    """

    def __init__(self, wanted: JournalFilter) -> None:
        self.wanted = wanted
        self.is_over = False
        self.is_rung = False
        self._news = anyio.Event()

    def wake(self) -> None:
        """Let it look at the journal."""
        self._news.set()

    def end(self) -> None:
        """Let it wait no longer."""
        self.is_over = True
        self.wake()

    async def end_with(self, receive: Receive) -> None:
        """Let it wait until the reader leaves."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.end()

    async def wait_until(self, until_s: float) -> bool:
        """Wait until something wanted has been entered.

        Returns:
            Whether it was before this real time, and there is somebody to be told.
        """
        if self.is_over or not await is_set_by(self._news, until_s):
            return False
        self._news = anyio.Event()
        return not self.is_over


class Watchers:
    """Every watcher of an emulator.

    Args:
        journals: Where exchanges are entered.
        lock: Held while they are.
    """

    def __init__(self, journals: Journals, lock: Lock) -> None:
        self._journals = journals
        self._lock = lock
        self._boards: dict[Hashable, _Board] = {}
        self._is_closed = False

    @asynccontextmanager
    async def join(self, wanted: JournalFilter, receive: Receive) -> AsyncIterator[Watcher]:
        """Watch until the context ends; whoever reads the journal within it misses nothing.

        Raises:
            EmulatorError: what is done in the context raises it, alone as it is.
        """
        loop, calling = _find_loop()
        watcher = Watcher(wanted)
        with self._lock:
            board = self._boards.get(loop) or self._add_board(loop, calling)
            board.add(watcher)
        if self._is_closed:
            watcher.end()
        refusal: EmulatorError | None = None
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(watcher.end_with, receive)
                try:
                    yield watcher
                except EmulatorError as error:  # out of here it would come in a group
                    refusal = error
                group.cancel_scope.cancel()
        finally:
            with self._lock:
                board.remove(watcher)
                if board.is_empty:
                    self._remove_board(loop)
        if refusal is not None:
            raise refusal

    def close(self) -> None:
        """Let nobody wait any longer, from now on."""
        self._is_closed = True
        with self._lock:
            boards = list(self._boards.values())
        for board in boards:
            board.call(board.end)

    def _add_board(self, loop: Hashable, calling: Calling) -> _Board:
        board = self._boards[loop] = _Board(calling)
        self._journals.add_listener(board.notify, everywhere=True)
        return board

    def _remove_board(self, loop: Hashable) -> None:
        self._journals.remove_listener(self._boards.pop(loop).notify)


def _find_loop() -> tuple[Hashable, Calling]:
    """Return the event loop, and how to have something called on it: asyncio's, or Trio's."""
    try:
        loop = get_running_loop()
    except RuntimeError:
        trio: Any = sys.modules["trio"]  # it is there, or nobody could be running here
        token = trio.lowlevel.current_trio_token()
        return token, token.run_sync_soon
    return loop, loop.call_soon_threadsafe


class _Board:
    """The watchers of one event loop, by the key of the account that they watch; None is all."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling
        self._by_key: dict[str | None, set[Watcher]] = {}
        self._rung: list[Watcher] = []

    @property
    def is_empty(self) -> bool:
        return not self._by_key

    def add(self, watcher: Watcher) -> None:
        self._by_key.setdefault(watcher.wanted.api_key, set()).add(watcher)

    def remove(self, watcher: Watcher) -> None:
        of_key = self._by_key[watcher.wanted.api_key]
        of_key.remove(watcher)
        if not of_key:
            del self._by_key[watcher.wanted.api_key]

    def notify(self, owner: str | None, exchange: Exchange) -> None:
        """See to it that those are woken who want an exchange; called within the lock."""
        is_first = not self._rung
        for key in {owner, None}:
            for watcher in self._by_key.get(key, ()):
                if not watcher.is_rung and watcher.wanted.matches(exchange):
                    watcher.is_rung = True
                    self._rung.append(watcher)
        if is_first and self._rung:
            self.call(self._wake)

    def end(self) -> None:
        """Let every watcher go; called on the loop."""
        for watchers in self._by_key.values():
            for watcher in watchers:
                watcher.end()

    def call(self, function: Callable[[], None]) -> None:
        """Have a function called on the loop, unless it is closed: then nobody is there to hear."""
        with suppress(RuntimeError):
            self._calling(function)

    def _wake(self) -> None:
        rung, self._rung = self._rung, []
        for watcher in rung:
            watcher.is_rung = False
            watcher.wake()
