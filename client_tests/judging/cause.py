"""What a cause is, and the order in which causes are told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from client_tests.cases.profiles import Profile


class Rank(IntEnum):
    """The order in which causes are told: what costs most comes first."""

    PAID_TWICE = 0
    KEY = 1
    UNCHANGED = 2
    RULES = 3
    PACE = 4
    OUTCOME = 5
    REST = 6


@dataclass(frozen=True)
class Cause:
    """One habit of a client.

    Attributes:
        id: Its name, with a detail behind a colon where there is one.
        title: What the client does, in a sentence without its end.
        rank: Where it is told.
        profile: The profile that it breaks, whatever check shows it; None: that of the check.
        trait: The trait by which it may be declared, if there is one.
        names: The parameters that it is about.
        amount: The number that it is about, such as seconds.
        facts: The facts that it breaks; none where only the check tells.
    """

    id: str
    title: str
    rank: Rank
    profile: Profile | None = None
    trait: str | None = None
    names: tuple[str, ...] = ()
    amount: float | None = None
    facts: tuple[str, ...] = ()

    @property
    def is_grave(self) -> bool:
        """Whether it is about money or the key, which is a MUST in every case."""
        return self.rank in {Rank.PAID_TWICE, Rank.KEY}
