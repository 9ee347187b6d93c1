"""Digests of bodies."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.digests import describe_whole, digest_json

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def test_a_body_is_told_by_its_length_and_its_digest():
    """What is no JSON has no digest of its JSON."""
    body = b"\x89PNG\x00"
    assert describe_whole(body) == (5, sha256(body).hexdigest(), "")
    assert describe_whole(b"[" * 100_000)[2] == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a": 1, "b": "\xc3\xa4"}', b'{"b":"\\u00e4","a":1.0}'),
        (b"[0, 1e2]", b"[-0.0,100]"),
        (b"9007199254740993", b"9007199254740992"),
    ],
)
def test_the_same_json_has_one_digest_however_it_is_spelled(one, other):
    """Order of names, escapes, white space and the spelling of a double do not matter."""
    assert describe_whole(one)[2] == describe_whole(other)[2] != ""
    assert describe_whole(one)[1] != describe_whole(other)[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (0, False), (None, ""), ("1", 1), ([], {}), (["a", "b"], ["b", "a"]), ("a", "a ")],
)
def test_other_json_has_another_digest(one, other):
    """However alike it looks."""
    assert digest_json(one) != digest_json(other)


@given(values)
def test_every_value_has_a_digest_that_survives_a_trip_over_the_wire(value):
    """Numbers of any size among them."""
    assert describe_whole(msgspec.json.encode(value))[2] == digest_json(value)


def test_a_number_beyond_all_doubles_has_a_digest():
    """It is spelled out."""
    assert digest_json(10**400) != digest_json(10**401)
