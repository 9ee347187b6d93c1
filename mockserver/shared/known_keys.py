"""The keys of all accounts, which are hidden wherever they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mockserver.base.clock import SECOND
from mockserver.shared.names import Names
from mockserver.shared.session import Session

_OVERLAP = 10 * SECOND
"""How far back it is read again: an account is noted some time after it was spoken to."""


class KnownKeys(Collection[str]):
    """Every key that an account had, as far as this process has read; none is ever left out.

    Args:
        session: The transactions.
        names: Under which keys of Redis things are kept.
    """

    def __init__(self, session: Session, names: Names) -> None:
        self._session = session
        self._names = names
        self._keys: set[str] = set()
        self._read_until = 0

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def read(self) -> None:
        """Read the keys of accounts that somebody spoke to since."""
        since = max(self._read_until - _OVERLAP, 0)
        self._read_until = self._session.now
        found = self._session.read(("ZRANGEBYSCORE", self._names.accounts, since, "+inf"))[0]
        self._keys.update(key.decode() for key in found)

    def forget(self) -> None:
        """Begin anew, as there are other accounts now."""
        self._read_until = 0
