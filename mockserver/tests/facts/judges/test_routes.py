"""Judges of routes: each can say no."""

import pytest

from mockserver.facts.observed import Body
from mockserver.tests.facts.changing import find_differing
from mockserver.tests.facts.stories import IMAGE, tell
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    make_body,
    set_error,
    set_fields,
    set_header,
    set_members,
    set_metrics,
    set_status,
)
from mockserver.tests.facts.witness import change_story

STORY, REFUSED, ABSENT = "a picture", "refusals", "what there is not"
COMPLETED = {"state": "COMPLETED"}
VERB = {"route": "sync", "status": 405, "method": "GET"}


@pytest.mark.fact("R1", "R2", "R3", "R4", "R5", "R8", "R9")
@pytest.mark.parametrize(
    ("fact", "story", "where", "make"),
    [
        (
            "R1",
            "failures",
            {"route": "sync"},
            set_fields(body=make_body({"status": "QUEUED", "request_id": "1"})),
        ),
        ("R2", STORY, {"route": "submit"}, set_members(output="https://a.example/1.png")),
        ("R2", STORY, {"route": "submit"}, set_members(status="COMPLETED")),
        ("R2", STORY, {"route": "submit"}, set_members(request_id=None)),
        ("R3", STORY, {"route": "status", **COMPLETED}, set_members(output="1.png")),
        ("R3", STORY, {"route": "status", **COMPLETED}, set_members(images=[])),
        ("R3", STORY, {"route": "status", **COMPLETED}, set_members(metrics=None)),
        ("R3", STORY, {"route": "status", **COMPLETED}, set_members(status=4)),
        ("R4", STORY, {"route": "result", **COMPLETED}, set_members(output=None)),
        ("R4", STORY, {"route": "result", **COMPLETED}, set_members(metrics=None)),
        ("R5", STORY, {"route": "poll", **COMPLETED}, set_members(images=None)),
        ("R5", STORY, {"route": "poll", **COMPLETED}, set_metrics(cost=9.0)),
        ("R5", STORY, {"route": "poll", **COMPLETED}, set_status(202)),
        ("R5", "failures", {"route": "poll", "status": 422}, set_status(200)),
        ("R5", "failures", {"route": "poll", "status": 422}, set_members(status=None)),
        ("R5", REFUSED, {"route": "poll", "status": 404}, set_error("Request 1 not found")),
        ("R8", REFUSED, VERB, set_status(404)),
        ("R8", REFUSED, VERB, set_status(200)),
        ("R8", REFUSED, VERB, set_header("content-type", "application/json")),
        ("R8", REFUSED, VERB, set_fields(body=Body.of(b'{"error": "No"}'))),
        ("R9", ABSENT, {"route": "result", "status": 405, "method": "DELETE"}, set_status(200)),
        ("R9", ABSENT, {"route": "submit", "status": 405, "method": "GET"}, set_status(200)),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, story, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(story, find_first(story, **where), make)


@pytest.mark.fact("R9")
def test_two_posts_that_an_idempotency_key_has_merged_are_found():
    """Both have the id of the first."""
    keyed = [each for each in tell(STORY).exchanges if each.find_request_header("idempotency-key")]
    changed = change_story(tell(STORY), keyed[1].number, body=keyed[0].body)
    assert ("R9", keyed[1].number) in find_differing(changed)


@pytest.mark.fact("R8")
def test_another_verb_on_a_slug_that_nobody_knows_is_not_judged_by_its_status():
    """What a server answers about a model that there is not is not known."""
    verb = find_first(REFUSED, **VERB)
    url = verb.url.replace(IMAGE, "no-such-model")
    assert find_changed(REFUSED, verb, set_fields(url=url)) == set()
    page = Body.of(b'{"error": "Model not found"}')
    json = set_header("content-type", "application/json")(verb)
    assert find_changed(REFUSED, verb, set_fields(url=url, status=404, body=page, **json)) == set()
