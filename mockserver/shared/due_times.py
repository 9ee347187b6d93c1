"""When the jobs of an account end or expire, kept in Redis."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.shared.connection import Command
from mockserver.shared.session import Session

_INSTANT_DIGITS, _ORDINAL_DIGITS = 20, 12

_FIRST = 32
"""How many of the members that come first are read at once."""


class SharedDueTimes:
    """When jobs end or expire: a sorted set whose members say instant and ordinal.

    All scores are 0, so that Redis sorts by the members: an instant may have more digits than a
    score can tell.

    Args:
        session: The transactions.
        name: The key of the set.
    """

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._name = name
        self._first: list[bytes] = []
        """The members that come first, as far as they were read, and those that were added."""
        self._is_read = False
        self._added: dict[bytes, None] = {}
        self._taken: dict[bytes, None] = {}

    @property
    def first(self) -> int | None:
        """The next instant, if there is one."""
        self._look()
        return int(self._first[0][:_INSTANT_DIGITS]) if self._first else None

    def put(self, instant: int, ordinal: int) -> None:
        """Note that something becomes of the job of this ordinal at an instant."""
        self._session.enlist(self)
        member = b"%0*d:%0*d" % (_INSTANT_DIGITS, instant, _ORDINAL_DIGITS, ordinal)
        self._taken.pop(member, None)
        self._added[member] = None
        if self._is_read or (self._first and member < self._first[-1]):
            self._first = sorted({*self._first, member})

    def take(self, now: int) -> int | None:
        """Take the ordinal of the next job that something has become of by now; None if none."""
        due = self.first
        if due is None or due > now:
            return None
        member = self._first.pop(0)
        self._added.pop(member, None)
        self._taken[member] = None
        return int(member[_INSTANT_DIGITS + 1 :])

    @property
    def has_changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._taken or self._added)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written."""
        if self._taken:
            yield ("ZREM", self._name, *self._taken)
        if self._added:
            yield ("ZADD", self._name, *(each for member in self._added for each in (0, member)))

    def forget(self) -> None:
        """Know nothing of it any more."""
        self._first, self._is_read = [], False
        self._added.clear()
        self._taken.clear()

    def _look(self) -> None:
        if self._first or self._is_read:
            return
        self._session.enlist(self)
        count = _FIRST + len(self._taken)
        found = self._session.read(("ZRANGE", self._name, 0, count - 1))[0]
        self._is_read = len(found) < count
        left = [member for member in found if member not in self._taken]
        added = list(self._added)
        if not self._is_read and left:
            added = [member for member in added if member < left[-1]]
        self._first = sorted({*left, *added})
