"""How long a client takes, and how quickly it repeats: by the journal's instants."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from client_tests.cases.model import Case, Operation
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.judging.violations import Violation
from client_tests.plurals import count

OVERRUN_S = 1.0
"""An answer that comes so much later than the deadline is late; programs take time to say it."""

BEGUN_S = 0.75
"""A call that is begun so much later than the deadline is late; nothing has to be said first.

The deadline of a client begins when it has read what is asked of it: at the latest when its first
call comes. So how long a busy machine takes to wake it is no part of this.
"""

BURST = 5
"""So many repetitions in a row without a pause are no longer prudence."""

PAUSE_SHARE = 0.5
"""A repetition may come this much earlier than a pause of the poll interval."""

_OK = 200
_REPEATED = ("submit", "sync", "credits", "output")


def check_overrun(case: Case, trace: Trace) -> Iterator[Violation]:
    """A call is over when its deadline is."""
    for operation, reply in zip(case.operations, trace.replies, strict=True):
        deadline_s = reply.began_s + operation.timeout_s
        late = [] if case.concurrent else _list_begun_late(trace, reply, operation.timeout_s)
        over_s = reply.ended_s - deadline_s
        if late:
            after_s = late[0].received_s - deadline_s
            message = (
                f"Its deadline of {operation.timeout_s:g} s was over, and it went on: "
                f"{count(len(late), 'call')} came later, the first {after_s:.1f} s after it."
            )
            yield _make_overrun(case, message, late)
        elif reply.answer and over_s > OVERRUN_S * trace.pace:
            message = f"It answered {over_s:.1f} s after its deadline of {operation.timeout_s:g} s."
            yield _make_overrun(case, message, [])


def _list_begun_late(trace: Trace, reply: Reply, timeout_s: float) -> list[Exchange]:
    """Return what was begun clearly after a deadline, and before the answer to the call."""
    asked = [each for each in trace.exchanges if reply.began_s <= each.received_s <= reply.ended_s]
    return [each for each in asked if each.received_s > asked[0].received_s + timeout_s + BEGUN_S]


def _make_overrun(case: Case, message: str, late: list[Exchange]) -> Violation:
    """Return what is to be said: a body that drips is what HTTP libraries know no deadline for."""
    drips = any("drip" in effect.do for effect in case.behaviour)
    numbers = tuple(each.seq for each in late)
    return Violation("overran", "SHOULD" if drips else "MUST", message, ("T1",), numbers)


def check_bursts(case: Case, trace: Trace) -> Iterator[Violation]:
    """What has failed is repeated with pauses, if at all; verdicts tell of what never may be."""
    told = {seq for verdict in trace.verdicts for seq in verdict["requests"]}
    if len(case.operations) > 1:
        return
    for route in _REPEATED:
        burst = _find_burst(trace.of(route), case.operations[0])
        if burst and told.isdisjoint(each.seq for each in burst):
            span_s = burst[-1].received_s - burst[0].received_s
            message = (
                f"It repeated a call that had failed {count(len(burst) - 1, 'time')} "
                f"within {span_s:.2f} s: a gateway in trouble needs pauses between."
            )
            yield Violation("hammered", "MUST", message, ("S2",), tuple(x.seq for x in burst))


def _find_burst(exchanges: list[Exchange], operation: Operation) -> list[Exchange]:
    """Return the first calls of which each follows a failed one at once; too few are none."""
    least_s = PAUSE_SHARE * operation.poll_interval_s
    burst = exchanges[:1]
    for before, exchange in pairwise(exchanges):
        is_at_once = exchange.received_s - before.received_s < least_s
        burst = [*burst, exchange] if is_at_once and not _has_succeeded(before) else [exchange]
        if len(burst) > BURST:
            return burst
    return []


def _has_succeeded(exchange: Exchange) -> bool:
    return exchange.status == _OK and exchange.delivery == "intact"
