"""The thread that writes a server's log.

Whoever answers a client only puts the exchange in a queue. What writes it is loaded once there is
something to write, so that a server is ready sooner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Protocol

from mockserver.base.errors import EmulatorError
from mockserver.control.control import Control
from mockserver.edges.log_queue import LogQueue
from mockserver.edges.realtime import pause_s
from mockserver.edges.transactions import Transactions

_GATHER_S = 0.05
"""So long exchanges are gathered, which are then written together."""

_LAST_S = 2.0
"""How long the last lines may take when the server stops: their reader may have hung up."""


class Log(Protocol):
    """What writes the log: `ExchangeLog` is one."""

    @property
    def wait_s(self) -> float | None:
        """After how many seconds there may be something to write though nothing came."""

    @property
    def is_gone(self) -> bool:
        """Whether nobody reads it any more."""

    def try_write_news(self) -> None:
        """Write what has happened since; say so if that fails."""

    def end(self) -> None:
        """Write what has happened since, and what was counted."""


class LogThread:
    """Has what happens in an emulator written.

    Args:
        control: The emulator's control plane.
        transactions: Everybody's turn at the state.
        open_log: Loads what writes, and returns it.
    """

    def __init__(
        self, control: Control, transactions: Transactions, open_log: Callable[[LogQueue], Log]
    ) -> None:
        self._journals = control.services.store.journals
        self._lock = transactions.lock
        self._open_log = open_log
        self._queue = make_queue(control)
        self._thread = Thread(target=self._work, name="segmock-log", daemon=True)
        self._is_over = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Log while the context lasts, failures of the emulator's own too."""
        handler, logger = _TextHandler(self._queue), logging.getLogger("segmock")
        with self._lock:
            self._journals.add_listener(self._queue.put_exchange, everywhere=False)
        logger.addHandler(handler)
        self._thread.start()
        try:
            yield
        finally:
            self._is_over = True
            self._queue.bell.set()
            self._thread.join(_LAST_S)
            logger.removeHandler(handler)

    def _work(self) -> None:
        self._queue.bell.wait()
        if self._queue:
            self._write(self._open_log(self._queue))
        with self._lock:
            self._journals.remove_listener(self._queue.put_exchange)

    def _write(self, log: Log) -> None:
        while not self._is_over and not log.is_gone:
            pause_s(_GATHER_S)
            log.try_write_news()
            self._queue.bell.wait(log.wait_s)
        log.end()


class _TextHandler(logging.Handler):
    """Lets what is logged wait with the exchanges, so that no log of it holds up the server."""

    def __init__(self, queue: LogQueue) -> None:
        super().__init__()
        self._queue = queue

    def emit(self, record: logging.LogRecord) -> None:
        self._queue.put_text(self.format(record))


def make_queue(control: Control) -> LogQueue:
    """Return a queue for what happens in an emulator."""
    return LogQueue(partial(_describe_fault, control))


def _describe_fault(control: Control, fault_id: str) -> str | None:
    """Say what a rule does; within the lock."""
    from client_tests.reports.exchange_text import describe_rule

    try:
        rule = control.services.store.transact(lambda: control.faults.show(fault_id))
    except EmulatorError:
        return None
    return describe_rule(rule)
