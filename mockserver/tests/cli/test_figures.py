"""Numbers as people read them."""

from decimal import Decimal

import pytest

from mockserver.cli.figures import render_figure


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Decimal("0.0306554"), "0.03066"),
        (Decimal("0.0000001"), "0.0000001"),
        (Decimal("10.00"), "10"),
        (Decimal("0.15"), "0.15"),
        (Decimal(0), "0"),
        (490.867, "490.9"),
        (86_412.6, "86410"),
        (100, "100"),
        (1e21, "1000000000000000000000"),
    ],
)
def test_a_number_has_at_most_four_digits_that_count(number, shown):
    """No zeros after them behind the point, and no exponent."""
    assert render_figure(number) == shown
