"""What a client still asks after it has said what became of a call: nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from client_tests.cases.model import Case
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.judging.violations import Violation
from client_tests.plurals import count

ASSERTION = "after-the-end"

SLACK_S = 0.1
"""What comes sooner after everything has settled may have been under way by then."""


def check_after_end(case: Case, trace: Trace) -> Iterator[Violation]:
    """A client asks nothing more about a job once it has answered, and at last nothing at all."""
    told: set[int] = set()
    for reply, exchanges in _list_answered(case, trace):
        late = find_late(exchanges, reply.settled_s)
        late = [exchange for exchange in late if exchange.seq not in told]
        told |= {exchange.seq for exchange in late}
        if late:
            yield make_violation(reply, late)


def find_late(exchanges: Iterable[Exchange], settled_s: float) -> list[Exchange]:
    """Return the exchanges that were begun after an answer.

    Args:
        exchanges: Those of the calls that were answered by then.
        settled_s: When the server had read whatever was sent before the answer, on the clock of
            `Exchange.received_s`.
    """
    return [each for each in exchanges if each.received_s >= settled_s + SLACK_S]


def make_violation(reply: Reply, late: list[Exchange]) -> Violation:
    """Return what is to be said of exchanges that came after an answer."""
    outcome = reply.answer.outcome if reply.answer else "nothing"
    after_s = late[0].received_s - reply.ended_s
    message = (
        f"It had reported {outcome}, and went on: {_describe(late)}, "
        f"the first {after_s:.1f} s after that. Whoever asked has been told how it ended."
    )
    return Violation(ASSERTION, "MUST", message, ("S2",), tuple(each.seq for each in late))


def _list_answered(case: Case, trace: Trace) -> Iterator[tuple[Reply, list[Exchange]]]:
    """Yield each call's reply with what may not come after it: its job's polls, at last all."""
    if any(reply.answer is None for reply in trace.replies):
        return
    if not case.concurrent:
        for reply in trace.replies[:-1]:
            yield reply, _list_of_jobs(reply, trace)
    yield max(trace.replies, key=lambda reply: reply.ended_s), list(trace.exchanges)


def _list_of_jobs(reply: Reply, trace: Trace) -> list[Exchange]:
    """Return the exchanges about jobs that were submitted during a call."""
    jobs = {
        each.request_id
        for each in trace.of("submit")
        if each.request_id and reply.began_s <= each.received_s <= reply.ended_s
    }
    return [each for each in trace.exchanges if each.request_id in jobs]


def _describe(exchanges: list[Exchange]) -> str:
    """Say how many runs were submitted, which is worst, and how much else was asked."""
    runs = sum(each.is_run for each in exchanges)
    others = len(exchanges) - runs
    parts = [count(runs, "run was submitted", "runs were submitted")] if runs else []
    parts += [count(others, "call was made", "calls were made")] if others else []
    return " and ".join(parts)
