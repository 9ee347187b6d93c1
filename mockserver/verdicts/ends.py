"""Rules about polls of jobs whose end the client knows: completed, failed, or not there.

A client knows what it was told by an answer that arrived whole; one that was lost obliges nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.state.journal import Exchange
from mockserver.verdicts.exchanges import (
    find_polls,
    has_arrived,
    has_told_completion,
    read_answer,
)
from mockserver.verdicts.polls import MIN_PAUSE_S

MAX_POLLS_AFTER_404 = 10

_OK = 200
_NOT_FOUND = 404
_FAILED = 422


def find_polls_after_failure(exchanges: list[Exchange]) -> list[int]:
    """Find polls of jobs of which the client had read that they have FAILED (T4).

    Reading the result of a job whose status said so is none of them: its words may be wanted.
    """
    return [
        exchange.seq
        for end, exchange in _find_later_polls(exchanges)
        if _has_told_failure(end) and not _is_first_read(end, exchange)
    ]


def find_polls_after_result(exchanges: list[Exchange]) -> list[int]:
    """Find polls of jobs that had nothing more to tell, and that were no polls after a failure."""
    return [
        exchange.seq
        for end, exchange in _find_later_polls(exchanges)
        if not _has_told_failure(end) or _is_first_read(end, exchange)
    ]


def _find_later_polls(exchanges: list[Exchange]) -> Iterator[tuple[Exchange, Exchange]]:
    """Go through the polls of jobs whose end was known, each with the exchange that told it.

    A poll that was under way when the end came is left out, and so is the first that repeats it
    at once: HTTP libraries send a GET again whose connection broke, whatever its answer was.
    """
    ends: dict[str, Exchange] = {}
    repeated: set[str] = set()
    for job, exchange in find_polls(exchanges):
        end = ends.get(job)
        if end is None:
            if _has_told_end(exchange):
                ends[job] = exchange
        elif exchange.at < end.answered_at:
            continue
        elif job not in repeated and _is_repetition(exchange, end):
            repeated.add(job)
        else:
            yield end, exchange
            if _is_first_read(end, exchange) and _has_told_end(exchange):
                ends[job] = exchange


def _has_told_end(exchange: Exchange) -> bool:
    return has_arrived(exchange, _FAILED) or (
        exchange.route != "status" and has_told_completion(exchange)
    )


def _has_told_failure(exchange: Exchange) -> bool:
    return has_arrived(exchange, _FAILED) and read_answer(exchange).status == "FAILED"


def _is_first_read(end: Exchange, exchange: Exchange) -> bool:
    """Whether this is a read of the result, and only the status has told of the end so far."""
    return end.route == "status" and exchange.route != "status"


def _is_repetition(exchange: Exchange, end: Exchange) -> bool:
    """Whether this is the same call without a pause, by the client's real and virtual time."""
    pause_s = exchange.request.received_s - end.request.received_s
    return (
        exchange.request.path == end.request.path
        and exchange.slept == end.slept
        and pause_s < MIN_PAUSE_S
    )


def find_polls_of_unknown_jobs(exchanges: list[Exchange]) -> list[int]:
    """Find polls of a job that go on and on after a 404 of its id (T6, T7).

    An answer that knows the job starts the count anew.
    """
    polls: dict[str, int] = {}
    found = []
    for job, exchange in find_polls(exchanges):
        if has_arrived(exchange, _OK) or has_arrived(exchange, _FAILED):
            polls.pop(job, None)
        elif job in polls:
            polls[job] += 1
            if polls[job] > MAX_POLLS_AFTER_404:
                found.append(exchange.seq)
        elif has_arrived(exchange, _NOT_FOUND):
            polls[job] = 0
    return found
