"""Judges of keys: each can say no."""

import pytest

from mockserver.facts.judges.authentication import MISSING_KEY
from mockserver.tests.facts.stories import IMAGE, KEY, STRANGE
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    set_error,
    set_fields,
    set_status,
)

STORY = "refusals"
SUBMIT = {"route": "submit", "status": 401}
BEARER = {**SUBMIT, "account": KEY, "key_place": "bearer"}


@pytest.mark.fact("A1", "A2", "A3", "A4", "A6", "A7")
@pytest.mark.parametrize(
    ("fact", "where", "make"),
    [
        ("A1", {"route": "credits"}, lambda _: {"status": 401, **set_error(MISSING_KEY)(None)}),
        ("A2", {**SUBMIT, "account": None}, set_status(403)),
        ("A2", {**SUBMIT, "account": None}, set_status(200)),
        ("A2", {**SUBMIT, "account": None}, set_error("No key")),
        ("A3", {**SUBMIT, "account": STRANGE}, set_status(403)),
        ("A3", {**SUBMIT, "account": STRANGE}, set_status(200)),
        ("A3", {**SUBMIT, "account": STRANGE}, set_error("Invalid token")),
        ("A4", {**BEARER, "subject": IMAGE}, set_status(200)),
        ("A4", {**BEARER, "subject": IMAGE}, set_status(403)),
        ("A4", {"route": "pixelflows-run", "key_place": "bearer"}, set_status(401)),
        ("A6", {"route": "submit", "status": 403}, set_fields(known=frozenset({"slug-unknown"}))),
        ("A7", {**BEARER, "subject": "gpt-5.5"}, set_status(200)),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(STORY, find_first(STORY, **where), make)


@pytest.mark.fact("A3")
@pytest.mark.parametrize("rest", ["...", ". Create one in the console.", ""])
def test_the_message_about_a_key_goes_on_as_it_likes(rest):
    """Three dots stand for a rest that nobody quotes."""
    words = f"Unauthorized. API key is invalid or may have expired{rest}"
    exchange = find_first(STORY, **SUBMIT, account=STRANGE)
    assert "A3" not in find_changed(STORY, exchange, set_error(words))


def test_a_bearer_token_that_opened_nothing_else_is_not_known_to_be_good():
    """Of a key of which nobody knows anything, 401 says nothing."""
    exchange = find_first(STORY, **BEARER)
    found = find_changed(STORY, exchange, set_fields(account="another", status=403))
    assert not found & {"A4", "A7"}
