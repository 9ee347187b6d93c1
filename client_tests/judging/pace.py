"""Whether a client polls no sooner than it is told to, and what becomes of one that polls later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from client_tests.cases.model import Case
from client_tests.judging.trace import POLLS, Exchange, Trace
from client_tests.judging.violations import Violation

PACE_SHARE = 0.5
"""A poll may come this much earlier than asked: timers are coarse, and requests take time."""

MOST_RESENDS = 5
"""An HTTP library may send a GET again by itself, at once, when its connection was lost (RFC 9110
§9.2.2) or the gateway was in trouble (S2). Most do it once; java.net.http tries five times, and of
those that repeat a 5xx urllib3 does so once and axios-retry three times before any pause."""

SLOWEST_PAUSE_S = 1.25
"""Nobody has to poll as quickly as it is told. A second is what clients pause at the most that
were made for this gateway; some of what is on top goes into requests on a busy machine."""

_TOO_MANY, _SERVER_ERRORS = 429, 500
_RESET = "x-rate-limit-reset-at-utc"
_OUT_OF_TIME = {"timeout", "server_error", "transport_error"}

USUAL_PAUSE_S = 0.5
"""Whoever repeats what has failed pauses for so long, or longer, and is right to do so."""

BACKOFF = 2.0
"""By how much a pause is longer than the one before it, where pauses grow."""

TIMELY_SHARE = 0.8
"""An answer that was asked for later than this share of a deadline may not have been read by it."""

_POLLS_AT_LEAST = 4
"""A run takes so many on `auto`: QUEUED, PROCESSING, COMPLETED, and its result."""


def check_paced(case: Case, trace: Trace) -> Iterator[Violation]:
    """Two polls of a pending job are about as far apart as was asked.

    A client may cut its last pause short, to look once more before its time is over.
    """
    for indices, polls in _list_polls(case, trace):
        least_s = PACE_SHARE * min(case.operations[index].poll_interval_s for index in indices)
        is_cut = len(polls) > 1 and _is_cut_by_the_deadline(case, trace, indices, polls[-2])
        pair = _find_hurried(polls[:-1] if is_cut else polls, least_s)
        if pair:
            message = f"Two polls came within {least_s:g} s of each other."
            yield Violation("paced", "MUST", message, ("L2",), tuple(each.seq for each in pair))
            return


def _list_polls(case: Case, trace: Trace) -> Iterator[tuple[range, list[Exchange]]]:
    """Yield the polls of each job on each route, with the calls that they may be made for."""
    number = len(case.operations)
    if case.concurrent or number == 1:
        yield from ((range(number), polls) for polls in _group(trace.exchanges))
        return
    for index in range(number):
        own = trace.exchanges_of(index) or []
        yield from ((range(index, index + 1), polls) for polls in _group(own))


def _group(exchanges: Iterable[Exchange]) -> Iterable[list[Exchange]]:
    """Return the polls among exchanges, those of one job on one route together."""
    seen: dict[tuple[str, str | None], list[Exchange]] = {}
    for exchange in exchanges:
        if exchange.route in POLLS:
            seen.setdefault((exchange.route, exchange.request_id), []).append(exchange)
    return seen.values()


def _is_cut_by_the_deadline(
    case: Case, trace: Trace, indices: range, last_but_one: Exchange
) -> bool:
    """Tell whether the pause after a poll would have been longer than there was time."""
    calls = zip(case.operations, trace.replies, strict=False)
    return any(
        last_but_one.received_s + operation.poll_interval_s > reply.began_s + operation.timeout_s
        for index, (operation, reply) in enumerate(calls)
        if index in indices
    )


def _find_hurried(polls: list[Exchange], least_s: float) -> tuple[Exchange, Exchange] | None:
    """Return the first two polls of a job of which the second came too soon, if any did.

    A redirect may be followed at once, and a few times in a row may what was lost, or got a 5xx,
    be sent again.
    """
    resends = 0
    for before, exchange in pairwise(polls):
        if exchange.received_s - before.received_s >= least_s:
            resends = 0
            continue
        resends = resends + 1 if _may_be_resent(before) else 0
        if not before.is_redirect and not 0 < resends <= MOST_RESENDS:
            return before, exchange
    return None


def _may_be_resent(exchange: Exchange) -> bool:
    """Tell whether a request of which this came may be repeated at once, a few times.

    HTTP libraries do so unasked. A 429 names the instant from which on, which may be now (E5); of
    those that are earlier tells the rule `called-before-reset`.
    """
    if exchange.status == _TOO_MANY and _RESET in exchange.response_headers:
        return True
    return exchange.delivery != "intact" or (exchange.status or 0) >= _SERVER_ERRORS


def is_too_slow(case: Case, trace: Trace, index: int) -> bool:
    """Tell whether an ask's deadline was too short for its polls, at a pace of the client's own.

    How often a job has to be polled, a client cannot know: on `auto` it takes a number of polls
    and no time. So one that polls on, a second apart at the most, may report a `timeout`, or what
    went wrong last when there is no time for another pause.
    """
    exchanges = trace.exchanges_of(index) or []
    operation, reply = case.operations[index], trace.replies[index]
    polls = [exchange for exchange in exchanges if exchange.route in POLLS]
    timely_s = reply.began_s + TIMELY_SHARE * operation.timeout_s
    timely = [poll for poll in polls if poll.received_s <= timely_s]
    needed = _POLLS_AT_LEAST + sum(effect.route in POLLS for effect in case.behaviour)
    outcome = reply.answer.outcome if reply.answer else None
    if outcome not in _OUT_OF_TIME or not polls or len(timely) >= needed:
        return False
    if outcome != "timeout" and not _may_be_resent(polls[-1]):
        return False
    left_s = operation.timeout_s - reply.elapsed_s
    instants = [*(poll.received_s for poll in polls), reply.ended_s]
    longest_s = max(later - sooner for sooner, later in pairwise(instants))
    slowest_s = max(SLOWEST_PAUSE_S * trace.pace, operation.poll_interval_s)
    return longest_s <= slowest_s and (outcome == "timeout" or left_s <= longest_s)


def has_time_to_poll(asked: list[Exchange], left_s: float, poll_interval_s: float) -> bool:
    """Tell whether the next pause of a client ends before its deadline.

    One that knows it does not need not wait for its deadline to say so.
    """
    return left_s > max(poll_interval_s, min(SLOWEST_PAUSE_S, _find_longest_pause(asked)))


def has_time_to_repeat(asked: list[Exchange], left_s: float) -> bool:
    """Tell the same of the pause after what went wrong, which may be longer than that before."""
    longest_s = max(USUAL_PAUSE_S, BACKOFF * _find_longest_pause(asked))
    return left_s > min(SLOWEST_PAUSE_S, longest_s)


def _find_longest_pause(asked: list[Exchange]) -> float:
    return max((later.received_s - each.received_s for each, later in pairwise(asked)), default=0.0)
