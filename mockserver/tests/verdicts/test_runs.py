"""A program that was started again is not held to what its last run was told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.wire import Request
from mockserver.tests.verdicts.stories import (
    CATALOGUE,
    STATUS,
    ask,
    find_verdicts_on,
    get,
    make_limited_run,
    make_lost_run,
    post,
)
from mockserver.verdicts.runs import LONGEST_PAUSE_S, SHORTEST_RESTART_S, split_runs, split_starts
from mockserver.verdicts.verdicts import CHECKS

LONG_S, MOMENT_S = LONGEST_PAUSE_S + 1, SHORTEST_RESTART_S / 2
BETWEEN_S = (LONGEST_PAUSE_S + SHORTEST_RESTART_S) / 2


def fail(**changes):
    """Return a poll that was answered with FAILED."""
    return get(state="FAILED", status=422, **changes)


def refuse(**changes):
    """Return a run that was refused for what it is."""
    return post(status=400, **changes)


def limit(**changes):
    """Return a run that was refused until long after."""
    return make_limited_run(reset_s=9_999, **changes)


REMEMBERING = {
    "repeated-after-refusal": [refuse, refuse],
    "called-before-reset": [limit, post],
    "resubmitted-after-lost-answer": [make_lost_run, post],
    "polled-after-failure": [fail, fail],
    "polled-after-result": [lambda **c: get("/v1" + STATUS[3:-7], "COMPLETED", **c)] * 2,
}
"""Two calls, of which the second breaks a rule, if whoever made it knew of the first."""

ONCE_STARTED = {"repeated-after-refusal", "called-before-reset"}


def tell(rule, pause_s, connections=(1, 1), agents=("app", "app")):
    """Return a story of two calls that are so many real seconds apart."""
    first, second = REMEMBERING[rule]
    sent = [{"user-agent": agent} for agent in agents]
    return [
        first(at_s=0, connection=connections[0], sent=sent[0]),
        second(at_s=pause_s, connection=connections[1], sent=sent[1]),
    ]


@pytest.mark.parametrize("rule", REMEMBERING)
@pytest.mark.parametrize("connections", [(1, 1), (1, 2)])
def test_what_one_run_does_is_found_whatever_comes_between(rule, connections):
    """On one connection within minutes, and on another one within a moment."""
    pauses_s = [MOMENT_S] if connections == (1, 2) else [MOMENT_S, BETWEEN_S]
    for pause_s in pauses_s:
        assert rule in find_verdicts_on(*tell(rule, pause_s, connections))


@pytest.mark.parametrize("rule", REMEMBERING)
def test_another_program_knows_nothing_of_it(rule):
    """Whose user agent is another, or that comes after minutes."""
    assert rule not in find_verdicts_on(*tell(rule, MOMENT_S, agents=("app", "curl")))
    assert rule not in find_verdicts_on(*tell(rule, LONG_S))


@pytest.mark.parametrize("rule", REMEMBERING)
def test_a_program_that_was_started_again_may_ask_again(rule):
    """A call that was refused is one that a person repeats; not so polls, or a lost answer's run.

    Polls have connections of their own where they are seconds apart, and a lost answer takes its
    connection with it.
    """
    found = find_verdicts_on(*tell(rule, BETWEEN_S, (1, 2)))
    assert (rule in found) is (rule not in ONCE_STARTED)


@pytest.mark.parametrize("rule", REMEMBERING)
def test_a_test_is_one_run(rule):
    """Who knows that it is says so, and nothing else decides."""
    story = tell(rule, LONG_S, (1, 2), ("app", "curl"))
    assert rule in find_verdicts_on(*story, is_one_run=True)


def test_a_job_that_is_looked_for_now_and_then_is_not_polled():
    """Ten more looks at an unknown id in one run are too many, and once a day they are not."""
    looks = [get(status=404, answer=b"{}", at_s=LONG_S * n) for n in range(20)]
    assert "polled-unknown-job" not in find_verdicts_on(*looks)
    assert "polled-unknown-job" in find_verdicts_on(*looks, is_one_run=True)


def test_programs_side_by_side_are_told_apart():
    """One polls on while another looks at the same job: each is judged by what it knew."""
    app = [fail(at_s=n, sent={"user-agent": "app"}) for n in range(3)]
    look = fail(at_s=0.5, sent={"user-agent": "curl"})
    assert find_verdicts_on(app[0], look, *app[1:]) == {"polled-after-failure": (3, 4)}


exchanges = st.builds(
    lambda at_s, connection, agent: ask(
        "GET", STATUS, at_s=at_s, connection=connection, sent={"user-agent": agent}
    ),
    st.floats(0, 1_000),
    st.integers(0, 2),
    st.sampled_from(["", "app", "curl"]),
)


@given(st.lists(exchanges, max_size=20))
def test_every_exchange_is_in_one_run_and_in_its_order(story):
    """However a journal is split, nothing is lost; a start is never part of two runs."""
    for split in (split_runs, split_starts):
        runs = split(story)
        assert sorted(map(id, story)) == sorted(id(each) for run in runs for each in run)
        for run in runs:
            places = [next(n for n, each in enumerate(story) if each is one) for one in run]
            assert places == sorted(places)
            assert len({each.request.headers.get(b"user-agent") for each in run}) == 1
    assert len(split_starts(story)) >= len(split_runs(story))


def test_without_a_socket_there_is_one_connection():
    """What is asked in process has no port to tell calls apart."""
    assert Request(method="GET", path="/", headers={}).connection == 0


def test_rules_that_are_split_are_rules():
    """And those about what a whole journal shows are not split."""
    assert set(REMEMBERING) <= set(CHECKS) == set(CATALOGUE.verdicts)
