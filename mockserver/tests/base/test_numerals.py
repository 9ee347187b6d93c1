"""Numbers as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.numerals import is_number, is_whole

SLIPS = [
    "",
    " 5",
    "5 ",
    "1_0",
    "\u0661",
    "\uff11",
    "nan",
    "inf",
    "-Infinity",
    "0x1",
    "1e",
    "e1",
    ".",
    "5\n",
]
"""Most of them are numbers to `int`, `float` or `Decimal`."""


@pytest.mark.parametrize("text", SLIPS)
def test_what_python_reads_leniently_is_no_number(text):
    """Blanks, underscores, other digits and words are refused."""
    assert not is_whole(text)
    assert not is_number(text)


@pytest.mark.parametrize("text", ["0.5", "1.", ".5", "1e3", "1E-3", "2.5e+1"])
def test_a_point_or_an_exponent_makes_no_whole_number(text):
    """They are numbers, though."""
    assert is_number(text)
    assert not is_whole(text)


@given(st.integers())
def test_every_integer_is_whole_as_python_writes_it(number):
    """With and without its sign."""
    assert is_whole(str(number))
    assert is_whole(f"{number:+}")
    assert is_number(str(number))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_one_as_python_writes_it(number):
    """As a float, and as a decimal."""
    assert is_number(repr(number))
    assert is_number(str(Decimal(number)))
