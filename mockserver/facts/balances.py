"""The balances that an account was told, and what it started between them.

A balance is told in three places: by the balance's own route, by `remaining_credits` of the first
answer that shows a run COMPLETED, and by `x-remaining-credits` of a blocking run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import inf, nextafter

import msgspec

from mockserver.facts.activities import Activities, Activity, find_end_s, list_activities
from mockserver.facts.answers import read_number, read_object
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking, is_call
from mockserver.facts.story_cache import cache_on_story
from mockserver.facts.views import History, list_histories


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
        return find_end_s(self.exchange)


class Account(msgspec.Struct, frozen=True):
    """What is known of one account's money.

    Attributes:
        calls: Its exchanges that are calls, in the order of the story.
        activities: What it started.
        readings: The balances that it was told, by when they had been read.
    """

    calls: tuple[Observed, ...]
    activities: Activities
    readings: tuple[Reading, ...]


class KnownBalance(msgspec.Struct, frozen=True):
    """The balance that was known when a run of an account was sent, in US dollars."""

    run: Observed
    before: Decimal


@cache_on_story
def list_accounts(story: Story) -> tuple[Account, ...]:
    """Return what is known of each account's money, in the order in which they came up."""
    calls: dict[str, list[Observed]] = {}
    histories: dict[str | None, list[History]] = {}
    for each in story.exchanges:
        if each.account is not None:
            own = calls.setdefault(each.account, [])
            if is_call(each):
                own.append(each)
    for history in list_histories(story):
        histories.setdefault(history.account, []).append(history)
    return tuple(_make_account(own, histories.get(name, ())) for name, own in calls.items())


def _make_account(calls: list[Observed], histories: Iterable[History]) -> Account:
    activities = Activities(list_activities(calls, histories))
    readings = sorted(_list_readings(calls, activities), key=lambda each: each.ends_s)
    return Account(tuple(calls), activities, tuple(readings))


def _list_readings(calls: list[Observed], activities: Activities) -> Iterator[Reading]:
    """Yield what was told; what runs tell may be free credits, others or both, where some are."""
    for each in calls:
        balance = find_balance(each) if each.route.name == "credits" else None
        if balance is not None:
            yield Reading(exchange=each, balance=balance)
    if any(map(has_free_credits, calls)):
        return
    for activity in activities:
        if activity.told is not None and activity.remaining is not None:
            yield Reading(exchange=activity.told, balance=activity.remaining, activity=activity)


def has_free_credits(exchange: Observed) -> bool:
    """Tell whether a balance that was told has free credits in it."""
    free = read_number((read_object(exchange) or {}).get("free-credits"))
    return exchange.route.name == "credits" and bool(free)


def find_balance(exchange: Observed) -> Decimal | None:
    """Return what a balance says in all, paid and free; None where it says none."""
    document = read_object(exchange) or {}
    paid, free = (read_number(document.get(name)) for name in ("credits", "free-credits"))
    return None if exchange.status != 200 or paid is None or free is None else paid + free


def find_known_balances(story: Story) -> Iterator[KnownBalance]:
    """Return the runs before which the balance was told, and after that nothing was started.

    Runs that are still under way, and those of which the answer was lost, can move it at any time:
    while there is one of the account, nothing is known. What a queued run tells as remaining is
    not relied on.
    """
    for account in list_accounts(story):
        readings = [
            each
            for each in account.readings
            if each.activity is None or is_blocking(each.activity.started)
        ]
        ends_s = [each.ends_s for each in readings]
        for run in account.calls:
            place = bisect_right(ends_s, run.sent_s)
            if not run.route.runs_model or not place:
                continue
            reading = readings[place - 1]
            others = account.activities.find_under_way(reading.starts_s, nextafter(run.sent_s, inf))
            if all(each is reading.activity or each.started is run for each in others):
                yield KnownBalance(run, reading.balance)
