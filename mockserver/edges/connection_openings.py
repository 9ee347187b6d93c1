"""How a connection was opened: when, and beside which others.

Verdicts tell by it which calls a client made side by side (`verdicts.knowledge`).

A loop is told of a new connection after it has read what came on the others, though it was accepted
before. So what happens in one turn of the loop happens at one time here: a connection that is new
in the turn in which the first request of another was read was open when that was read.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, takewhile
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from mockserver.edges.realtime import read_monotonic_s

OPENING = "segmock.opening"
"""The ASGI extension under which the server tells of the opening of a request's connection."""

YOUNG_S = 1.0
_MOST = 256

Client: TypeAlias = tuple[str, int]

CallSoon: TypeAlias = Callable[[Callable[[], None]], object]
"""Has something called in the next turn of the loop, as `call_soon` of asyncio's loops."""


class Opening(NamedTuple):
    """How the connection of a request was opened.

    Attributes:
        opened_s: When, in real monotonic seconds.
        beside: With the first request on it, the ports of the other young connections.
    """

    opened_s: float
    beside: tuple[int, ...] | None


class Server:
    """The connections of one server, and the turn of its loop.

    Attributes:
        connections: Those that are open by their clients, in the order of their opening.
    """

    def __init__(self, call_soon: CallSoon) -> None:
        self.connections: dict[Client, OpenConnection] = {}
        self._call_soon = call_soon
        self._first_asked_s: float | None = None

    def note_first_request(self) -> None:
        """Note that the first request of a connection is being read."""
        if self._first_asked_s is None:
            self._first_asked_s = read_monotonic_s()
            self._call_soon(self._end_turn)

    def find_opening_s(self) -> float:
        """Return when a connection was opened of which the loop is told now."""
        return read_monotonic_s() if self._first_asked_s is None else self._first_asked_s

    def _end_turn(self) -> None:
        self._first_asked_s = None


class OpenConnection:
    """A connection, among those that are open on the same server.

    Args:
        server: The server that it was opened to.
        client: Host and port; None where they are not known.
        opened_s: When it was opened, in real monotonic seconds.
    """

    def __init__(self, server: Server, client: Client | None, opened_s: float) -> None:
        self._server = server
        self._client = client
        self._opened_s = opened_s
        self._later = Opening(opened_s, None)
        self._is_fresh = True
        if client is not None:
            server.connections.pop(client, None)  # its place would be that of one before
            server.connections[client] = self

    def describe(self) -> Opening:
        """Return how it was opened, as its first request or a later one tells it."""
        if not self._is_fresh:
            return self._later
        self._is_fresh = False
        self._server.note_first_request()
        return Opening(self._opened_s, self._find_young())

    def close(self) -> None:
        """Be no longer among those that are open."""
        others = self._server.connections
        if self._client is not None and others.get(self._client) is self:
            del others[self._client]

    def _find_young(self) -> tuple[int, ...]:
        """Return the ports of the newest others, opened at most `YOUNG_S` before this one."""
        oldest_s = self._opened_s - YOUNG_S
        newest_first = reversed(self._server.connections.items())
        young = takewhile(lambda item: item[1]._opened_s >= oldest_s, newest_first)  # noqa: SLF001
        others = (client[1] for client, connection in young if connection is not self)
        return tuple(islice(others, _MOST))


_servers: WeakKeyDictionary[Any, Server] = WeakKeyDictionary()


def open_connection(key: Any, client: Client | None, call_soon: CallSoon) -> OpenConnection:
    """Note a connection that was opened now; `key` is anything that all of a server share."""
    server = _servers.get(key)
    if server is None:
        server = _servers[key] = Server(call_soon)
    return OpenConnection(server, client, server.find_opening_s())
