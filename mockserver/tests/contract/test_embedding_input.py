"""The texts of a request are found under any name and in any form, and are not too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.embedding_input import (
    MOST_NUMBERS,
    MOST_WORDS,
    find_excess,
    read_input,
)
from mockserver.contract.model_terms import Names, Output

OUTPUT = Output("embedding", dimensions=64, dimensions_parameter=Names(["dims", "size"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
names = st.sampled_from(["prompt", "input", "texts", "contents", "dims", "parts", "text"])


@pytest.mark.fact("O7")
@pytest.mark.parametrize(
    ("params", "texts", "is_list"),
    [
        ({"prompt": "a jug"}, ["a jug"], False),
        ({"input": "a jug"}, ["a jug"], False),
        ({"prompt": None, "input": "a jug"}, ["a jug"], False),
        ({"input": ["a", "b"]}, ["a", "b"], True),
        ({"input": []}, [], True),
        ({"input": [12, 7]}, ["12 7"], False),
        ({"input": [[12, 7], [3]]}, ["12 7", "3"], True),
        ({"prompt": 5}, ["5"], False),
        ({"content": {"parts": [{"text": "a"}, {"text": "jug"}]}}, ["a jug"], False),
        ({"content": {"parts": {"text": "a"}}}, ["a"], False),
        ({"contents": [{"parts": [{"text": "a"}]}, "b"]}, ["a", "b"], True),
        ({"texts": [{"type": "text", "text": "a"}, {"type": "image"}]}, ["a", ""], True),
        ({}, [""], False),
    ],
    ids=str,
)
def test_texts_are_read_in_the_forms_of_every_provider(params, texts, is_list):
    """One text, a list of them, tokens, or objects with parts."""
    asked = read_input(OUTPUT, params)
    assert (asked.texts, asked.is_list, asked.dimensions) == (texts, is_list, 64)


@pytest.mark.parametrize(
    ("params", "dimensions"),
    [
        ({"dims": 8}, 8),
        ({"dims": "8"}, 8),
        ({"dims": None, "size": 9}, 9),
        ({"dims": 65}, 64),
        ({"dims": 0}, 64),
        ({"dims": "few"}, 64),
        ({"dimensions": 8}, 64),
    ],
    ids=str,
)
def test_a_parameter_asks_for_fewer_numbers(params, dimensions):
    """Under each of its names; what is no such number leaves all of them."""
    assert read_input(OUTPUT, params).dimensions == dimensions


def test_without_a_name_the_parameter_is_called_dimensions():
    """A contract need not say it."""
    assert read_input(Output("embedding", dimensions=64), {"dimensions": 8}).dimensions == 8


@pytest.mark.no_cover
@given(st.dictionaries(names, json_values))
def test_anything_can_be_read(params):
    """A job runs whose values are wrong, so nothing that is JSON is an error here."""
    asked = read_input(OUTPUT, params)
    assert all(isinstance(text, str) for text in asked.texts)
    assert 1 <= asked.dimensions <= 64
    assert find_excess(OUTPUT, params) is None


def test_more_than_one_answer_holds_is_told():
    """So many numbers, or words, and not one more."""
    wide = Output("embedding", dimensions=10_000)
    few = ["a"] * (MOST_NUMBERS // 10_000)
    assert find_excess(wide, {"input": few}) is None
    assert "101 texts with 10,000 numbers each" in str(find_excess(wide, {"input": [*few, "a"]}))
    assert find_excess(wide, {"input": [*few, "a"], "dimensions": 10}) is None
    words = "a " * MOST_WORDS
    assert find_excess(wide, {"input": words}) is None
    assert f"more than {MOST_WORDS:,} words" in str(find_excess(wide, {"input": [words, "b"]}))
