"""US dollars as people read them."""

from __future__ import annotations

from decimal import Decimal

_CENT = Decimal("0.01")


def render_dollars(amount: Decimal) -> str:
    """Return an amount with its cents, and with what is below them if there is anything."""
    return f"{amount.quantize(_CENT) if amount == round(amount, 2) else amount.normalize():f}"
