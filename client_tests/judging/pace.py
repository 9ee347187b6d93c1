"""Whether a client polls no sooner than it is told to, and what becomes of one that polls later."""

from __future__ import annotations

from collections.abc import Iterator
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

_SERVER_ERRORS = 500

_POLLS_AT_LEAST = 4
"""A run takes so many on `auto`: QUEUED, PROCESSING, COMPLETED, and its result."""


def check_paced(case: Case, trace: Trace) -> Iterator[Violation]:
    """Two polls of a pending job are about as far apart as was asked.

    A client may cut its last pause short, to look once more before its time is over.
    """
    least_s = PACE_SHARE * min(operation.poll_interval_s for operation in case.operations)
    seen: dict[tuple[str, str | None], list[Exchange]] = {}
    for exchange in trace.of(*POLLS):
        seen.setdefault((exchange.route, exchange.request_id), []).append(exchange)
    for polls in seen.values():
        is_cut = len(polls) > 1 and _is_cut_by_the_deadline(case, trace, polls[-2])
        pair = _find_hurried(polls[:-1] if is_cut else polls, least_s)
        if pair:
            message = f"Two polls came within {least_s:g} s of each other."
            yield Violation("paced", "MUST", message, ("L2",), tuple(each.seq for each in pair))
            return


def _is_cut_by_the_deadline(case: Case, trace: Trace, last_but_one: Exchange) -> bool:
    """Tell whether the pause after a poll would have been longer than there was time."""
    return any(
        last_but_one.received_s + operation.poll_interval_s > reply.began_s + operation.timeout_s
        for operation, reply in zip(case.operations, trace.replies, strict=False)
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
    """Tell whether HTTP libraries repeat a request of which this came, unasked."""
    return exchange.delivery != "intact" or (exchange.status or 0) >= _SERVER_ERRORS


def is_too_slow(case: Case, trace: Trace, index: int) -> bool:
    """Tell whether an ask's deadline was too short for its polls, at a pace of the client's own.

    How often a job has to be polled, a client cannot know: on `auto` it takes a number of polls
    and no time. So one that polls on, a second apart at the most, may report a `timeout`.
    """
    exchanges = trace.exchanges_of(index) or []
    operation, reply = case.operations[index], trace.replies[index]
    polls = [exchange for exchange in exchanges if exchange.route in POLLS]
    needed = _POLLS_AT_LEAST + sum(effect.route in POLLS for effect in case.behaviour)
    if reply.answer is None or reply.answer.outcome != "timeout" or not 0 < len(polls) < needed:
        return False
    instants = [*(poll.received_s for poll in polls), reply.ended_s]
    longest_s = max(later - sooner for sooner, later in pairwise(instants))
    return longest_s <= max(SLOWEST_PAUSE_S, operation.poll_interval_s)
