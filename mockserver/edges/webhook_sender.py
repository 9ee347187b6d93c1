"""Delivering events to webhooks, by a few threads that all accounts share (N6)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from itertools import count
from socket import create_connection
from threading import Condition, Lock, Thread
from typing import NamedTuple, TypeVar

from mockserver.base.errors import StoreGoneError
from mockserver.edges.realtime import read_monotonic_s
from mockserver.edges.webhook_post import Connect, Sent, send
from mockserver.rules.webhooks import WebhookEvent
from mockserver.state.changes import LogAttempt
from mockserver.state.store import Store

T = TypeVar("T")
U = TypeVar("U")

MAX_WORKERS, MAX_SLOW_WORKERS = 8, 4
"""How many events are sent at a time, and how many of them to receivers known to be slow."""

SLOW_S = 1.0
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.001, 60.0
_WITHOUT_STORE_S = 1.0
"""When an account is looked at again whose store does not answer."""

_OFF = "deliveries are off: this server can be reached from elsewhere; start it with --webhooks on"


class _Taken(NamedTuple):
    """An event under way, whose it is, and whether it counts among those to slow receivers."""

    api_key: str
    event: WebhookEvent
    is_slow: bool


class WebhookSender:
    """Delivers the events of all accounts, in order for each, at most one of each at a time.

    Accounts take turns, event by event. Those whose last receiver took more than a second wait
    in a queue of their own, which half of the workers serve; so however many receivers hang, an
    account whose receiver answers waits for none of them but those that nobody has tried yet.
    Workers end when nothing is to come; where a thread cannot start, the next event tries again.

    Args:
        store: Where the accounts are.
        lock: Held around every use of the store, never while sending.
    """

    def __init__(self, store: Store, lock: Lock) -> None:
        self.store = store
        self.lock = lock
        self.is_open = True
        """Whether events are sent at all; else they are logged as refused."""
        self.connect: Connect = create_connection
        """How receivers are reached."""
        self._ready: deque[str] = deque()
        self._slow: deque[str] = deque()
        self._held: set[str] = set()
        """Accounts that stand in a queue or have an event under way."""
        self._timers: list[tuple[float, int, str]] = []
        """A heap: when to look at an account again, as nobody else may ask for it."""
        self._timed: dict[str, float] = {}
        self._ticks = count()
        self.forget_threads()

    def forget_threads(self) -> None:
        """Begin without a thread, as a process does that was forked; the caller holds the lock."""
        self._bell = Condition(self.lock)
        self._is_watched = False
        """Whether a worker waits for the next timer."""
        self._workers = self._slow_workers = 0
        self._held = {*self._ready, *self._slow}

    def wake(self, api_key: str) -> None:
        """Have somebody look after an account; the caller holds the lock."""
        if api_key not in self._held:
            self._queue(api_key)
        self._hire()

    def _queue(self, api_key: str) -> None:
        self._held.add(api_key)
        (self._slow if self._is_slow(api_key) else self._ready).append(api_key)

    def _hire(self) -> None:
        """Let a worker that waits go on, or start one more, if there may be work for it."""
        if self._is_watched:
            self._bell.notify()
        elif self._workers < MAX_WORKERS:
            self._workers += 1
            thread = Thread(target=self._work, name="segmock-webhooks", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system gives no more threads; the queue stays as it is
                self._workers -= 1

    def _work(self) -> None:
        """Send what is due until nothing is to come."""
        while True:
            with self.lock:
                taken = self._take()
                if taken is None:
                    self._workers -= 1
                    return
            begun_s = read_monotonic_s()
            sent = send(taken.event, self.connect) if self.is_open else Sent("REFUSED", error=_OFF)
            with self.lock:
                self._note(taken, sent, read_monotonic_s() - begun_s)

    def _take(self) -> _Taken | None:
        """Return the next event, after waiting for one to fall due; None if nothing will."""
        while True:
            self._queue_timed()
            while (api_key := self._find_next_account()) is not None:
                event = self._ask(partial(self.store.take_event, api_key), None)
                if event is not None:
                    is_slow = self._is_slow(api_key)
                    self._slow_workers += is_slow
                    if self._ready or self._slow or self._timers:
                        self._hire()
                    return _Taken(api_key, event, is_slow)
                self._held.discard(api_key)
                self._set_timer(api_key)
            if self._is_watched or not self._timers:
                return None
            self._is_watched = True
            self._bell.wait(max(self._timers[0][0] - read_monotonic_s(), _SHORTEST_WAIT_S))
            self._is_watched = False

    def _find_next_account(self) -> str | None:
        if self._ready:
            return self._ready.popleft()
        if self._slow and self._slow_workers < MAX_SLOW_WORKERS:
            return self._slow.popleft()
        return None

    def _note(self, taken: _Taken, sent: Sent, seconds: float) -> None:
        """Log how an attempt went, and let the account take its next turn."""
        event = taken.event
        line = event.make_line(
            sent.outcome,
            status=sent.status,
            error=sent.error,
            latency_ms=round(seconds * 1000, 3),
        )
        self._slow_workers -= taken.is_slow
        change = LogAttempt(event.account, event.webhook_id, line, seconds >= SLOW_S)
        self._ask(partial(self._log_attempt, taken.api_key, change), None)
        self._queue(taken.api_key)

    def _log_attempt(self, api_key: str, change: LogAttempt) -> None:
        account = self.store.accounts.get(api_key)
        if account is not None:
            self.store.commit(api_key, (change,), account.clock.now())

    def _is_slow(self, api_key: str) -> bool:
        return self._ask(partial(self.store.is_slow, api_key), False)  # noqa: FBT003 (a result)

    def _ask(self, work: Callable[[], T], otherwise: U) -> T | U:
        """Do some work on the store; where it is gone, this comes of it."""
        try:
            return self.store.transact(work)
        except StoreGoneError:
            return otherwise

    def _set_timer(self, api_key: str) -> None:
        """Note when something may fall due by itself."""
        wait_s = self._ask(partial(self.store.find_event_wait_s, api_key), _WITHOUT_STORE_S)
        if wait_s is None:
            self._timed.pop(api_key, None)
            return
        at_s = read_monotonic_s() + min(max(wait_s, _SHORTEST_WAIT_S), _LONGEST_WAIT_S)
        self._timed[api_key] = at_s
        heappush(self._timers, (at_s, next(self._ticks), api_key))

    def _queue_timed(self) -> None:
        """Queue the accounts that it is time to look at; a timer set anew counts no more."""
        now_s = read_monotonic_s()
        while self._timers and (
            self._timers[0][0] <= now_s or self._timed.get(self._timers[0][2]) != self._timers[0][0]
        ):
            at_s, _, api_key = heappop(self._timers)
            if self._timed.get(api_key) == at_s:
                del self._timed[api_key]
                if api_key not in self._held:
                    self._queue(api_key)
