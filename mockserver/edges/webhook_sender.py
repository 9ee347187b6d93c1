"""Delivering events to webhooks, by a few threads that all accounts share (N6)."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from itertools import count
from threading import Condition, Lock, Thread

from mockserver.edges.realtime import read_monotonic_s
from mockserver.edges.webhook_post import Sent, send
from mockserver.rules.webhooks import WebhookEvent
from mockserver.state import webhook_queue
from mockserver.state.account import Account
from mockserver.state.store import Store

MAX_WORKERS, MAX_SLOW_WORKERS = 8, 4
"""How many events are sent at a time, and how many of them to receivers known to be slow."""

SLOW_S = 1.0
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.001, 60.0
_OFF = "deliveries are off: this server can be reached from elsewhere; start it with --webhooks on"


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
        self._ready: deque[Account] = deque()
        self._slow: deque[Account] = deque()
        self._held: set[Account] = set()
        """Accounts that stand in a queue or have an event under way."""
        self._timers: list[tuple[float, int, Account]] = []
        """A heap: when to look at an account again, as nobody else may ask for it."""
        self._timed: dict[Account, float] = {}
        self._ticks = count()
        self.forget_threads()

    def forget_threads(self) -> None:
        """Begin without a thread, as a process does that was forked; the caller holds the lock."""
        self._bell = Condition(self.lock)
        self._is_watched = False
        """Whether a worker waits for the next timer."""
        self._workers = self._slow_workers = 0
        self._held = {*self._ready, *self._slow}

    def wake(self, account: Account) -> None:
        """Have somebody look after an account; the caller holds the lock."""
        if account not in self._held:
            self._queue(account)
        self._hire()

    def _queue(self, account: Account) -> None:
        self._held.add(account)
        (self._slow if account.webhooks.is_slow else self._ready).append(account)

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
            account, dispatch = taken
            begun_s = read_monotonic_s()
            sent = send(dispatch) if self.is_open else Sent("REFUSED", error=_OFF)
            with self.lock:
                self._note(account, dispatch, sent, read_monotonic_s() - begun_s)

    def _take(self) -> tuple[Account, WebhookEvent] | None:
        """Return the next event, after waiting for one to fall due; None if nothing will."""
        while True:
            self._queue_timed()
            while (account := self._find_next_account()) is not None:
                dispatch = webhook_queue.next_due(self.store, account)
                if dispatch is not None:
                    self._slow_workers += account.webhooks.is_slow
                    if self._ready or self._slow or self._timers:
                        self._hire()
                    return account, dispatch
                self._held.discard(account)
                self._set_timer(account)
            if self._is_watched or not self._timers:
                return None
            self._is_watched = True
            self._bell.wait(max(self._timers[0][0] - read_monotonic_s(), _SHORTEST_WAIT_S))
            self._is_watched = False

    def _find_next_account(self) -> Account | None:
        if self._ready:
            return self._ready.popleft()
        if self._slow and self._slow_workers < MAX_SLOW_WORKERS:
            return self._slow.popleft()
        return None

    def _note(self, account: Account, dispatch: WebhookEvent, sent: Sent, seconds: float) -> None:
        """Log how a delivery went, and let the account take its next turn."""
        latency_ms = round(seconds * 1000, 3)
        dispatch.log(sent.outcome, status=sent.status, error=sent.error, latency_ms=latency_ms)
        self._slow_workers -= account.webhooks.is_slow
        account.webhooks.is_slow = seconds >= SLOW_S
        self._queue(account)

    def _set_timer(self, account: Account) -> None:
        """Note when something may fall due by itself."""
        wait_s = webhook_queue.look_again_in_s(account)
        if wait_s is None:
            self._timed.pop(account, None)
            return
        at_s = read_monotonic_s() + min(max(wait_s, _SHORTEST_WAIT_S), _LONGEST_WAIT_S)
        self._timed[account] = at_s
        heappush(self._timers, (at_s, next(self._ticks), account))

    def _queue_timed(self) -> None:
        """Queue the accounts that it is time to look at; a timer set anew counts no more."""
        now_s = read_monotonic_s()
        while self._timers and (
            self._timers[0][0] <= now_s or self._timed.get(self._timers[0][2]) != self._timers[0][0]
        ):
            at_s, _, account = heappop(self._timers)
            if self._timed.get(account) == at_s:
                del self._timed[account]
                if account not in self._held:
                    self._queue(account)
