"""Judges of how long a run can be asked for: each can say no."""

import pytest

from mockserver.tests.facts.stories import HOUR_S, UNKNOWN_ID
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    set_error,
    set_fields,
    set_status,
)
from mockserver.tests.facts.witness import spell_with_dashes

STORY, REFUSED = "a picture", "refusals"
GONE = {"route": "status", "status": 404}


@pytest.mark.fact("T6", "T7")
@pytest.mark.parametrize(
    ("fact", "story", "where", "make"),
    [
        ("T6", REFUSED, GONE, set_status(400)),
        ("T6", REFUSED, GONE, set_status(200)),
        ("T6", REFUSED, GONE, set_error("Not found")),
        ("T6", REFUSED, GONE, set_error("Request not found")),
        (
            "T6",
            REFUSED,
            {**GONE, "subject": spell_with_dashes(UNKNOWN_ID)},
            set_error(f"Request {UNKNOWN_ID} not found"),
        ),
        ("T6", STORY, GONE, set_status(410)),
        ("T7", STORY, GONE, set_status(200)),
        ("T7", STORY, {"route": "result", "state": "COMPLETED"}, set_status(404)),
        ("T7", STORY, {"route": "status", "state": "QUEUED"}, set_status(404)),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, story, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(story, find_first(story, **where), make)


@pytest.mark.fact("T7")
@pytest.mark.parametrize("seconds", [HOUR_S - 0.5, HOUR_S + 0.5])
def test_within_the_slack_of_two_clocks_nothing_is_said_of_the_hour(seconds):
    """When the gateway took the submit is known to within the way there and back."""
    submitted, gone = find_first(STORY, "submit"), find_first(STORY, **GONE)
    at_s = submitted.sent_s + seconds
    for status in (200, 404):
        moved = set_fields(sent_s=at_s, answered_s=at_s + 0.01, status=status)
        assert "T7" not in find_changed(STORY, gone, moved)


@pytest.mark.fact("T7")
def test_the_run_of_another_account_is_not_found_and_that_is_no_expiry():
    """Nobody can ask for it but who made it."""
    poll = find_first(STORY, "status", state="QUEUED")
    assert "T7" not in find_changed(STORY, poll, set_fields(account="another", status=404))
