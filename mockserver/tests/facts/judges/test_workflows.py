"""Judges of workflows: an emulator agrees, and each change is found."""

import pytest

from mockserver.tests.facts.changing import (
    change,
    find_agreed,
    find_differing,
    with_document,
    with_members,
)
from mockserver.tests.facts.stories import KEY, UNKNOWN_ID, Witness, find_id

RUN = "/workflows/0f1e2d3c-tin"
POLL = "/workflows/request"
FACTS = ("N7", "N8", "N9", "N10")


@pytest.fixture(scope="module")
def witness():
    """A run that completes, one that fails, one that nobody made, and a key sent as Bearer."""
    seen = Witness()
    done = find_id(seen.ask("POST", RUN, {"prompt": "A boat"}))
    seen.ask("GET", f"{POLL}/{done}")
    failed = find_id(seen.ask("POST", RUN, {"prompt": "mock:fail=No"}))
    seen.advance(600)
    seen.ask("GET", f"{POLL}/{done}")
    seen.ask("GET", f"{POLL}/{failed}")
    seen.ask("GET", f"{POLL}/{UNKNOWN_ID}", known={"id-unknown"})
    seen.ask("POST", RUN, {"prompt": "A boat"}, key=None, bearer=KEY)
    return seen


@pytest.mark.fact(*FACTS)
def test_an_emulators_answers_agree(witness):
    """Each fact of workflows is seen, and none differs."""
    assert find_agreed(witness.story) >= set(FACTS)
    assert find_differing(witness.story) == set()


@pytest.mark.fact(*FACTS)
@pytest.mark.parametrize(
    ("fact", "number", "make"),
    [
        ("N7", 1, lambda one: {"body": with_members(one, message=None)}),
        ("N7", 1, lambda one: {"body": with_members(one, status="PROCESSING")}),
        ("N7", 1, lambda one: {"body": with_members(one, poll_url=f"{POLL}/{UNKNOWN_ID}")}),
        ("N8", 2, lambda one: {"body": with_members(one, output=None)}),
        ("N8", 4, lambda one: {"body": with_members(one, output=[])}),
        ("N8", 4, lambda one: {"body": with_members(one, output="none")}),
        ("N8", 4, lambda one: {"body": with_members(one, output='[{"keyname": "a"}]')}),
        ("N9", 5, lambda _one: {"status": 422}),
        ("N9", 5, lambda one: {"body": with_members(one, error_message="No")}),
        ("N8", 6, lambda _one: {"status": 200}),
        ("N10", 7, lambda _one: {"status": 401, "body": with_document({"error": "No"})}),
    ],
)
def test_a_change_is_found(witness, fact, number, make):
    """The fact that is broken is named at the exchange that breaks it."""
    exchange = witness.exchanges[number - 1]
    changed = change(witness.story, exchange, **make(exchange))
    assert (fact, number) in find_differing(changed)
