"""Whatever a client asks after its answer is seen, but for what was under way by then."""

import math
from dataclasses import replace

import pytest

from client_tests.cases.model import Case, Operation
from client_tests.driver.messages import Answer
from client_tests.judging.after_end import SLACK_S, check_after_end
from client_tests.judging.trace import Exchange, Reply, Trace

STALLED = Operation(op="run", params={"prompt": "mock:stall"}, timeout_s=1)
ONE = Case(
    id="run/after-the-end/one",
    title="Ends",
    level="MUST",
    facts=("S2",),
    operations=(STALLED,),
)
TWO = replace(ONE, operations=(STALLED, STALLED))


def exchange(number, at_s, route="status", job="1"):
    """One request about a job."""
    return Exchange({"seq": number, "received_s": at_s, "route": route, "request_id": job})


def reply(began_s, ended_s, outcome="timeout", settled_after_s=0.1):
    """What a client said, and when; and when the server had read what was sent before."""
    answer = Answer(outcome=outcome) if outcome else None
    when = {"began_s": began_s, "ended_s": ended_s, "settled_s": ended_s + settled_after_s}
    return Reply(answer=answer, problem=None, elapsed_s=0, **when)


def trace(replies, *exchanges):
    """What happened."""
    return Trace(replies=replies, exchanges=exchanges, verdicts=(), jobs=(), ledger=())


def test_a_client_that_is_silent_after_its_answer_is_right():
    """What is under way while it answers may come a moment later, and more so on a busy machine."""
    during = [exchange(1, 100.1, "submit"), exchange(2, 101), exchange(3, 101.1 + SLACK_S / 2)]
    assert list(check_after_end(ONE, trace((reply(100, 101),), *during))) == []
    slow = reply(100, 101, settled_after_s=1.5)
    assert list(check_after_end(ONE, trace((slow,), *during, exchange(4, 102.5)))) == []


def test_where_nobody_has_listened_nothing_is_said():
    """What comes later is charged to the case by whoever hears it."""
    unheard = reply(100, 101, settled_after_s=math.inf)
    assert list(check_after_end(ONE, trace((unheard,), exchange(1, 110)))) == []


@pytest.mark.parametrize("outcome", ["timeout", "completed", "failed", "transport_error"])
def test_whatever_comes_after_any_answer_is_one_violation(outcome):
    """It says how it ended, what came after that, and when."""
    late = [exchange(2, 101.5), exchange(3, 102, "submit", "2"), exchange(4, 103, "output", None)]
    told = trace((reply(100, 101, outcome),), exchange(1, 100.1, "submit"), *late)
    (seen,) = check_after_end(ONE, told)
    assert (seen.assertion, seen.level, seen.exchanges) == ("after-the-end", "MUST", (2, 3, 4))
    assert f"reported {outcome}, and went on: 1 run was submitted and 2 calls were made" in (
        seen.message
    )
    assert "0.5 s after" in seen.message


def test_polls_of_an_earlier_call_s_job_are_seen_beside_those_of_the_next():
    """Which are right; and each is told of once."""
    first, second = reply(100, 101), reply(101, 103)
    right = [exchange(1, 100.1, "submit"), exchange(2, 101.1, "submit", "2"), exchange(3, 102)]
    own = exchange(4, 102.1, job="2")
    (seen,) = check_after_end(TWO, trace((first, second), *right, own))
    assert seen.exchanges == (3,)
    later = exchange(5, 104)
    found = list(check_after_end(TWO, trace((first, second), *right, own, later)))
    assert [each.exchanges for each in found] == [(3, 5)]


def test_calls_at_the_same_time_have_ended_with_the_last_of_them():
    """Nobody can tell sooner whose call it is."""
    both = replace(TWO, concurrent=True)
    replies = (reply(100, 103), reply(100, 101))
    assert list(check_after_end(both, trace(replies, exchange(1, 102)))) == []
    assert [each.exchanges for each in check_after_end(both, trace(replies, exchange(1, 104)))] == [
        (1,)
    ]


def test_a_client_that_did_not_answer_has_failed_by_that():
    """Its process was ended; where it is a thread, it cannot be."""
    assert list(check_after_end(ONE, trace((reply(100, 101, None),), exchange(1, 104)))) == []
