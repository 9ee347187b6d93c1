"""Judging clients while they go on, so seldom that it costs a server next to nothing.

Whether a rule was broken is read off an account's whole journal, which may take twenty milliseconds
when that is full. So accounts with something new are judged one after the other, and after each
nobody is judged for thirty times as long as that took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from mockserver.base.errors import StoreGoneError
from mockserver.edges.realtime import read_monotonic_s
from mockserver.edges.transactions import Transactions
from mockserver.gateway.context import Services
from mockserver.state.journal import Exchange, unpack
from mockserver.verdicts.new_offences import NewOffences
from mockserver.verdicts.verdicts import Verdict, find_verdicts

_REST = 30
"""So many times as long as judging takes nobody is judged afterwards: three percent of the time."""


class Judged(NamedTuple):
    """What is new about one account, and its exchanges by their numbers."""

    owner: str | None
    offences: list[Verdict]
    exchanges: dict[int, Exchange]


class ExchangeJudge:
    """Judges the accounts whose clients have done something.

    Args:
        services: Of the emulator.
        transactions: How records are taken.
        read_s: Real monotonic seconds.
    """

    def __init__(
        self,
        services: Services,
        transactions: Transactions,
        read_s: Callable[[], float] = read_monotonic_s,
    ) -> None:
        self._services = services
        self._transactions = transactions
        self._read_s = read_s
        self._offences = NewOffences()
        self._waiting: dict[str | None, None] = {}
        self._next_s = 0.0

    @property
    def wait_s(self) -> float | None:
        """How many seconds from now the next account can be judged; None if none is to be."""
        return max(self._next_s - self._read_s(), 0.0) if self._waiting else None

    def judge(self, owners: Iterable[str | None]) -> list[Judged]:
        """Return what is new about these accounts, or those before them, as far as it is time."""
        self._waiting.update(dict.fromkeys(owners))
        found = []
        while self._waiting and (begun_s := self._read_s()) >= self._next_s:
            owner = next(iter(self._waiting))
            del self._waiting[owner]
            judged = self._judge_account(owner)
            if judged.offences:
                found.append(judged)
            ended_s = self._read_s()
            self._next_s = ended_s + _REST * (ended_s - begun_s)
        return found

    def _judge_account(self, owner: str | None) -> Judged:
        journals = self._services.store.journals
        try:
            records = self._transactions.run(lambda: journals.records_of(owner))
        except StoreGoneError:
            records = []
        exchanges = {each.seq: each for each in map(unpack, records)}
        verdicts = find_verdicts(exchanges.values(), self._services.catalogue.verdicts)
        return Judged(owner, self._offences.note(owner, verdicts), exchanges)
