"""Hearing of what other processes enter into the journal, while somebody here waits for it."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from redis.exceptions import RedisError

from mockserver.base.errors import StoreGoneError
from mockserver.shared.connection import REST_S, make_pool
from mockserver.shared.redis_store import RedisStore
from mockserver.state.journals import Batch

THREAD = "segmock-news"


class News:
    """A thread that tells those who listen in this process what any process has entered.

    It lives while somebody listens. Redis only rings; what is new is read from the journals, so
    that nothing is missed where the connection breaks.

    Args:
        store: Where exchanges are entered.
        url: Where Redis is.
        lock: Held around every use of the store.
    """

    def __init__(self, store: RedisStore, url: str, lock: Lock) -> None:
        self._store = store
        self._lock = lock
        self._pool = make_pool(url)
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
        connection: Any = None
        while self._tell_news():
            try:
                connection = connection or self._subscribe()
                if connection.can_read(timeout=REST_S):
                    connection.read_response()
            except (RedisError, OSError):
                connection = None
        if connection is not None:
            connection.disconnect()

    def _subscribe(self) -> Any:
        connection: Any = self._pool.make_connection()
        connection.connect()
        connection.send_command("SUBSCRIBE", self._store.names.news)
        connection.read_response()
        return connection

    def _tell_news(self) -> bool:
        """Tell what is new, in small steps; tell whether anybody listens."""
        journals = self._store.journals
        while True:
            with self._lock:
                if not journals.everywhere:
                    self._thread = None
                    return False
                try:
                    batch = self._store.transact(self._take_batch)
                except StoreGoneError:
                    return True
                for record in batch.records:
                    journals.tell_everywhere(record)
            if batch.reached is None:
                return True

    def _take_batch(self) -> Batch:
        batch = self._store.journals.take_after(self._reached)
        self._reached = batch.records[-1].seq if batch.records else self._reached
        return batch


def follow_news(store: RedisStore, url: str, lock: Lock) -> None:
    """Have those who listen to the journals of a store hear of what all processes enter."""
    news = News(store, url, lock)
    store.journals.on_listening = news.begin
