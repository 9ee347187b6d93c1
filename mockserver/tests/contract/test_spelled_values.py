"""Texts that spell numbers and booleans, and no others."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.spelled_values import list_spellings, parse_boolean, parse_number

numbers = st.integers(-(10**38), 10**38) | st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.fact("P1")
@given(numbers)
def test_a_number_as_json_or_python_spells_it_is_read(number):
    """Whatever number a client makes a text, the same number is read."""
    for text in {json.dumps(number), str(number)}:
        assert parse_number(text) == number


@pytest.mark.fact("P1")
@pytest.mark.parametrize(
    ("text", "number"),
    [("8", 8), ("-1", -1), ("-0", 0), ("7.5", 7.5), ("8.0", 8), ("1e3", 1000), ("1E-2", 0.01)],
)
def test_every_form_of_a_number_is_read(text, number):
    """Signs, fractions and exponents are those of JSON."""
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", " 8", "8 ", "8\n", "+8", "08", "8.", ".5", "1e", "0x10", "1_000", "1,000"),
        *("abc", "NaN", "Infinity", "-Infinity", "nan", "inf", "1e999", "true", "null", "8px"),
        *("٨", "\uff18", "²"),
        *("9" * 41, "9" * 100_000, "1" + "0" * 10**6),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_other_texts_are_no_numbers(text):
    """Blanks, signs and digits that JSON does not know, what is not finite, and long texts."""
    assert parse_number(text) is None


@pytest.mark.fact("P1")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("true", True), ("True", True), ("false", False), ("False", False)),
        *((text, None) for text in ("", "TRUE", "yes", "on", "1", "0", " true", "t")),
    ],
)
def test_a_boolean_is_spelled_as_json_or_python_does(text, found):
    """Words that only forms know are no booleans."""
    assert parse_boolean(text) is found


@given(numbers | st.booleans())
def test_spellings_are_read_back(value):
    """Each text that stands for a value is read as that value."""
    for text in list_spellings(value):
        found = parse_boolean(text) if isinstance(value, bool) else parse_number(text)
        assert found in {value, float(value)}


@pytest.mark.parametrize("huge", [10**40, -(10**5000)], ids=["41 digits", "5,001 digits"])
def test_a_huge_number_stands_for_no_text(huge):
    """It is not spelled out at all."""
    assert list_spellings(huge) == ()
