"""How long a client takes and how quickly it repeats is judged by instants, with a margin."""

from dataclasses import replace

import pytest

from client_tests.cases.model import Case, Effect, Operation
from client_tests.driver.messages import Answer
from client_tests.judging.durations import (
    BEGUN_S,
    BURST,
    OVERRUN_S,
    check_bursts,
    check_overrun,
)
from client_tests.judging.trace import Exchange, Reply, Trace

ASK = Operation(op="run", params={"prompt": "mock:stall"}, timeout_s=2, poll_interval_s=0.2)
CASE = Case(
    id="run/durations/one",
    title="Ends",
    level="MUST",
    facts=("T1",),
    operations=(ASK,),
)
DRIP = Effect(route="result", ordinal=0, do={"drip": {"bytes": 4, "every_s": 0.1}})
BEGAN_S = 100.0
DEADLINE_S = BEGAN_S + ASK.timeout_s


def exchange(number, at_s, route="status", status=200, delivery="intact"):
    """One request."""
    told = {"seq": number, "received_s": at_s, "route": route, "status": status}
    return Exchange({**told, "delivery": delivery})


def trace(ended_s, *exchanges, pace=1.0, outcome="timeout"):
    """What happened in a call that began at 100 s."""
    answer = Answer(outcome=outcome) if outcome else None
    reply = Reply(answer=answer, problem=None, elapsed_s=0, began_s=BEGAN_S, ended_s=ended_s)
    return Trace(replies=(reply,), exchanges=exchanges, verdicts=(), jobs=(), ledger=(), pace=pace)


@pytest.mark.parametrize("pace", [1.0, 3.0])
def test_an_answer_may_come_a_moment_after_the_deadline(pace):
    """A moment is what programs take to say something, and longer on a busy machine."""
    moment_s = OVERRUN_S * pace - 0.01
    assert list(check_overrun(CASE, trace(DEADLINE_S + moment_s, pace=pace))) == []
    (seen,) = check_overrun(CASE, trace(DEADLINE_S + moment_s + 0.2, pace=pace))
    assert (seen.assertion, seen.level) == ("overran", "MUST")
    assert "after its deadline of 2 s" in seen.message


@pytest.mark.parametrize("outcome", ["timeout", "completed", None])
def test_a_call_that_is_begun_after_the_deadline_shows_that_a_client_goes_on(outcome):
    """Whatever it says in the end, or if it never says anything."""
    late = [exchange(2, DEADLINE_S + BEGUN_S + 0.15), exchange(3, DEADLINE_S + BEGUN_S + 0.2)]
    told = trace(DEADLINE_S + 2, exchange(1, BEGAN_S), *late, outcome=outcome)
    (seen,) = check_overrun(CASE, told)
    assert (seen.assertion, seen.exchanges) == ("overran", (2, 3))
    assert "2 calls came later, the first 0.9 s after it" in seen.message


def test_a_deadline_begins_when_a_client_has_been_woken():
    """On a busy machine it reads late what is asked of it, and its first call shows that."""
    woken_s = 0.6
    first = exchange(1, BEGAN_S + woken_s, "submit")
    last = exchange(2, DEADLINE_S + woken_s + BEGUN_S - 0.01)
    assert list(check_overrun(CASE, trace(DEADLINE_S + 2, first, last, pace=3))) == []
    later = exchange(3, DEADLINE_S + woken_s + BEGUN_S + 0.01)
    (seen,) = check_overrun(CASE, trace(DEADLINE_S + 2, first, last, later, pace=3))
    assert seen.exchanges == (3,)


def test_what_comes_after_the_answer_is_no_overrun():
    """It is worse, and told of by another assertion."""
    assert list(check_overrun(CASE, trace(DEADLINE_S, exchange(1, DEADLINE_S + 3)))) == []


def test_a_body_that_drips_beyond_the_deadline_is_advice():
    """Most HTTP libraries have a timeout for a read, and none for the whole."""
    dripping = replace(CASE, behaviour=(DRIP,))
    (seen,) = check_overrun(dripping, trace(DEADLINE_S + 1.5))
    assert seen.level == "SHOULD"


def submits(number, gap_s, status=503, delivery="intact"):
    """So many submits with so long between them."""
    return [
        exchange(index + 1, BEGAN_S + index * gap_s, "submit", status, delivery)
        for index in range(number)
    ]


def test_many_repetitions_without_a_pause_are_too_much():
    """However they failed."""
    for failed in ({"status": 503}, {"status": 429}, {"status": 200, "delivery": "damaged"}):
        (seen,) = check_bursts(CASE, trace(101, *submits(25, 0.01, **failed)))
        assert (seen.assertion, seen.level) == ("hammered", "MUST")
        assert len(seen.exchanges) == BURST + 1
        assert f"{BURST} times within 0.05 s" in seen.message


def test_a_few_repetitions_or_pauses_between_are_not():
    """A library tries two or three times at once; a loop with pauses may go on until its end."""
    assert list(check_bursts(CASE, trace(101, *submits(BURST, 0.01)))) == []
    assert list(check_bursts(CASE, trace(101, *submits(25, 0.11)))) == []
    assert list(check_bursts(CASE, trace(101, *submits(25, 0.01, status=200)))) == []
    told = {"id": "repeated-after-refusal", "requests": [1, 2]}
    refused = replace(trace(101, *submits(25, 0.01, status=401)), verdicts=(told,))
    assert list(check_bursts(CASE, refused)) == []
    many = replace(CASE, operations=(ASK, ASK))
    assert list(check_bursts(many, trace(101, *submits(25, 0.01)))) == []
