"""Judges of what is charged: each can say no."""

import pytest

from mockserver.tests.facts.changing import find_differing
from mockserver.tests.facts.stories import tell
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    make_body,
    set_error,
    set_header,
    set_members,
    set_metrics,
    set_status,
)
from mockserver.tests.facts.witness import change_story

PICTURE, FAILURES, REFUSED, POOR = "a picture", "failures", "refusals", "402"
RESULT = {"route": "result", "state": "COMPLETED"}
STATUS = {"route": "status", "state": "COMPLETED"}
EMPTY = {"route": "submit", "status": 402}


@pytest.mark.fact("R6", "O3", "E3b", "E7")
@pytest.mark.parametrize(
    ("fact", "story", "where", "make"),
    [
        ("R6", PICTURE, {"route": "credits"}, set_members(credits="100.0")),
        ("R6", PICTURE, {"route": "credits"}, set_members(credits=None, balance=100.0)),
        ("R6", PICTURE, {"route": "credits"}, set_members(**{"free-credits": None})),
        ("R6", PICTURE, {"route": "credits"}, set_status(202)),
        ("R6", PICTURE, {"route": "credits", "skip": 1}, set_members(credits=99.99)),
        ("R6", "no record", {"route": "credits", "status": 404}, set_error("No such user")),
        ("O3", PICTURE, RESULT, set_metrics(cost=None)),
        ("O3", PICTURE, RESULT, set_metrics(total_time=None, duration=0.5)),
        ("O3", PICTURE, RESULT, set_metrics(queue_time="0.1")),
        ("O3", PICTURE, RESULT, set_metrics(retry_count=0)),
        ("O3", PICTURE, RESULT, set_metrics(total_time=514.5)),
        ("O3", PICTURE, RESULT, set_metrics(cost=0.114)),
        ("O3", PICTURE, STATUS, set_metrics(remaining_credits=100.0)),
        ("O3", PICTURE, STATUS, set_metrics(remaining_credits=99.0)),
        ("O3", PICTURE, {"route": "credits", "skip": 2}, set_members(credits=99.0)),
        ("O3", PICTURE, {"route": "credits", "skip": 2}, set_members(credits=100.0)),
        ("E3b", POOR, EMPTY, set_status(403)),
        ("E3b", POOR, EMPTY, set_error("Payment required")),
        ("E7", FAILURES, {"route": "credits", "skip": 1}, set_members(credits=99.887)),
        ("E7", FAILURES, {"route": "credits", "skip": 3}, set_members(credits=99.95)),
        ("E7", FAILURES, {"route": "sync", "status": 500}, set_header("x-cost", "0.113")),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, story, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(story, find_first(story, **where), make)


@pytest.mark.fact("E3c")
def test_an_empty_wallet_that_is_402_on_v1_and_406_on_v2_is_found():
    """It is the other way round."""
    story = tell("split")
    for route, status in (("sync", 406), ("submit", 402)):
        exchange = find_first("split", route, status)
        words = {"error": "Insufficient credits. You have 0.0 credits."}
        turned = {"status": 402 + 406 - status, "body": make_body(words)}
        story = change_story(story, exchange.number, **turned)
    assert "E3c" in {fact for fact, _ in find_differing(story)}
