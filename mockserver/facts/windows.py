"""Calls that are said not to count towards the requests a minute, and whether they were free."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockserver.facts.answers import is_decided
from mockserver.facts.judgement import Judgement, judge_place
from mockserver.facts.numerals import parse_date_header, parse_instant
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_call

RESET = "x-rate-limit-reset-at-utc"
_TOO_MANY = 429


def find_uncounted(story: Story) -> Iterator[tuple[Observed, bool]]:
    """Return the calls that run no model and show whether they count, and whether they were free.

    Such a call shows it if it was refused with 429 and told of a window, or if it was answered
    while the window of its account was full. Whether that was over is told by the clock of the
    server, not by that of the client.
    """
    windows: dict[str, datetime] = {}
    for each in story.exchanges:
        if each.account is None or not is_call(each) or not each.route.key:
            continue
        reset = parse_instant(each.find_header(RESET) or "")
        is_refused = each.status == _TOO_MANY and reset is not None
        if each.route.counts_in_window:
            if is_refused and reset is not None:
                windows[each.account] = reset
        elif is_refused or (is_decided(each) and _is_within(each, windows.get(each.account))):
            yield each, not is_refused


def judge_freedom(fact: str, exchange: Observed, *, is_free: bool) -> Judgement:
    """Judge a call that must not be over the limit."""
    return judge_place(
        fact,
        exchange,
        "status",
        agrees=is_free,
        expected="anything but 429",
        found=str(exchange.status),
    )


def _is_within(exchange: Observed, window: datetime | None) -> bool:
    now = parse_date_header(exchange.find_header("date") or "")
    return window is not None and now is not None and now < window
