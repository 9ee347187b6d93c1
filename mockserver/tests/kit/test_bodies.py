"""What was delivered, and whether a result is that."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_tests.judging import bodies, cut_bodies
from client_tests.judging.trace import Exchange
from mockserver.base import digests

PNG = {"binary": True, "bytes": 3, "sha256": "ab"}
SOUND = {"truncated": True, "binary": True, "bytes": 128_126, "sha256": "cd"}
TEXT = {"truncated": True, "text": "{", "bytes": 70_000, "sha256": "ef", "json_sha256": "01"}
OLD = {"truncated": True, "text": "{"}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def make_exchange(body, content_type="image/png"):
    """Return an exchange with this answer."""
    response = {"headers": {"Content-Type": content_type}, "body": body}
    return Exchange({"seq": 7, "delivery": "intact", "response": response})


@given(values)
def test_a_digest_is_that_of_the_journal(value):
    """The two are written apart, since the kit knows of the emulator what it is told."""
    assert bodies.digest_json(value) == digests.digest_json(value)


def test_a_digest_is_what_the_documentation_says():
    """So that another program can make one."""
    said = json.dumps({"a": [1.0, True], "b": "é"}, sort_keys=True, separators=(",", ":"))
    assert bodies.digest_json({"b": "é", "a": [1, True]}) == sha256(said.encode()).hexdigest()


@pytest.mark.parametrize("kind", ["image/png", "Image/PNG", 'image/png; name="a;b"', " image/png "])
def test_the_case_and_the_parameters_of_a_media_type_mean_nothing(kind):
    """What is compared is the type."""
    assert bodies.is_media(make_exchange(PNG, kind))
    assert bodies.read_body(make_exchange(PNG, kind)) == {**PNG, "content_type": "image/png"}
    described = {"sha256": "ab", "bytes": 3, "content_type": "image/png"}
    assert bodies.is_same_media({**described, "content_type": kind}, {**described})


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "ac"},
        {"bytes": 4},
        {"bytes": None},
        {"content_type": "image/jpeg"},
        {"content_type": None},
    ],
)
@pytest.mark.parametrize("body", [PNG, SOUND])
def test_media_are_compared_by_digest_length_and_type(wrong, body):
    """Whether the journal has them whole or not."""
    served = bodies.read_body(make_exchange(body))
    right = {"sha256": body["sha256"], "bytes": body["bytes"], "content_type": "image/png"}
    assert bodies.is_same_media({**right, "more": 1}, served)
    assert not bodies.is_same_media({**right, **wrong}, served)
    assert not bodies.is_same_media("image/png", served)


@pytest.mark.parametrize(
    ("body", "is_cut", "is_known"),
    [
        ({"a": 1}, False, True),
        ({"truncated": True}, False, True),
        (PNG, False, True),
        (SOUND, True, True),
        (TEXT, True, True),
        (OLD, True, False),
        ({"truncated": True, "binary": True}, True, False),
    ],
)
def test_a_body_that_was_cut_is_known_by_its_digest(body, is_cut, is_known):
    """A server that tells none leaves open what it was."""
    read = bodies.read_body(make_exchange(body))
    assert (cut_bodies.is_cut(read), bodies.is_known(read)) == (is_cut, is_known)


def test_a_number_beyond_all_doubles_has_a_digest():
    """It is spelled out."""
    assert bodies.digest_json(10**400) != bodies.digest_json(10**401)


@given(st.dictionaries(st.text(max_size=3), values, max_size=4), st.integers(0, 200))
def test_of_a_body_that_was_cut_whole_members_are_read(document, kept):
    """Those at its beginning, and nothing that is not in it."""
    compact = json.dumps(document, separators=(",", ":"))
    read = cut_bodies.read_members(compact[:kept])
    assert list(read.items()) == list(document.items())[: len(read)]
    assert cut_bodies.read_members(compact) == document


@pytest.mark.parametrize("text", ["", "[1,2", "null", '{"a":1', '{"a"', "{", '{"a" 1,', "<html>"])
def test_of_what_is_cut_in_its_first_member_nothing_is_read(text):
    """A number may have gone on, and what is no object has no members."""
    assert cut_bodies.read_members(text) == {}


def test_an_answer_that_was_cut_tells_its_state():
    """And one that has a field of that name is read as any other."""
    cut = {"truncated": True, "text": '{"status":"FAILED","error":"out of'}
    assert make_exchange(cut).told == {"status": "FAILED"}
    named = {"status": "COMPLETED", "truncated": True}
    assert make_exchange(named).told == named
