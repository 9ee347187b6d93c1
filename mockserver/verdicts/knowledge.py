"""What a client may have known when it made a call.

Calls that are sent at the same time, as by `Promise.all` or `asyncio.gather`, know nothing of each
other's answers. HTTP/1.1 answers the calls of a connection one after the other, so each of them has
a connection of its own, and all are open at once.
"""

from __future__ import annotations

from ipaddress import ip_address

from mockserver.base.clock import SECOND
from mockserver.base.hosts import parse_authority
from mockserver.base.wire import Request
from mockserver.state.journal import Exchange

LONGEST_FLIGHT_S = 1.0
"""So many real seconds after an answer a call that was sent before it may still come in."""


class Knowledge:
    """What a client has known since an answer told it.

    Args:
        exchange: The first exchange that told it, or that told it by failing.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._since_s = _find_answered_s(exchange)
        self._first = exchange.request.connection
        self._connections = {self._first}
        self._is_first_call = exchange.request.beside is not None
        self._is_intact = exchange.delivery == "intact"

    def may_guide(self, exchange: Exchange) -> bool:
        """Whether a later exchange may have been begun with this knowledge.

        It cannot where it came in a moment on a connection that has carried nothing since, as far
        as was noted, and that was opened before the answer was given, or beside the connection
        which the answer came on: a client that goes on takes that one again, or has closed it.

        Node's `fetch` puts a connection back a moment after its answer was read, so what it goes on
        with at once takes another. It is one thread: calls at the same time open their connections
        before any of them is sent, where no host has to be looked up first. One that was opened
        after the answer to the first call of the other was opened for what came later.

        An answer that did not arrive whole may have taken its connection with it, and who goes on
        takes another of the pool. So only a connection that was opened for the call, before that
        answer, tells of a call at the same time.
        """
        request = exchange.request
        if (
            request.connection in self._connections
            or request.received_s - self._since_s > LONGEST_FLIGHT_S
        ):
            return True
        was_open = request.connected_s <= self._since_s
        if not self._is_intact:
            return not was_open or request.beside is None
        if was_open or self._first not in (request.beside or ()):
            return not was_open
        return self._is_first_call and _opens_all_at_once(request)

    def note(self, exchange: Exchange) -> None:
        """Note an exchange: what its connection carries next is begun after it, with knowledge."""
        self._connections.add(exchange.request.connection)


def _find_answered_s(exchange: Exchange) -> float:
    """Return when an exchange was answered, in real seconds; on other clocks, when it came."""
    is_real = exchange.clock == "real"
    took_us = exchange.answered_at - exchange.at if is_real else 0
    return exchange.request.received_s + took_us / SECOND


def _opens_all_at_once(request: Request) -> bool:
    """Whether a request is of Node's `fetch`, to an address that needs no look-up.

    Browsers say more of where a request comes from than `fetch` of Node does.
    """
    headers = request.headers
    is_of_node = b"sec-fetch-mode" in headers and b"sec-fetch-site" not in headers
    return is_of_node and _is_address(headers.get(b"host", b"").decode("latin-1"))


def _is_address(authority: str) -> bool:
    """Whether a host, with its port, is an address and no name."""
    parsed = parse_authority(authority)
    try:
        ip_address(parsed.host if parsed else "")
    except ValueError:
        return False
    return True
