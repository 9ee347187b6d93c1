"""What an account was charged between two readings of its balance, and what it did meanwhile.

Between two readings the story has to be clear: whatever the account started had ended and told
what it cost, and nothing overlaps a reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import msgspec

from mockserver.facts.activities import Activities, Activity
from mockserver.facts.balances import Account, Reading, list_accounts
from mockserver.facts.observed import Story
from mockserver.facts.story_cache import cache_on_story

LATE_S = 60.0
"""How long after a run a balance may still be told as it was before it, in seconds."""

_MOST_LATER = 20
"""How many balances after one are looked at, to see whether it was old."""

TOLERANCE = Decimal("0.000001")
"""US dollars that two readings may differ by, as they are rounded."""


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """Two readings of a balance, and everything that the account did between them.

    Attributes:
        before: The first reading.
        after: The second one.
        activities: What had been started and ended in between, that of the second included.
    """

    before: Reading
    after: Reading
    activities: tuple[Activity, ...]

    @property
    def expected(self) -> Decimal:
        """The balance that is left if each cost what it said."""
        costs = (each.cost or Decimal(0) for each in self.activities)
        return self.before.balance - sum(costs, Decimal(0))

    @property
    def agrees(self) -> bool:
        """Whether that is what was left."""
        return abs(self.after.balance - self.expected) <= TOLERANCE

    @property
    def is_topped_up(self) -> bool:
        """Whether the balance is higher than before: somebody has paid, and nothing can be said."""
        return self.after.balance > self.before.balance + TOLERANCE


@cache_on_story
def find_settlements(story: Story) -> tuple[Settlement, ...]:
    """Return what can be said of each account's money, in the order of the readings."""
    return tuple(found for account in list_accounts(story) for found in _settle(account))


def _settle(account: Account) -> Iterator[Settlement]:
    """Yield the settlements of one account."""
    for before, after in _pair(tuple(_list_current(account))):
        if after.starts_s < before.ends_s:
            continue
        between = _find_between(before, after, account.activities)
        if between is None:
            continue
        found = Settlement(before=before, after=after, activities=between)
        if not found.is_topped_up:
            yield found


def _list_current(account: Account) -> Iterator[Reading]:
    """Yield the balances that were told, but for those that a later one shows to have been old."""
    balances = [each for each in account.readings if each.activity is None]
    places = {each.exchange.number: place for place, each in enumerate(balances)}
    before: Reading | None = None
    for each in account.readings:
        if each.activity is None:
            place = places[each.exchange.number]
            later = balances[place + 1 : place + _MOST_LATER]
            if before is not None and any(_is_old(before, each, one, account) for one in later):
                continue
            before = each
        yield each


def _is_old(before: Reading, reading: Reading, later: Reading, account: Account) -> bool:
    """Tell whether a balance lacked a charge that a later one has, with nothing run in between.

    A service may keep its balances in several places, of which one is behind for a moment.
    """
    is_late = later.starts_s <= reading.ends_s + LATE_S
    if not is_late or not later.balance < reading.balance <= before.balance:
        return False
    if any(account.activities.find_under_way(reading.starts_s, later.ends_s)):
        return False
    between = _find_between(before, later, account.activities)
    return bool(between) and Settlement(before=before, after=later, activities=between or ()).agrees


def _pair(readings: tuple[Reading, ...]) -> Iterator[tuple[Reading, Reading]]:
    """Yield each reading with the next one, and each balance with the next balance.

    Whoever tells after each run what is left, and never takes it, shows in balances alone.
    """
    yield from pairwise(readings)
    balances = [place for place, each in enumerate(readings) if each.activity is None]
    for place, following in pairwise(balances):
        if following - place > 1:
            yield readings[place], readings[following]


def _find_between(
    before: Reading, after: Reading, activities: Activities
) -> tuple[Activity, ...] | None:
    """Return what was started and ended between two readings; None if any of it is unclear."""
    between: list[Activity] = []
    for each in activities.find_under_way(before.starts_s, after.ends_s):
        if each is before.activity:
            continue
        is_within = before.ends_s <= each.starts_s and each.ends_s <= after.starts_s
        if each is not after.activity and not is_within:
            return None
        if each.outcome == "unknown" or (each.outcome == "charged" and each.cost is None):
            return None
        between.append(each)
    return tuple(between)
