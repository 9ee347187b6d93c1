"""A text has the length, the pattern and the format that it is asked for."""

from unittest.mock import Mock

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples import strings
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.checks import Checks
from mockserver.schema_samples.strings import FORMATS, MOST_CHARACTERS


def text(schema, draws):
    """Return a text for keywords, out of a budget of its own."""
    budget = Budget()
    return strings.make_text(schema, draws, Checks({}, budget), budget)


@given(st.integers(0, 60), st.integers(0, 9), st.integers())
def test_a_text_has_a_length_between_its_bounds(low, room, seed):
    """Words are added, or cut off, until the length is right."""
    assert (
        low
        <= len(text({"minLength": low, "maxLength": low + room}, SeededRandom(seed)))
        <= low + room
    )


@pytest.mark.parametrize("form", FORMATS)
@given(st.integers())
def test_a_text_of_a_format_is_one(form, seed):
    """Each format is written as the validator reads it."""
    written = text({"format": form}, SeededRandom(seed))
    schema = {"type": "string", "format": form}
    assert jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(written), written


def test_without_a_bound_a_text_is_a_few_words():
    """Words can be read, and are the same for the same draws."""
    assert text({}, SeededRandom(1)) == text({}, SeededRandom(1))
    assert 1 <= len(text({}, SeededRandom(1)).split()) <= 3


def test_a_text_that_cannot_be_is_told():
    """What no text can be, or none that is made here, is told with a reason."""
    for schema, words in (
        ({"minLength": MOST_CHARACTERS + 1}, "longer than any"),
        ({"minLength": 2, "maxLength": 1}, "no text has 2 or more"),
        ({"format": "uuid", "maxLength": 9}, "that is uuid"),
        ({"patterns": ["^a$", "^b$"]}, "that is ^a$ and ^b$"),
    ):
        with pytest.raises(UnmetError) as unmet:
            text(schema, SeededRandom(1))
        assert words in str(unmet.value)


@pytest.mark.parametrize("low", [3_000, MOST_CHARACTERS])
def test_a_long_text_repeats_its_words(low):
    """It takes no more draws than a page does, and ends as a text of words."""
    draws = Mock(wraps=SeededRandom(1))
    written = text({"minLength": low}, draws)
    assert low <= len(written) <= low + 20
    assert draws.draw_integer.call_count < 300
    assert len(set(written.split())) > 10
