"""What an answer tells of money, and what tells nothing."""

from __future__ import annotations

import pytest

from mockserver.verifier.money_told import read_amount


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (0.05, "0.05"),
        ("0.050", "0.05"),
        (100, "100"),
        (100.0, "100"),
        (-0.1, "-0.1"),
        ("1e999999", "1000000000000"),
        ("1e-999999", "0"),
        (10**400, "1000000000000"),
    ],
)
def test_numbers_and_texts_that_spell_one_are_amounts(value, amount):
    """Those that nobody has are cut to a million of millions, so that they can be written."""
    assert str(read_amount(value)) == amount


@pytest.mark.parametrize("value", [None, True, "NaN", "Infinity", "free", "", [], {}, float("nan")])
def test_anything_else_tells_nothing(value):
    """It is the judges who complain of it."""
    assert read_amount(value) is None
