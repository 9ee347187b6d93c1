"""One transaction after the other on what is kept in Redis.

A transaction reads what it needs as it goes and has Redis watch what it has read. What it writes
is sent in one piece when it ends, and is done as a whole, or not at all if anybody has written
meanwhile to what is watched: then it is run again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from mockserver.base.clock import SECOND
from mockserver.shared.connection import Command, Connection


class ConflictError(Exception):
    """Somebody else has written meanwhile to what a transaction has read."""


class Part(Protocol):
    """Something that is kept in Redis and was used in a transaction."""

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written of it."""

    def forget(self) -> None:
        """Know nothing of it any more: the transaction is over."""


class Session:
    """The transactions of one process.

    Args:
        connection: How Redis is reached.

    Attributes:
        now: The time of Redis when something was last watched, in microseconds since 1970.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.now = 0
        self._parts: dict[int, Part] = {}
        self._writes: list[Command] = []
        self._is_watching = False

    def watch(self, *keys: str, then: Iterable[Command] = ()) -> list[Any]:
        """Have keys watched, read with these commands, and read the time.

        The time is read last, so that it is no earlier than anything that was read.
        """
        *read, (seconds, rest) = self.read(("WATCH", *keys), *then, ("TIME",))
        self._is_watching = True
        self.now = int(seconds) * SECOND + int(rest)
        return read[1:]

    def read(self, *commands: Command) -> list[Any]:
        """Ask something now.

        Raises:
            StoreGoneError: there is no answer.
        """
        return self._connection.call(commands, is_repeatable=not self._is_watching)

    def write(self, *command: bytes | str | int) -> int:
        """Have something written at the end, in this order; return its place in the answers."""
        self._writes.append(command)
        return len(self._writes) - 1

    def enlist(self, part: Part) -> None:
        """Have what was done to a part written at the end of the transaction."""
        self._parts[id(part)] = part

    def commit(self) -> list[Any]:
        """Write all that was done; return the answers to what was written by `write`.

        Raises:
            ConflictError: it was not done, as what was read has changed.
            StoreGoneError: there is no answer: whether it was done is not known.
        """
        of_parts = [command for part in self._parts.values() for command in part.list_writes()]
        own = self._writes
        return self._end([*own, *of_parts])[: len(own)]

    def discard(self) -> None:
        """End a transaction of which nothing is to be written.

        Raises:
            ConflictError: what was read has changed.
        """
        self._end([])

    def _end(self, writes: list[Command]) -> list[Any]:
        """Have Redis write all of this, or nothing where what it watches has changed.

        It is asked once: where a connection broke, nobody watched over what came before.
        """
        is_over = not (writes or self._is_watching)
        self.forget()
        if is_over:
            return []
        *_, done = self._connection.call([("MULTI",), *writes, ("EXEC",)])
        if done is None:
            raise ConflictError
        return list(done)

    def forget(self) -> None:
        """Know nothing of a transaction any more."""
        for part in self._parts.values():
            part.forget()
        self._parts.clear()
        self._writes = []
        self._is_watching = False
