"""Members that answers lack differ, those they have besides are worth a word."""

import msgspec
import pytest

from mockserver.drift.shapes import compare_shapes, find_shape, judge_shapes
from mockserver.facts.observed import Body
from mockserver.settings import Settings
from mockserver.tests.drift.recordings import witness_run
from mockserver.tests.facts.reports import make_exchange
from mockserver.tests.facts.stories import tell
from mockserver.tests.facts.witness import Witness, change_story

EMULATED = {"a": 1, "b": {"c": "x", "d": None}, "e": [{"f": 1.5}], "seed": 3, "timings": {"x": 1}}


def compare(found):
    """Return what is said of a document, held against the one of the emulator."""
    said = list(compare_shapes("shape of status (200)", make_exchange(1), EMULATED, found))
    return [(each.where, each.expected, each.found, each.agrees, each.remark) for each in said]


def agree(found):
    """Return the remark about a document that agrees."""
    ((where, _, _, agrees, remark),) = compare(found)
    assert (where, agrees) == ("body", True)
    return remark


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"a": -7.5, "e": []},
        {"b": {"c": "", "d": "known now"}},
        {"timings": {}},
        {"timings": {"y": "2 s"}},
    ],
)
def test_values_order_and_what_nobody_knows_are_no_difference(change):
    """Nor is a list without items, or the type of what is null in the emulator."""
    changed = EMULATED | change
    assert agree(dict(reversed(changed.items()))) == ""
    del changed["seed"]
    assert agree(changed) == ""


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"a": "1"}, ("body.a", "number", "string")),
        ({"a": True}, ("body.a", "number", "boolean")),
        ({"a": None}, ("body.a", "number", "null")),
        ({"b": []}, ("body.b", "object", "array")),
        ({"b": {"c": "x"}}, ("body.b.d", "null", "missing")),
        ({"e": [{}]}, ("body.e[].f", "number", "missing")),
        ({"e": [{"f": 1}, {"f": "2"}]}, ("body.e[].f", "number", "number or string")),
    ],
)
def test_another_type_and_a_missing_member_differ(change, difference):
    """They are told once: what would be inside of them is not told too."""
    assert [each[:3] for each in compare(EMULATED | change)] == [difference]


def test_more_members_are_worth_a_word():
    """The outermost of them are named, a few of many."""
    assert agree(EMULATED | {"x": {"y": 1}}) == "it has x, which the emulator has not"
    many = {f"x{n}": n for n in range(9)}
    assert agree(EMULATED | many).startswith("it has x0, x1, x2, x3, x4 and 4 more, which")


def test_what_is_very_deep_is_not_looked_at():
    """A document is no way to make segmock fail."""
    document = 1
    for _ in range(400):
        document = [document]
    assert len(find_shape(document)) < 50


STORIES = (
    "a picture",
    "several pictures",
    "a film",
    "other kinds",
    "failures",
    "refusals",
    "files",
)


@pytest.mark.parametrize("name", STORIES)
def test_answers_of_an_emulator_have_its_shapes(name):
    """Whatever is asked of it, in every state."""
    said = list(judge_shapes(tell(name), Settings()))
    assert [each for each in said if not each.agrees or each.remark] == []
    assert said


def test_shapes_are_called_after_what_decides_them():
    """The route, the state or the status, and the model where it makes a difference."""
    witness = Witness(speed=1)
    witness.exchanges += witness_run(speed=1)
    witness.run("ideogram-3")
    assert {each.fact for each in judge_shapes(witness.story, Settings())} == {
        "shape of submit (200)",
        "shape of status (QUEUED)",
        "shape of status (PROCESSING)",
        "shape of status (COMPLETED)",
        "shape of result (COMPLETED, ideogram-3)",
        "shape of result (404)",
        "shape of sync (200, ideogram-3)",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"status": None, "body": Body.of(b"")},
        {"status": 503},
        {"body": Body.of(b"<html></html>")},
        {"body": Body.of(b'"text"')},
        {"url": "https://api.segmind.com/outputs/a.png"},
    ],
)
def test_what_the_emulator_does_not_answer_alike_has_no_shape(change):
    """Another status is another fact's matter."""
    witness = Witness()
    witness.read_balance()
    assert len(list(judge_shapes(witness.story, Settings()))) == 1
    assert list(judge_shapes(change_story(witness.story, 1, **change), Settings())) == []


def test_a_request_that_was_not_kept_is_not_asked_again():
    """What it yields is not looked at either: nobody knows the run."""
    witness = Witness()
    witness.submit("ideogram-3")
    left_out = Body(size=9, digest="")
    story = change_story(witness.story, 1, request_body=left_out)
    assert list(judge_shapes(story, Settings())) == []


def test_a_state_that_there_is_none_of_has_no_shape():
    """Nor has one that the run has left behind."""
    story = Witness().story
    exchanges = witness_run(speed=1)
    for number, state in ((2, "STARTING"), (4, "QUEUED")):
        document = {**exchanges[number - 1].body.document, "status": state}
        body = Body.of(msgspec.json.encode(document))
        story = msgspec.structs.replace(story, exchanges=tuple(exchanges))
        said = judge_shapes(change_story(story, number, body=body), Settings())
        assert number not in {each.number for each in said}
