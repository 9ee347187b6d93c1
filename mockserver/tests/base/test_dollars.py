"""Amounts of money have their cents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mockserver.base.dollars import render_dollars


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.0", "0.00"),
        ("0.1", "0.10"),
        ("12", "12.00"),
        ("0.0184", "0.0184"),
        ("0.150", "0.15"),
        ("0.01840", "0.0184"),
    ],
)
def test_money_has_its_cents(amount, text):
    """And what is below them."""
    assert render_dollars(Decimal(amount)) == text
