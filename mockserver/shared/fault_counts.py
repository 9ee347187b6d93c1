"""How many calls a rule of faults has counted for each account, whichever process they asked."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import msgspec

from mockserver.rules.faults import FaultCount
from mockserver.shared.connection import Command
from mockserver.shared.names import Names
from mockserver.shared.session import Session

GUARD_S = 60
"""How long it is known that something was counted for an account; longer than a transaction."""

_decode = msgspec.msgpack.Decoder(FaultCount).decode


class SharedFaultCounts(MutableMapping[str | None, FaultCount]):
    """The counts of one rule: a hash. What is counted for an account is watched for itself.

    Args:
        session: The transactions.
        names: Returns where things are kept.
        fault_id: Of the rule.
    """

    def __init__(self, session: Session, names: Names, fault_id: str) -> None:
        self._session = session
        self._name = names.of_all(f"fault-counts:{fault_id}")
        self._names = names
        self._known: dict[str | None, FaultCount | None] = {}
        self._changed: dict[str | None, None] = {}

    def __getitem__(self, api_key: str | None) -> FaultCount:
        if api_key not in self._known:
            self._session.enlist(self)
            read = ("HGET", self._name, api_key or "")
            data = self._session.watch(self._find_guard(api_key), then=[read])[0]
            self._known[api_key] = None if data is None else _decode(data)
        found = self._known[api_key]
        if found is None:
            raise KeyError(api_key)
        return found

    def __setitem__(self, api_key: str | None, count: FaultCount) -> None:
        self._change(api_key, count)

    def __delitem__(self, api_key: str | None) -> None:
        _ = self[api_key]
        self._change(api_key, None)

    def __iter__(self) -> Iterator[str | None]:
        return iter(dict(self._read_all()))

    def __len__(self) -> int:
        return len(dict(self._read_all()))

    def clear(self) -> None:
        """Forget all that was counted, as nobody counts any longer."""
        self.forget()
        self._session.write("UNLINK", self._name)

    def values(self) -> Any:
        """Return the count of each account."""
        return dict(self._read_all()).values()

    def list_writes(self) -> Iterator[Command]:
        """Return what is to be written."""
        for api_key in self._changed:
            count = self._known[api_key]
            field = api_key or ""
            if count is None:
                yield ("HDEL", self._name, field)
            else:
                yield ("HSET", self._name, field, msgspec.msgpack.encode(count))
            yield ("SET", self._find_guard(api_key), "", "EX", GUARD_S)

    def forget(self) -> None:
        """Know nothing of it any more."""
        self._known.clear()
        self._changed.clear()

    def _find_guard(self, api_key: str | None) -> str:
        return self._names.of_account("struck", api_key)

    def _change(self, api_key: str | None, count: FaultCount | None) -> None:
        self._session.enlist(self)
        self._known[api_key] = count
        self._changed[api_key] = None

    def _read_all(self) -> Iterator[tuple[str | None, FaultCount]]:
        found = self._session.read(("HGETALL", self._name))[0]
        pairs = zip(found[::2], found[1::2], strict=True)
        for field, data in pairs:
            api_key = field.decode() or None
            if api_key not in self._known:
                yield api_key, _decode(data)
        for api_key, count in self._known.items():
            if count is not None:
                yield api_key, count
