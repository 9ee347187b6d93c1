"""What a client may have known when it made a call.

Calls that are sent at the same time, as by `Promise.all` or `asyncio.gather`, know nothing of each
other's answers. HTTP/1.1 answers the calls of a connection one after the other, so each of them has
a connection of its own, and all are open at once.
"""

from __future__ import annotations

from mockserver.base.clock import SECOND
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
        self._connections = {exchange.request.connection}
        self._open = self._connections.copy() if exchange.delivery == "intact" else set()

    def may_guide(self, exchange: Exchange) -> bool:
        """Whether a later exchange may have been begun with this knowledge.

        It cannot where it came in a moment on a connection that has carried nothing since, as far
        as was noted, and that was opened before the answer was given, or beside the connection
        which the answer came on. A client that goes on without keeping its connections has closed
        that one by then, and where the answer failed to arrive whole the first of the two counts
        alone, for it may have taken its connection with it.
        """
        request = exchange.request
        if (
            request.connection in self._connections
            or request.received_s - self._since_s > LONGEST_FLIGHT_S
        ):
            return True
        return request.connected_s > self._since_s and self._open.isdisjoint(request.beside)

    def note(self, exchange: Exchange) -> None:
        """Note an exchange: what its connection carries next is begun after it, with knowledge."""
        self._connections.add(exchange.request.connection)


def _find_answered_s(exchange: Exchange) -> float:
    """Return when an exchange was answered, in real seconds; on other clocks, when it came."""
    is_real = exchange.clock == "real"
    took_us = exchange.answered_at - exchange.at if is_real else 0
    return exchange.request.received_s + took_us / SECOND
