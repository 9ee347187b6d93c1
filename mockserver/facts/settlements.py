"""What an account was charged between two readings of its balance, and what it did meanwhile.

A balance is read in three places: the balance's own route, `remaining_credits` of the first answer
that shows a run COMPLETED, and `x-remaining-credits` of a blocking run. Between two readings the
story has to be clear: whatever the account started had ended and told what it cost, and nothing
overlaps a reading. What was started and whose end nobody saw, as the answer was lost or came from
an edge, makes all after it unclear.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from math import inf
from typing import Literal, TypeAlias

import msgspec

from mockserver.facts.answers import is_success, read_error, read_number
from mockserver.facts.balances import find_balance
from mockserver.facts.numerals import parse_amount
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking, is_call, is_submit
from mockserver.facts.views import (
    History,
    list_histories,
    read_metrics,
    read_request_id,
    read_state,
)

TOLERANCE = Decimal("0.000001")
"""US dollars that two readings may differ by, as they are rounded."""

Outcome: TypeAlias = Literal["charged", "free", "unknown"]


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an account started, which may have cost something.

    Attributes:
        started: The exchange that started it.
        ends_s: When it was seen to have ended; infinite where nobody saw that.
        outcome: Whether it succeeded and costs what it said, or did not and costs nothing.
        cost: US dollars; None where nobody said.
        told: The exchange that told so.
        remaining: The balance that it told.
        begun_s: When it began, where that is not when `started` was sent.
    """

    started: Observed
    ends_s: float
    outcome: Outcome
    cost: Decimal | None
    told: Observed | None = None
    remaining: Decimal | None = None
    begun_s: float | None = None

    @property
    def starts_s(self) -> float:
        """When it began, in seconds since the story began."""
        return self.started.sent_s if self.begun_s is None else self.begun_s


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A balance that was read, and by what: a run that it closes, or the balance's own route."""

    exchange: Observed
    balance: Decimal
    activity: Activity | None = None

    @property
    def starts_s(self) -> float:
        """When the earliest of what the balance is about began."""
        return self.activity.starts_s if self.activity else self.exchange.sent_s

    @property
    def ends_s(self) -> float:
        """When it had been read."""
        return self.exchange.answered_s or inf


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


def find_settlements(story: Story) -> tuple[Settlement, ...]:
    """Return what can be said of each account's money, in the order of the readings."""
    histories = list_histories(story)
    accounts = dict.fromkeys(each.account for each in story.exchanges if each.account is not None)
    return tuple(found for account in accounts for found in _settle(story, histories, account))


def _settle(story: Story, histories: tuple[History, ...], account: str) -> Iterator[Settlement]:
    """Yield the settlements of one account."""
    own = [each for each in story.exchanges if each.account == account and is_call(each)]
    activities = [*_list_queued(histories, account), *_list_others(own)]
    readings = sorted(_list_readings(own, activities), key=lambda each: each.ends_s)
    # Whoever tells after each run what is left, and never takes it, shows in balances alone.
    balances = [each for each in readings if each.activity is None]
    pairs = list(pairwise(readings))
    for before, after in (*pairs, *(pair for pair in pairwise(balances) if pair not in pairs)):
        between = _find_between(before, after, activities)
        if between is None or after.starts_s < before.ends_s:
            continue
        found = Settlement(before=before, after=after, activities=tuple(between))
        if not found.is_topped_up:
            yield found


def _find_between(
    before: Reading, after: Reading, activities: list[Activity]
) -> list[Activity] | None:
    """Return what was started and ended between two readings; None if any of it is unclear."""
    between: list[Activity] = []
    for each in activities:
        is_over = each is before.activity or each.ends_s <= before.starts_s
        if is_over or each.starts_s >= after.ends_s:
            continue
        is_within = before.ends_s <= each.starts_s and each.ends_s <= after.starts_s
        if each is not after.activity and not is_within:
            return None
        if each.outcome == "unknown" or (each.outcome == "charged" and each.cost is None):
            return None
        between.append(each)
    return between


def _list_readings(own: list[Observed], activities: list[Activity]) -> Iterator[Reading]:
    for each in own:
        balance = find_balance(each) if each.route.name == "credits" else None
        if balance is not None:
            yield Reading(exchange=each, balance=balance)
    for activity in activities:
        if activity.told is not None and activity.remaining is not None:
            yield Reading(exchange=activity.told, balance=activity.remaining, activity=activity)


def _list_queued(histories: tuple[History, ...], account: str) -> Iterator[Activity]:
    """Yield the runs that were queued and answered with an id."""
    for history in histories:
        submitted, ended = history.submitted, history.ended
        if history.account != account:
            continue
        if submitted is None:
            yield from _list_earlier(history)
        elif ended is None:
            yield Activity(started=submitted, ends_s=inf, outcome="unknown", cost=None)
        elif read_state(ended) == "FAILED":
            ends_s = ended.answered_s or inf
            yield Activity(started=submitted, ends_s=ends_s, outcome="free", cost=Decimal(0))
        else:
            metrics = read_metrics(ended)
            yield Activity(
                started=submitted,
                ends_s=ended.answered_s or inf,
                outcome="charged",
                cost=read_number(metrics.get("cost")),
                told=ended,
                remaining=read_number(metrics.get("remaining_credits")),
            )


def _list_earlier(history: History) -> Iterator[Activity]:
    """Yield a run that is asked for and was queued somewhere else, at any time before."""
    ended = history.ended
    if any(read_state(each) is not None for each in history.polls):
        yield Activity(
            started=history.polls[0],
            begun_s=-inf,
            ends_s=inf if ended is None else ended.answered_s or inf,
            outcome="unknown",
            cost=None,
        )


def _list_others(own: list[Observed]) -> Iterator[Activity]:
    """Yield blocking runs, refused submits, workflows, and what was lost."""
    for each in own:
        if not each.route.starts_job or (is_submit(each) and read_request_id(each)):
            continue
        ends_s = each.answered_s or inf
        is_refused = each.status is not None and read_error(each) is not None
        if not is_success(each) and (not is_refused or each.status in {502, 503, 504}):
            yield Activity(started=each, ends_s=inf, outcome="unknown", cost=None)
        elif not is_success(each):
            yield Activity(started=each, ends_s=ends_s, outcome="free", cost=Decimal(0))
        elif is_blocking(each):
            yield Activity(
                started=each,
                ends_s=ends_s,
                outcome="charged",
                cost=parse_amount(each.find_header("x-cost") or ""),
                told=each,
                remaining=parse_amount(each.find_header("x-remaining-credits") or ""),
            )
        else:
            yield Activity(started=each, ends_s=inf, outcome="unknown", cost=None)
