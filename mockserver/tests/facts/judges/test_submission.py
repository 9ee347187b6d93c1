"""Judges of submits: each can say no."""

import msgspec
import pytest

from mockserver.tests.facts.changing import find_differing
from mockserver.tests.facts.stories import tell
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    set_header,
    set_members,
    set_status,
)
from mockserver.tests.facts.witness import change_story, spell_with_dashes

STORY = "a picture"
SHORT, LATER = "0123456789ab", "01234567-89ab-7def-8123-456789abcdef"


@pytest.mark.fact("S1", "S1b")
@pytest.mark.parametrize(
    ("fact", "make"),
    [
        ("S1", set_status(202)),
        ("S1", set_members(status="PROCESSING")),
        ("S1", set_members(poll_url=None)),
        ("S1", set_members(eta=3)),
        ("S1", set_members(status_url="/v2/requests/1/status")),
        ("S1", set_members(poll_url="https://127.0.0.1:8765/v1/requests/1")),
        ("S1b", set_members(request_id=SHORT)),
        ("S1b", set_members(request_id=LATER)),
        ("S1b", set_members(request_id=7)),
    ],
)
def test_a_change_of_a_confirmation_is_found(fact, make):
    """By the judge of its fact, at the exchange that was changed."""
    assert fact in find_changed(STORY, find_first(STORY, "submit"), make)


@pytest.mark.fact("S1")
def test_addresses_of_two_schemes_are_found():
    """One in http beside others in https is no address of the gateway's."""
    submitted = find_first(STORY, "submit")
    plain = submitted.body.document["status_url"].replace("https://", "http://")
    assert "S1" in find_changed(STORY, submitted, set_members(status_url=plain))


@pytest.mark.fact("S1b")
def test_an_id_that_is_not_found_in_its_other_spelling_is_found():
    """A run that is there is asked for with dashes."""
    identifier = find_first(STORY, "submit").body.document["request_id"]
    exchange = find_first(STORY, "status", subject=spell_with_dashes(identifier))
    assert "S1b" in find_changed(STORY, exchange, set_status(404))


@pytest.mark.fact("S2")
def test_two_posts_with_one_id_are_found():
    """However alike they are."""
    first, second = (find_first(STORY, "submit", skip=skip) for skip in (0, 1))
    changed = change_story(tell(STORY), second.number, body=first.body)
    assert ("S2", second.number) in find_differing(changed)


def test_a_confirmation_in_another_order_with_another_header_is_none():
    """Clients cannot tell an order, and headers are not part of it."""
    exchange = find_first(STORY, "submit")
    turned = dict(reversed(exchange.body.document.items()))
    body = msgspec.structs.replace(exchange.body, content=msgspec.json.encode(turned))
    assert find_changed(STORY, exchange, lambda _: {"body": body}) == set()
    assert find_changed(STORY, exchange, set_header("x-trace", "1")) == set()
