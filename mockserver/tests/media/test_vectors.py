"""A vector is of length 1, the same for the same text, and near where words are shared."""

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.media.vectors import count_words, embed

texts = st.text(max_size=80)
sizes = st.sampled_from([1, 7, 64, 1536])
NUMBERS = [0.78886728, -0.29651712, 0.39534799, 0.36532994]


def measure_likeness(one, other):
    """Return the cosine of two vectors of length 1."""
    return sum(a * b for a, b in zip(one, other, strict=True))


@settings(max_examples=60)
@given(texts, sizes)
def test_any_text_has_a_vector_of_length_one(text, dimensions):
    """Of as many numbers as the model has, each of them from -1 to 1."""
    vector = embed("m", text, dimensions, dimensions)
    assert len(vector) == dimensions
    assert sqrt(sum(each * each for each in vector)) == pytest.approx(1, abs=1e-6)
    assert all(-1 <= each <= 1 for each in vector)
    assert embed("m", text, dimensions, dimensions) == vector


def test_the_case_of_letters_is_nothing():
    """`Boat` is `boat`."""
    assert embed("m", "A Paper BOAT", 64, 64) == embed("m", "a paper boat", 64, 64)


@settings(max_examples=60)
@given(texts, st.integers(1, 256))
def test_a_shorter_vector_is_the_beginning_of_the_whole_one(text, kept):
    """Its first numbers, brought to length 1, as those models do that can be asked for fewer."""
    whole, part = embed("m", text, 256, 256)[:kept], embed("m", text, 256, kept)
    length = sqrt(sum(each * each for each in whole))
    if length > 1e-3:
        assert part == pytest.approx([each / length for each in whole], abs=1e-4)
    assert len(part) == kept


@pytest.mark.parametrize("kept", [64, 256, 1536])
def test_texts_that_share_words_are_nearer_than_texts_that_share_none(kept):
    """The more words are shared, the nearer; other words are far, and another model is another."""
    boat = embed("m", "A paper boat drifts under the bridge", 1536, kept)
    near = embed("m", "The paper boat that drifts away", 1536, kept)
    half = embed("m", "A boat of stone", 1536, kept)
    far = embed("m", "Quarterly figures exceeded every forecast", 1536, kept)
    likeness = [measure_likeness(boat, other) for other in (near, half, far)]
    assert likeness[0] > likeness[1] > likeness[2]
    assert likeness[0] > 0.4
    assert -0.3 < likeness[2] < 0.35
    other = embed("n", "A paper boat drifts under the bridge", 1536, kept)
    assert measure_likeness(boat, other) < 0.5


def test_the_numbers_stay_what_they_are():
    """A vector that is kept in a test's data is the same with the next release."""
    assert embed("m", "A jug", 8, 4) == NUMBERS


@given(st.text(), st.integers(0, 5))
def test_words_are_counted_up_to_a_limit(text, most):
    """What comes after the limit is not looked at."""
    assert count_words(text, most) == min(most, count_words(text, 1_000))
    assert count_words("one, two; three", 9) == 3
