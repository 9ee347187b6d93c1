"""How a connection was opened: when, and beside which others.

Verdicts tell by it which calls a client made side by side (`verdicts.knowledge`).
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest
from typing import Any, NamedTuple

OPENING = "segmock.opening"
"""The ASGI extension under which the server tells of the opening of a request's connection."""

YOUNG_S = 1.0
_MOST = 256


class Opening(NamedTuple):
    """How the connection of a request was opened.

    Attributes:
        opened_s: When, in real monotonic seconds.
        beside: With the first request on it, the ports of the other young connections.
    """

    opened_s: float
    beside: tuple[int, ...] | None


def make_opening(connection: Any, others: Iterable[Any], *, is_first: bool) -> Opening:
    """Return how a connection was opened, as its first request or a later one tells it."""
    return Opening(connection.opened_s, find_young(connection, others) if is_first else None)


def find_young(connection: Any, others: Iterable[Any]) -> tuple[int, ...]:
    """Return the ports of the newest others, opened at most `YOUNG_S` before a connection.

    Args:
        connection: Has `opened_s`.
        others: All that are open; of another kind of server some may not say when they were.
    """
    oldest_s = connection.opened_s - YOUNG_S
    young = [
        (other.opened_s, other.client[1])
        for other in others
        if other is not connection and other.client and getattr(other, "opened_s", 0) >= oldest_s
    ]
    return tuple(port for _, port in nlargest(_MOST, young))
