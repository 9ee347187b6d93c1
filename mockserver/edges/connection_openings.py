"""How a connection was opened: when, and beside which others.

Verdicts tell by it which calls a client made side by side (`verdicts.knowledge`).
"""

from __future__ import annotations

from itertools import islice, takewhile
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from mockserver.edges.realtime import read_monotonic_s

OPENING = "segmock.opening"
"""The ASGI extension under which the server tells of the opening of a request's connection."""

YOUNG_S = 1.0
_MOST = 256

Client: TypeAlias = tuple[str, int]


class Opening(NamedTuple):
    """How the connection of a request was opened.

    Attributes:
        opened_s: When, in real monotonic seconds.
        beside: With the first request on it, the ports of the other young connections.
    """

    opened_s: float
    beside: tuple[int, ...] | None


class OpenConnection:
    """A connection, among those that are open on the same server.

    Args:
        server: Those that are open by their clients, in the order of their opening.
        client: Host and port; None where they are not known.
        opened_s: When it was opened, in real monotonic seconds.
    """

    def __init__(
        self, server: dict[Client, OpenConnection], client: Client | None, opened_s: float
    ) -> None:
        self._server = server
        self._client = client
        self._opened_s = opened_s
        self._later = Opening(opened_s, None)
        self._is_fresh = True
        if client is not None:
            server.pop(client, None)  # its place would be that of one before
            server[client] = self

    def describe(self) -> Opening:
        """Return how it was opened, as its first request or a later one tells it."""
        if not self._is_fresh:
            return self._later
        self._is_fresh = False
        return Opening(self._opened_s, self._find_young())

    def close(self) -> None:
        """Be no longer among those that are open."""
        if self._client is not None and self._server.get(self._client) is self:
            del self._server[self._client]

    def _find_young(self) -> tuple[int, ...]:
        """Return the ports of the newest others, opened at most `YOUNG_S` before this one."""
        oldest_s = self._opened_s - YOUNG_S
        newest_first = reversed(self._server.items())
        young = takewhile(lambda item: item[1]._opened_s >= oldest_s, newest_first)  # noqa: SLF001
        others = (client[1] for client, connection in young if connection is not self)
        return tuple(islice(others, _MOST))


_servers: WeakKeyDictionary[Any, dict[Client, OpenConnection]] = WeakKeyDictionary()


def open_connection(server: Any, client: Client | None) -> OpenConnection:
    """Note a connection that was opened now; `server` is anything that all of a server share."""
    return OpenConnection(_servers.setdefault(server, {}), client, read_monotonic_s())
