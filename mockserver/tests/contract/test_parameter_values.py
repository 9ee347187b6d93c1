"""Values of parameters: found under their names, and read as numbers, flags and seconds."""

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.parameter_values import (
    find_value,
    read_count,
    read_flag,
    read_number,
    read_seconds,
    read_whole,
    spell,
)

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
texts = st.text() | st.from_regex(r"\A-?[0-9]{1,60}(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?( ?s)?\Z")
anything = st.recursive(
    scalars | texts | st.sampled_from([10**4000, -(10**400), 1e308]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.fact("P2")
@pytest.mark.parametrize(
    ("names", "value"),
    [
        (("width",), 2),
        (("other", "width"), 2),
        (("absent", "width"), 2),
        (("other",), None),
        (("absent",), None),
        ((), None),
    ],
)
def test_the_first_name_that_comes_and_is_not_null_decides(names, value):
    """Null is as if it were left out (P2), and no other parameter stands in for these."""
    assert find_value({"width": 2, "absent": None, "": 894}, names) == value


@pytest.mark.fact("P1")
@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (5.5, 5.5),
        ("5", 5),
        ("-1", -1),
        ("7.5", 7.5),
        ("1e3", 1000.0),
        ("1502673077", 1502673077),
        (" 5", None),
        ("5 ", None),
        ("05", None),
        ("+5", None),
        (".5", None),
        ("1_000", None),
        ("\u0661", None),
        ("nan", None),
        ("1e999", None),
        ("9" * 41, None),
        ("", None),
        (True, None),
        (None, None),
        ([5], None),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_text_is_a_number_where_json_would_spell_it_so(value, number):
    """Nothing stands before or behind the number, and what is no number stays none."""
    assert read_number(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1),
        (4.0, 4),
        ("4", 4),
        ("4.0", 4),
        (10, 10),
        (11, None),
        (0, None),
        (-3, None),
        (1.5, None),
        ("1.5", None),
        (1e300, None),
        (True, None),
    ],
)
def test_a_whole_number_may_have_a_fraction_of_nothing(value, number):
    """Numbers from 1 to the most that is allowed count, whatever else comes."""
    assert read_count(value, 10) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3131738736286, 3131738736286),
        ("65312568548", 65312568548),
        (-7, -7),
        (2**70, 2**70),
        (1e15, 10**15),
        (1e17, None),
    ],
)
def test_whole_numbers_may_be_beyond_32_bits_and_negative(value, number):
    """Only a float that is not exact is none."""
    assert read_whole(value) == number


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (5, 5),
        ("5", 5),
        ("5s", 5),
        ("7.5 S", 7.5),
        ("10 sec", 10),
        ("10  sec", None),
        ("s", None),
        ("1.2.3s", None),
        ("five", None),
        ("9" * 41, None),
        (True, None),
        (None, None),
    ],
)
def test_seconds_may_have_their_unit(value, seconds):
    """A number, and one space at the most before what says that it is seconds."""
    assert read_seconds(value) == seconds


@pytest.mark.fact("P1")
@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True),
        ("true", True),
        ("True", True),
        (False, False),
        ("false", False),
        (1, False),
        ("1", False),
        ("TRUE", False),
        ("yes", False),
        (None, False),
        ([True], False),
    ],
)
def test_a_text_may_spell_true(value, flag):
    """What a form or a JSON text says is true; nothing that only resembles it is."""
    assert read_flag(value) is flag


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("5", "5"),
        (5, "5"),
        (5.0, "5"),
        (0.25, "0.25"),
        (True, "true"),
        ("720p", "720p"),
        (None, ""),
        (["5"], ""),
        ({"5": 5}, ""),
        (10**4000, ""),
    ],
    ids=lambda value: str(value)[:12] if not isinstance(value, int) else "",
)
def test_a_number_and_its_text_are_one_word(value, word):
    """So a table by value has one row for both."""
    assert spell(value) == word


@given(anything)
def test_any_value_is_read_without_raising(value):
    """What is read of any JSON is a finite number, or none."""
    for number in (read_number(value), read_seconds(value), read_whole(value)):
        assert number is None or isinstance(number, int) or isfinite(number)
    count = read_count(value, 16)
    assert count is None or 1 <= count <= 16
    assert isinstance(spell(value), str)
    assert isinstance(read_flag(value), bool)
