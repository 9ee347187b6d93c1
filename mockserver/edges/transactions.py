"""Everybody's turn at the state of an emulator: one at a time in this process, and each whole."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from mockserver.state.store import Store

T = TypeVar("T")


class Transactions:
    """What is done with a store, one after the other.

    Args:
        store: What is kept.
        lock: Held meanwhile, and never while waiting for anything else than the store.
    """

    def __init__(self, store: Store, lock: Lock) -> None:
        self.lock = lock
        self._store = store

    def run(self, work: Callable[[], T]) -> T:
        """Do some work on the store as `Store.transact` does, and return its result."""
        with self.lock:
            return self._store.transact(work)
