"""Judges of runs that fail: each can say no."""

import pytest

from mockserver.tests.facts.stories import find_example
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    make_body,
    set_error,
    set_members,
    set_metrics,
    set_status,
)

STORY = "failures"
STATUS, RESULT = ({"route": name, "status": 422} for name in ("status", "result"))
BLOCKED = {**STATUS, "skip": 1}
BAD = {"route": "submit", "skip": 3}


def refuse(status, words="'seed' must be an integer"):
    """Refuse a submit so."""
    return lambda _exchange: {"status": status, "body": make_body({"error": words})}


@pytest.mark.fact("T4", "T5", "T10", "T11", "E8")
@pytest.mark.parametrize(
    ("fact", "where", "make"),
    [
        ("T4", STATUS, set_status(200)),
        ("T4", RESULT, set_status(200)),
        ("T4", RESULT, set_status(500)),
        ("T4", RESULT, set_members(error=None)),
        ("T4", STATUS, set_members(error="")),
        ("T4", STATUS, set_members(metrics=None)),
        ("T4", STATUS, set_metrics(queue_time=None)),
        ("T4", STATUS, set_metrics(queue_time="0.1 s")),
        ("T4", RESULT, set_metrics(cost=0.113)),
        ("T5", BLOCKED, set_members(status="BLOCKED", error="Blocked by content moderation")),
        ("T5", BLOCKED, set_members(status="MODERATED")),
        ("T10", BAD, refuse(400)),
        ("T10", BAD, refuse(422)),
        ("T10", BAD, refuse(406)),
        ("T11", STATUS, set_metrics(cost=0.113)),
        ("T11", STATUS, set_members(remaining_credits=99.0)),
        ("T11", {"route": "status", "state": "COMPLETED"}, set_metrics(cost=None)),
        ("T11", {"route": "status", "state": "COMPLETED"}, set_metrics(remaining_credits="99")),
        ("E8", STATUS, set_members(status="COMPLETED")),
        ("E8", RESULT, set_error("Unprocessable")),
        ("E8", BAD, refuse(422)),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(STORY, find_first(STORY, **where), make)


@pytest.mark.fact("T10")
@pytest.mark.parametrize(
    ("status", "words"),
    [(406, "Insufficient credits. You have 0.0 credits."), (406, "Team spend limit reached")],
)
def test_what_v2_does_check_at_a_submit_is_no_refusal_of_values(status, words):
    """The wallet comes first, whatever the body is."""
    bad = find_first(STORY, **BAD)
    assert "T10" not in find_changed(STORY, bad, refuse(status, words))


@pytest.mark.fact("T10")
def test_a_refusal_of_a_good_body_is_not_about_its_values():
    """The contract has nothing against it."""
    good = find_first(STORY, "submit")
    sound = {"request_body": make_body(find_example(good.subject))}
    changed = find_changed(STORY, good, lambda each: refuse(400)(each) | sound)
    assert "T10" not in changed
    assert "E2" in changed
