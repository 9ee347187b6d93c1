"""Judges of states: each can say no, and none is misled by polls that were under way together."""

import msgspec
import pytest

from mockserver.tests.facts.changing import find_agreed, find_differing
from mockserver.tests.facts.stories import tell
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    set_fields,
    set_members,
    set_metrics,
    set_status,
)

STORY = "a picture"
QUEUED = {"route": "status", "state": "QUEUED"}
PROCESSING = {"route": "status", "state": "PROCESSING"}
COMPLETED = {"route": "status", "state": "COMPLETED"}
PENDING_RESULT = {"route": "result", "state": "PROCESSING"}


@pytest.mark.fact("T1", "T2", "T3", "T8")
@pytest.mark.parametrize(
    ("fact", "where", "make"),
    [
        ("T1", QUEUED, set_members(status="STARTING")),
        ("T1", {**PROCESSING, "skip": 0}, set_members(status="NSFW")),
        ("T1", {"route": "result", "state": "COMPLETED"}, set_members(status="PROCESSING")),
        ("T1", {"route": "result", "state": "COMPLETED"}, set_members(status="FAILED")),
        ("T2", QUEUED, set_status(202)),
        ("T2", QUEUED, set_members(metrics=None)),
        ("T2", QUEUED, set_members(metrics={"queue_time": 1.5})),
        ("T2", QUEUED, set_members(status_url=None)),
        ("T2", QUEUED, set_members(response_url="/v2/requests/1")),
        ("T2", QUEUED, set_members(request_id="0" * 32)),
        ("T3", COMPLETED, set_members(request_id=None)),
        ("T3", COMPLETED, set_members(request_id="0" * 32)),
        ("T3", COMPLETED, set_members(metrics=None)),
        ("T3", COMPLETED, set_metrics(inference_time="12 s")),
        ("T3", COMPLETED, set_status(201)),
        ("T8", PENDING_RESULT, set_status(202)),
        ("T8", PENDING_RESULT, set_members(status=None)),
        ("T8", PENDING_RESULT, lambda _: {"status": 404, **set_members(status=None)(_)}),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(STORY, find_first(STORY, **where), make)


@pytest.mark.fact("T1")
def test_polls_that_were_under_way_together_may_be_answered_in_any_order():
    """The later one was answered first, so neither state came before the other."""
    first = find_first(STORY, "status", state="PROCESSING")
    later = find_first(STORY, "status", state="COMPLETED")
    exchanges = tuple(
        msgspec.structs.replace(each, sent_s=first.sent_s - 0.001)
        if each.number == later.number
        else each
        for each in tell(STORY).exchanges
        if each.number in {first.number, later.number}
    )
    story = msgspec.structs.replace(tell(STORY), exchanges=exchanges)
    assert "T1" in find_agreed(story)
    assert "T1" not in {fact for fact, _ in find_differing(story)}


@pytest.mark.fact("T1", "T7", "T8")
def test_answers_that_were_lost_or_not_kept_say_nothing():
    """Neither is a step, nor an expiry."""
    for lost in ({"status": None, "answered_s": None}, {"status": 504}):
        for where in (QUEUED, PENDING_RESULT):
            body = {"body": msgspec.structs.replace(find_first(STORY, **where).body, content=None)}
            found = find_changed(STORY, find_first(STORY, **where), set_fields(**lost, **body))
            assert found == set()
