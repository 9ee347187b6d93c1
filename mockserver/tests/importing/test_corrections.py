"""What a person has corrected in a file stays, and a slip in saying so is told."""

from __future__ import annotations

import pytest

from mockserver.importing.corrections import respect_hand

MADE = {"x-model": {"typical_s": 3}, "properties": {"a": {"type": "integer"}, "b": {}}}


@pytest.mark.parametrize(
    ("at", "there", "kept"),
    [
        ("/properties/a", {"properties": {"a": {"type": "string"}}}, {"a": {"type": "string"}}),
        ("/properties/b", {"properties": {}}, None),
        ("/properties/c", {"properties": {"c": {"type": "null"}}}, {"c": {"type": "null"}}),
        (
            "/properties/a/type",
            {"properties": {"a": {"type": "number"}}},
            {"a": {"type": "number"}},
        ),
    ],
)
def test_what_was_corrected_by_hand_stays(at, there, kept):
    """At the places that a file names it stays as it is, left out or added."""
    by_hand = [{"at": at, "why": "the page is wrong"}]
    found = respect_hand(MADE, {"x-by-hand": by_hand, **there})
    assert found["x-by-hand"] == by_hand
    if kept is None:
        assert "b" not in found["properties"]
    else:
        assert found["properties"] == {**MADE["properties"], **kept}
    assert found["x-model"] == MADE["x-model"]


def test_what_was_changed_elsewhere_does_not_stay():
    """Without a place that names it, a change is none of a person's."""
    there = {"properties": {"a": {"type": "string"}}}
    assert respect_hand(MADE, there) == MADE


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("/properties/a", "array"),
        (["/properties/a"], "object"),
        ([{"at": "/properties/a"}], "why"),
        ([{"at": "/properties/a", "why": "?", "when": "now"}], "when"),
        ([{"at": "properties.a", "why": "?"}], "'/properties/steps' was expected"),
        ([{"at": "/properties/z", "why": "?"}], "'/properties/z' is neither in this file"),
        ([{"at": "/propertys/a", "why": "?"}], "'/propertys/a' is neither in this file"),
        ([{"at": "/x-model/typical_s/0", "why": "?"}], "name 'typical_s' as a whole"),
        ([{"at": "", "why": "?"}], "'' came"),
    ],
)
def test_a_correction_that_would_be_lost_is_told(listed, said):
    """Its place is misspelt, or it is none at all: what a person wrote is not overwritten."""
    there = {"x-by-hand": listed, "properties": {"a": {}}, "x-model": {"typical_s": 3}}
    with pytest.raises(ValueError, match=r".") as refusal:
        respect_hand(MADE, there)
    assert said in str(refusal.value)


def test_a_pointer_escapes_slashes():
    """As RFC 6901 has it."""
    there = {"x-by-hand": [{"at": "/a~1b~0", "why": "?"}], "a/b~": 1}
    assert respect_hand({}, there)["a/b~"] == 1
