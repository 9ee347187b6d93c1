"""Judges of outputs as files: each can say no."""

import pytest

from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    set_header,
    set_members,
    set_status,
)

STORY = "a picture"
WHOLE = {"route": "output", "method": "GET"}
PART = {"route": "output", "status": 206}


@pytest.mark.fact("R7", "R10")
@pytest.mark.parametrize(
    ("fact", "where", "make"),
    [
        ("R7", WHOLE, set_status(401)),
        ("R7", WHOLE, set_status(404)),
        ("R7", {"route": "output", "status": 404}, set_status(200)),
        ("R7", {"route": "poll", "state": "COMPLETED"}, set_members(output="https://a.example/1")),
        ("R10", WHOLE, set_header("accept-ranges", None)),
        ("R10", WHOLE, set_header("accept-ranges", "none")),
        ("R10", WHOLE, set_status(206)),
        ("R10", PART, set_status(200)),
        ("R10", PART, set_header("content-range", None)),
        ("R10", PART, set_header("content-range", "bytes 0-8/100")),
        ("R10", PART, set_header("content-range", "bytes 5-14/100")),
        ("R10", {**WHOLE, "skip": 1}, set_status(206)),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(STORY, find_first(STORY, **where), make)


@pytest.mark.fact("R7", "R10")
def test_a_redirect_to_where_the_file_is_says_nothing_by_itself():
    """Such as to a signed address of a store."""

    def lead(exchange):
        return {"status": 302, "headers": (*exchange.headers, ("location", "https://a.example/b"))}

    assert find_changed(STORY, find_first(STORY, **WHOLE), lead) == set()


@pytest.mark.fact("R7")
def test_an_output_that_nobody_told_of_is_not_judged():
    """Whose it is, and how old, is not known."""
    gone = find_first(STORY, "output", 404)
    url = gone.url.replace("/outputs/", "/outputs/f")
    found = find_changed(STORY, gone, lambda _: {"url": url, "status": 200})
    assert "R7" not in found
