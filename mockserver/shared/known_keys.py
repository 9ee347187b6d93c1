"""The keys of all accounts, which are hidden wherever they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mockserver.base.clock import SECOND
from mockserver.shared.names import Names
from mockserver.shared.session import Session

_OVERLAP = 10 * SECOND
"""How far back it is read again: an account is there some time after it was made."""

_FEWEST, _GROWTH = 1_000, 2


class KnownKeys(Collection[str]):
    """Every key that an account has, as far as this process has read, and some that one had.

    Args:
        session: The transactions.
        names: Under which keys of Redis things are kept.
    """

    def __init__(self, session: Session, names: Names) -> None:
        self._session = session
        self._names = names
        self._keys: set[str] = set()
        self._read_until = 0
        self._most = _FEWEST

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def read(self) -> None:
        """Read the keys of accounts that were made since; once there are many more, those of all.

        So those of accounts that have left are not kept for ever.
        """
        are_many = len(self._keys) > self._most
        since = 0 if are_many else max(self._read_until - _OVERLAP, 0)
        found = self._session.read(("ZRANGEBYSCORE", self._names.accounts, since, "+inf"))[0]
        keys = {key.decode() for key in found}
        self._read_until = self._session.now
        if are_many:
            self._keys = keys
            self._most = max(_GROWTH * len(keys), _FEWEST)
        else:
            self._keys |= keys

    def forget(self) -> None:
        """Begin anew, as there are other accounts now."""
        self._read_until = 0
