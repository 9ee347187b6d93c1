"""What a client asks after its answer is charged to the case it belongs to, and to no other."""

from dataclasses import replace

import pytest

from client_tests.cases import strategies
from client_tests.driver.messages import Answer
from client_tests.judging.after_end import ASSERTION, SLACK_S
from client_tests.judging.trace import Reply, Trace
from client_tests.running.strays import StrayWatch

KEY, OTHER_KEY = "SG_000000000000aaaa", "SG_000000000000bbbb"
ENDED_S = 1000.0
SETTLED_S = 0.4
"""So long after the end the server had read what was sent before it."""
CASE = strategies.case([strategies.ask()])
TRACE = Trace(
    replies=(Reply(answer=Answer(outcome="timeout"), problem=None, elapsed_s=1, ended_s=ENDED_S),),
    exchanges=(),
    verdicts=(),
    jobs=(),
    ledger=(),
)


def entry(seq, after_s, route="status", key=KEY):
    """What the journal shows of a call so long after the end."""
    shown = f"...{key[-4:]}" if key else None
    return {"seq": seq, "route": route, "api_key": shown, "received_s": ENDED_S + after_s}


@pytest.fixture
def watch():
    """A case has ended, by a timeout."""
    made = StrayWatch()
    made.begin(KEY)
    made.end(KEY, CASE, TRACE, ENDED_S + SETTLED_S)
    return made


def test_what_comes_clearly_after_the_end_is_a_violation_of_that_case(watch):
    """It says what the client had answered, and what it asked; a submit is told first."""
    watch.note([entry(7, 1.3), entry(8, 1.4, "submit"), entry(9, 1.5)])
    (stray,) = watch.take()
    assert stray.violation.assertion == ASSERTION
    assert stray.violation.level == "MUST"
    assert stray.violation.exchanges == (7, 8, 9)
    assert "timeout, and went on: 1 run was submitted and 2 calls were made" in (
        stray.violation.message
    )
    assert [each.seq for each in stray.trace.exchanges] == [7, 8, 9]


def test_the_case_is_one_that_listens_so_long_when_it_is_played_again(watch):
    """Else it would pass."""
    watch.note([entry(7, 1.3)])
    assert watch.take()[0].case.listen_s == 3
    watch.note([entry(8, 100)])
    assert watch.take()[0].case.listen_s == 10


def test_of_a_call_that_was_given_up_nothing_is_expected(watch):
    """That has failed its case already."""
    given_up = replace(TRACE.replies[0], answer=None)
    watch.end(OTHER_KEY, CASE, replace(TRACE, replies=(given_up,)), ENDED_S)
    watch.note([entry(7, 1, key=OTHER_KEY)])
    assert watch.take() == []
    assert len(watch.keys) == 2


def test_it_is_told_once(watch):
    """And again only if more comes."""
    watch.note([entry(7, 1)])
    assert [len(watch.take()), len(watch.take())] == [1, 0]


@pytest.mark.parametrize(
    ("after_s", "is_stray"),
    [
        (-0.1, False),
        (SETTLED_S + SLACK_S - 0.01, False),
        (SETTLED_S + SLACK_S + 0.01, True),
    ],
)
def test_what_may_have_been_under_way_is_none(watch, after_s, is_stray):
    """On a slow machine that takes longer to be read, and so does everything to settle."""
    watch.note([entry(7, after_s)])
    assert bool(watch.take()) == is_stray


@pytest.mark.parametrize("key", [OTHER_KEY, None])
def test_calls_with_another_key_or_none_are_not_charged(watch, key):
    """Nobody knows whose they are."""
    watch.note([entry(7, 1, key=key)])
    assert watch.take() == []


def test_a_key_that_is_shown_alike_belongs_to_the_case_that_begins_with_it(watch):
    """One in 65,536 does; a trigger is used by many cases."""
    watch.begin(f"SG_111111111111{KEY[-4:]}")
    watch.note([entry(7, 1)])
    assert watch.take() == []
    assert not watch.keys


def test_the_cases_of_longest_ago_are_forgotten(watch, monkeypatch):
    """By their number, or by how much they hold: some pass on millions of characters."""
    monkeypatch.setattr("client_tests.running.strays._REMEMBERED", 1)
    watch.end(OTHER_KEY, CASE, TRACE, ENDED_S)
    watch.note([entry(7, 1), entry(8, 1, key=OTHER_KEY)])
    assert [stray.violation.exchanges for stray in watch.take()] == [(8,)]
    monkeypatch.setattr("client_tests.running.strays._MOST_CHARACTERS", len(repr(TRACE)))
    watch.end(KEY, CASE, replace(TRACE, log="a line"), ENDED_S)
    watch.note([entry(9, 1), entry(10, 1, key=OTHER_KEY)])
    assert watch.take() == []
