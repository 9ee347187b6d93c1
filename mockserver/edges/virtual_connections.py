"""The connections that a client would have if there were sockets.

Verdicts tell by connections which calls were made side by side. A client in this process has none,
so it is given what a pool of its own would give it: one for each call that it makes at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from mockserver.edges.realtime import read_monotonic_s


class VirtualConnection(NamedTuple):
    """Its number, which no port has, and when it was opened, in real monotonic seconds."""

    number: int
    opened_s: float


class ConnectionPool:
    """The connections of all clients of one emulator, which threads and tasks may use at once."""

    def __init__(self) -> None:
        self._numbers = count(-1, -1)
        self._idle: list[VirtualConnection] = []

    @contextmanager
    def lend(self) -> Iterator[VirtualConnection]:
        """Give the connection that was used last, or a new one where all are in use."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = VirtualConnection(next(self._numbers), read_monotonic_s())
        try:
            yield connection
        finally:
            self._idle.append(connection)
