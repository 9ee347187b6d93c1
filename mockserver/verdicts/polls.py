"""Rules about polls: where they go, how often, and what they should have found.

Those about polls of jobs whose end is known are in `ends`.
"""

from __future__ import annotations

from mockserver.base.clock import SECOND
from mockserver.base.ids import normalize_id
from mockserver.contract.routing import find
from mockserver.state.journal import Exchange
from mockserver.verdicts.exchanges import (
    POLLS,
    AnswerFields,
    find_moment_us,
    find_polls,
    has_arrived,
    has_told_completion,
    read_answer,
)

MIN_PAUSE_S = 0.2
"""Two polls of a job that are less than this apart, in real seconds, are too fast."""


def find_polls_at_built_urls(exchanges: list[Exchange]) -> list[int]:
    """Find polls at a path made of the request id, where other URLs had been handed out."""
    handed: dict[str, tuple[str, ...]] = {}
    found = []
    for exchange in exchanges:
        if exchange.route == "submit" and has_arrived(exchange, 200):
            handed |= _find_opaque_urls(read_answer(exchange))
        elif exchange.route in POLLS:
            request = exchange.request
            target = f"{request.path}?{request.query}" if request.query else request.path
            urls = handed.get(normalize_id(find(request.path)[1]))
            if urls and not any(url.endswith(target) for url in urls):
                found.append(exchange.seq)
    return found


def _find_opaque_urls(told: AnswerFields) -> dict[str, tuple[str, ...]]:
    """Return the URLs of a submit's answer by its id, unless they are the usual ones."""
    name, url = told.request_id, told.status_url
    named = isinstance(name, str) and isinstance(url, str)
    if not named or url.endswith(f"/v2/requests/{name}/status"):
        return {}
    urls = (url, told.response_url, told.poll_url)
    return {normalize_id(name): tuple(each for each in urls if isinstance(each, str))}


def find_hasty_polls(exchanges: list[Exchange]) -> list[int]:
    """Find polls that follow another of the same job and route without a pause."""
    last: dict[tuple[str, str, bool], float] = {}
    found = []
    for job, exchange in find_polls(exchanges):
        moment_us = find_moment_us(exchange)
        if moment_us is None:
            continue
        poll = (
            exchange.route,
            job,
            exchange.slept is None,
        )  # the two kinds of time have two origins
        if poll in last and moment_us - last[poll] < MIN_PAUSE_S * SECOND:
            found.append(exchange.seq)
        last[poll] = moment_us
    return found


def find_early_results(exchanges: list[Exchange]) -> list[int]:
    """Find reads of results that were not there yet (T8)."""
    return [
        exchange.seq
        for _, exchange in find_polls(exchanges)
        if exchange.route != "status"
        and exchange.status == 200  # noqa: PLR2004
        and read_answer(exchange).status in ("QUEUED", "PROCESSING")  # a list, maybe
    ]


def find_unread_results(exchanges: list[Exchange]) -> list[int]:
    """Find statuses that said COMPLETED and were not followed by a read of the result."""
    waiting: dict[str, int] = {}
    fetched: set[str] = set()
    for job, exchange in find_polls(exchanges):
        if exchange.route != "status":
            waiting.pop(job, None)
            if has_told_completion(exchange):
                fetched.add(job)
        elif job not in fetched and has_told_completion(exchange):
            waiting.setdefault(job, exchange.seq)
    return sorted(waiting.values())
