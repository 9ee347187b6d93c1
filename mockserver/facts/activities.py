"""What an account started that may have cost something, and when it was under way.

What was started and whose end nobody saw, as the answer was lost or came from an edge, is under
way for ever.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import accumulate
from math import inf
from typing import Literal, TypeAlias

import msgspec

from mockserver.facts.answers import is_success, read_error, read_number
from mockserver.facts.numerals import parse_amount
from mockserver.facts.observed import Observed
from mockserver.facts.routes import is_blocking, is_submit
from mockserver.facts.views import History, read_metrics, read_request_id, read_state

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


class Activities:
    """What one account started, by when it began.

    Args:
        activities: All of it, in any order.
    """

    def __init__(self, activities: Iterable[Activity]) -> None:
        self._all = sorted(activities, key=lambda each: each.starts_s)
        self._starts_s = [each.starts_s for each in self._all]
        self._last_to_end = list(accumulate(self._all, _find_later_end))

    def __iter__(self) -> Iterator[Activity]:
        return iter(self._all)

    def find_under_way(self, since_s: float, until_s: float) -> Iterator[Activity]:
        """Return what had not ended at one instant and began before another.

        The one that ended last comes first, then the latest to begin: who looks for one that is in
        the way finds it at once, however long it has been under way.
        """
        count = bisect_left(self._starts_s, until_s)
        if not count or (last := self._last_to_end[count - 1]).ends_s <= since_s:
            return
        yield last
        for place in range(count - 1, -1, -1):
            if self._last_to_end[place].ends_s <= since_s:
                return
            each = self._all[place]
            if each is not last and each.ends_s > since_s:
                yield each


def _find_later_end(one: Activity, other: Activity) -> Activity:
    return one if one.ends_s >= other.ends_s else other


def list_activities(
    exchanges: Iterable[Observed], histories: Iterable[History]
) -> Iterator[Activity]:
    """Return what the calls of one account started, and the histories of its runs tell."""
    for history in histories:
        yield from _list_queued(history)
    for each in exchanges:
        if each.route.starts_job and not (is_submit(each) and read_request_id(each)):
            yield _read_other(each)


def _list_queued(history: History) -> Iterator[Activity]:
    """Yield the run that was queued and answered with an id."""
    submitted, ended = history.submitted, history.ended
    if submitted is None:
        yield from _list_earlier(history)
    elif ended is None:
        yield Activity(started=submitted, ends_s=inf, outcome="unknown", cost=None)
    elif read_state(ended) == "FAILED":
        yield Activity(started=submitted, ends_s=find_end_s(ended), outcome="free", cost=Decimal(0))
    else:
        metrics = read_metrics(ended)
        yield Activity(
            started=submitted,
            ends_s=find_end_s(ended),
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
            ends_s=inf if ended is None else find_end_s(ended),
            outcome="unknown",
            cost=None,
        )


def _read_other(exchange: Observed) -> Activity:
    """Return what a blocking run, a refused submit, a workflow or what was lost started."""
    is_refused = exchange.status is not None and read_error(exchange) is not None
    if not is_success(exchange) and is_refused and exchange.status not in {502, 503, 504}:
        ends_s = find_end_s(exchange)
        return Activity(started=exchange, ends_s=ends_s, outcome="free", cost=Decimal(0))
    if not is_success(exchange) or not is_blocking(exchange):
        return Activity(started=exchange, ends_s=inf, outcome="unknown", cost=None)
    return Activity(
        started=exchange,
        ends_s=find_end_s(exchange),
        outcome="charged",
        cost=parse_amount(exchange.find_header("x-cost") or ""),
        told=exchange,
        remaining=parse_amount(exchange.find_header("x-remaining-credits") or ""),
    )


def find_end_s(exchange: Observed) -> float:
    """Return when an exchange was over, in seconds since the story began; infinite if never."""
    return inf if exchange.answered_s is None else exchange.answered_s
