"""Long values, written short."""

from __future__ import annotations

import pytest

from client_tests.cases.repetition import expand
from client_tests.excerpts import MOST, shorten


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ({"$times": [3, "ab"]}, "ababab"),
        ({"$times": [2, [0, {"a": {"$times": [2, "x"]}}]]}, [0, {"a": "xx"}] * 2),
        ({"$join": ["a", {"$times": [2, "b"]}, "c"]}, "abbc"),
        ({"$join": [[1], {"$times": [2, [2]]}]}, [1, 2, 2]),
        ([{"p": {"$times": [0, "a"]}}], [{"p": ""}]),
    ],
)
def test_what_is_written_short_is_written_out(short, long):
    """Wherever it stands."""
    assert expand(short) == long


@pytest.mark.parametrize(
    "plain",
    [{"$times": 3}, {"$times": [3, "a"], "b": 1}, {"$join": []}, {"times": [2, "a"]}, None, 7, "a"],
)
def test_what_is_not_written_short_stays(plain):
    """A parameter may be called like anything."""
    assert expand(plain) == plain


def test_a_long_text_is_shown_by_its_beginning_and_its_end():
    """And by how long it is, so that one sees where it was cut."""
    assert shorten("a" * MOST) == "a" * MOST
    shown = shorten("a" * 999_990 + "0123456789")
    assert shown.endswith("a0123456789")
    assert "(1,000,000 characters)" in shown
    assert len(shown) < MOST + 40
