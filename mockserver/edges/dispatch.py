"""Delivering events to webhooks: real POSTs, to receivers on this machine and nowhere else (N6)."""

from __future__ import annotations

from threading import Event, Lock, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from mockserver.core import dispatching
from mockserver.core.accounts import Account
from mockserver.core.hooks import Dispatch, Outcome
from mockserver.core.hosts import is_localhost, is_loopback
from mockserver.core.store import Store
from mockserver.edges.wallclock import monotonic_s

PATIENCE_S = 5.0
_SHORTEST_SLEEP_S, _LONGEST_SLEEP_S = 0.001, 60.0
_OK = range(200, 300)


class Sent(NamedTuple):
    """How a delivery went."""

    outcome: Outcome
    status: int | None = None
    error: str | None = None


class Dispatcher:
    """Delivers the events of every account, each in a thread of its own that ends when idle.

    So a receiver that hangs holds up its own account alone.

    Args:
        store: Where the accounts are.
        lock: Held around every use of the store, never while sending or waiting.
    """

    def __init__(self, store: Store, lock: Lock) -> None:
        self.store = store
        self.lock = lock
        self._bells: dict[Account, Event] = {}

    def wake(self, account: Account) -> None:
        """Have somebody look after an account; the caller holds the lock."""
        bell = self._bells.get(account)
        if bell is not None:
            bell.set()
            return
        bell = self._bells[account] = Event()
        Thread(
            target=self._serve, args=(account, bell), name="segmock-webhooks", daemon=True
        ).start()

    def _serve(self, account: Account, bell: Event) -> None:
        """Deliver what is due, wait for what will be, and end when nothing will."""
        while True:
            with self.lock:
                bell.clear()
                due = dispatching.due(self.store, account)
                wait_s = dispatching.look_again_in_s(account)
                if not due and wait_s is None:
                    del self._bells[account]
                    return
            for dispatch in due:
                self._deliver(dispatch)
            if not due:
                bell.wait(min(max(wait_s or 0.0, _SHORTEST_SLEEP_S), _LONGEST_SLEEP_S))

    def _deliver(self, dispatch: Dispatch) -> None:
        begun_s = monotonic_s()
        sent = send(dispatch)
        latency_ms = round((monotonic_s() - begun_s) * 1000, 3)
        with self.lock:
            dispatch.log(sent.outcome, status=sent.status, error=sent.error, latency_ms=latency_ms)


def send(dispatch: Dispatch) -> Sent:
    """Send one event, once; a redirect is not followed."""
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # brings TLS

    parts = urlsplit(dispatch.url)
    host = parts.hostname or ""
    if not is_loopback(host):
        return Sent("REFUSED", error=f"{host} is not this machine, and nothing leaves it")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    dialled = "localhost" if is_localhost(host) else host  # no name server is asked for others
    connection = kind(dialled, parts.port or kind.default_port, timeout=PATIENCE_S)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        headers = {"host": parts.netloc.rpartition("@")[2], **dispatch.headers}
        connection.request("POST", target, dispatch.body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return Sent("FAILED", error=str(error) or type(error).__name__)
    finally:
        connection.close()
    if status in _OK:
        return Sent("DELIVERED", status)
    return Sent("FAILED", status, f"the receiver answered with {status}")
