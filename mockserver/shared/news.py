"""Hearing of what other processes enter into the journal, while somebody here waits for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event, Lock, Thread
from typing import Any

from redis.exceptions import RedisError

from mockserver.base.errors import StoreGoneError
from mockserver.shared.connection import REST_S, make_pool
from mockserver.shared.redis_store import RedisStore

THREAD = "segmock-news"


class Bell:
    """Rung by Redis when an exchange was entered; heard for a second too where that was missed.

    Args:
        url: Where Redis is.
        name: The channel.
        pause_s: Lets seconds pass before a store is tried again that is gone.
    """

    def __init__(self, url: str, name: str, pause_s: Callable[[float], object]) -> None:
        self._pool = make_pool(url)
        self._name = name
        self._pause_s = pause_s
        self._connection: Any = None

    def wait(self) -> None:
        """Return when something may be new, and at once where it is only now that it rings."""
        try:
            if self._connection is None:
                self._connection = self._subscribe()
            elif self._connection.can_read(timeout=REST_S):
                self._read_all()
        except (RedisError, OSError):
            self.close()
            self._pause_s(REST_S)

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.disconnect()
        self._connection = None

    def _subscribe(self) -> Any:
        connection: Any = self._pool.make_connection()
        try:
            connection.connect()
            connection.send_command("SUBSCRIBE", self._name)
            connection.read_response()
        except BaseException:
            connection.disconnect()
            raise
        return connection

    def _read_all(self) -> None:
        """Read how often it was rung: what is new is told once."""
        while self._connection.can_read(timeout=0):
            self._connection.read_response()


class News:
    """A thread that tells those who listen in this process what any process has entered.

    It lives while somebody listens. Redis only rings; what is new is read from the journals, so
    that nothing is missed where the connection breaks.

    Args:
        store: Where exchanges are entered.
        make_bell: Makes what Redis rings, for a thread.
        lock: Held around every use of the store.
    """

    def __init__(self, store: RedisStore, make_bell: Callable[[], Bell], lock: Lock) -> None:
        self._store = store
        self._make_bell = make_bell
        self._lock = lock
        self._thread: Thread | None = None
        """The one that is to go on; a process that was forked has none that lives."""
        self._reached = 0

    def begin(self) -> None:
        """See to it that somebody hears of what is new from now on; called within the lock."""
        if self._thread is None or not self._thread.is_alive():
            with suppress(StoreGoneError):  # then all that there is counts as new
                self._reached = self._store.transact(lambda: self._store.journals.last)
            self._thread = Thread(target=self._follow, name=THREAD, daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        bell = self._make_bell()
        while self._tell_news():
            bell.wait()
        bell.close()

    def _tell_news(self) -> bool:
        """Tell what is new, in small steps; tell whether anybody listens."""
        journals = self._store.journals
        while True:
            with self._lock:
                if not journals.everywhere:
                    self._thread = None
                    return False
                try:
                    batch = self._store.transact(lambda: journals.take_after(self._reached))
                except StoreGoneError:
                    return True
                for record in batch.records:
                    self._reached = record.seq
                    journals.tell_everywhere(record)
                self._reached = batch.reached or self._reached
            if batch.reached is None:
                return True


def follow_news(store: RedisStore, url: str, lock: Lock) -> None:
    """Have those who listen to the journals of a store hear of what all processes enter."""
    make_bell = partial(Bell, url, store.names.news, Event().wait)
    store.journals.on_listening = News(store, make_bell, lock).begin
