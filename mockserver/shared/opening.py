"""Opening a shared store: the URL is looked at, and Redis asked whether it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any

from mockserver.base.errors import EmulatorError, StoreGoneError
from mockserver.shared.connection import Connection, hide_password
from mockserver.shared.news import follow_news
from mockserver.shared.redis_store import MakeClock, RedisStore


def open_shared_store(
    url: str, lock: Lock, read_s: Callable[[], float], **settings: Any
) -> RedisStore:
    """Return the store at this URL.

    Args:
        url: `redis://HOST:PORT/DB`, `rediss://…` or `unix://…`.
        lock: Held around every use of the store in this process.
        read_s: Real monotonic seconds.
        settings: What `RedisStore` takes.

    Raises:
        EmulatorError: the URL cannot be, or nobody answers there.
    """
    tell = logging.getLogger("segmock").warning
    connection = Connection(url, read_s, tell)
    try:
        store = RedisStore(connection, **settings)
        if other := find_other_clock(store, settings["clock"]):
            tell(other)
    except StoreGoneError as error:
        raise EmulatorError(
            f"the store {hide_password(url)} cannot be used: {error.__cause__}",
            hint="start a Redis or Valkey there, or name another store",
        ) from None
    follow_news(store, url, lock)
    return store


def find_other_clock(store: RedisStore, make_clock: MakeClock) -> str | None:
    """Say it where the world of a store goes on by another clock than new worlds have here."""
    mode = store.transact(lambda: store.clock.mode)
    wanted = make_clock(lambda: 0, lambda: 0).mode
    if mode == wanted:
        return None
    return (
        f"what is in the store goes on by its own clock, {mode}, and not by {wanted}: "
        "PATCH /_mock/clock changes it, and `segmock store clear` begins anew"
    )
