"""The judges of facts: what an emulator answers agrees, and each judge can say no."""

import msgspec
import pytest

from mockserver.facts.judges import judge_story
from mockserver.facts.observed import Body
from mockserver.tests.facts.stories import CATALOGUE, UNKNOWN_ID, Witness


@pytest.fixture(scope="module")
def story():
    """Return a submit, a call without a key and a poll of an id that nobody has."""
    witness = Witness()
    witness.submit("ideogram-3")
    witness.submit("ideogram-3", key=None)
    witness.ask("GET", f"/v2/requests/{UNKNOWN_ID}/status", known={"id-unknown"})
    return witness.story


@pytest.mark.fact("A2", "S1", "T6")
def test_what_an_emulator_answers_agrees(story):
    """A sound server is accused of nothing."""
    judgements = judge_story(story, CATALOGUE)
    assert {each.fact for each in judgements} >= {"A2", "S1", "T6"}
    assert [each for each in judgements if not each.agrees] == []


@pytest.mark.parametrize(
    ("fact", "number", "change"),
    [
        ("S1", 1, {"status": 202}),
        ("S1", 1, {"body": Body.of(b'{"request_id": "1"}')}),
        ("A2", 2, {"status": 403}),
        ("A2", 2, {"body": Body.of(b'{"error": "No key"}')}),
        ("T6", 3, {"status": 410}),
        ("T6", 3, {"body": Body.of(b'{"error": "Request 7 not found"}')}),
    ],
)
def test_a_judge_says_no_where_one_thing_is_changed(story, fact, number, change):
    """Each says it of the exchange that was changed."""
    exchanges = [
        msgspec.structs.replace(each, **change) if each.number == number else each
        for each in story.exchanges
    ]
    changed = msgspec.structs.replace(story, exchanges=tuple(exchanges))
    differing = [each for each in judge_story(changed, CATALOGUE) if not each.agrees]
    assert (fact, number) in {(each.fact, each.number) for each in differing}


def test_what_does_not_answer_is_accused_of_nothing(story):
    """A lost answer, and a page of a proxy's, say nothing of the gateway."""
    for change in ({"status": None, "answered_s": None}, {"status": 502, "body": Body.of(b"<p>")}):
        lost = tuple(msgspec.structs.replace(each, **change) for each in story.exchanges)
        changed = msgspec.structs.replace(story, exchanges=lost)
        assert judge_story(changed, CATALOGUE) == ()
