"""Numbers as people read them: prices and seconds, at most four digits that count."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.contract.model_terms import Price


def render_figure(number: Decimal | float) -> str:
    """Spell a number with at most four significant digits, and never with an exponent."""
    rounded = Decimal(f"{number:.4g}")
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def render_price(price: Price) -> str:
    """Spell a price: the lowest and the highest, and what it is for unless that is a run."""
    amounts = [price.usd, *price.usd_by_value.values()]
    upto = f"-{render_figure(max(amounts))}" if price.usd_by_value else ""
    unit = "" if price.per == "run" else f" a {price.per}"
    return f"${render_figure(min(amounts))}{upto}{unit}"
