"""What an answer tells of money, in the four places where services tell it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from mockserver.contract.run_parameters import SMALLEST_AMOUNT
from mockserver.facts.observed import Observed

SMALLEST = Decimal("0.000001")
"""US dollars; two amounts that differ by less are the same: services tell them as fractions."""

_MOST_DIGITS = 12
_MOST = Decimal(10) ** _MOST_DIGITS


class MoneyTold(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer tells, each with the place where it does; US dollars.

    Attributes:
        costs: What a run has cost: in `metrics.cost` and in `x-cost`.
        remaining: What is left: in `metrics.remaining_credits` and in `x-remaining-credits`.
        balance: The two numbers of the balance's own route, `credits` and `free-credits`.
    """

    costs: tuple[tuple[str, Decimal], ...] = ()
    remaining: tuple[tuple[str, Decimal], ...] = ()
    balance: tuple[Decimal, Decimal] | None = None


def read_money(exchange: Observed) -> MoneyTold:
    """Read what an answer tells of money; what is no number tells nothing."""
    document = exchange.body.document
    members: dict[str, Any] = document if isinstance(document, dict) else {}
    metrics = members.get("metrics")
    metrics = metrics if isinstance(metrics, dict) else {}
    return MoneyTold(
        costs=_collect(
            ("metrics.cost", metrics.get("cost")), ("x-cost", exchange.find_header("x-cost"))
        ),
        remaining=_collect(
            ("metrics.remaining_credits", metrics.get("remaining_credits")),
            ("x-remaining-credits", exchange.find_header("x-remaining-credits")),
        ),
        balance=_read_balance(exchange, members),
    )


def read_amount(value: object) -> Decimal | None:
    """Return an amount that a number or a text spells; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    if not amount.is_finite():
        return None
    if amount.adjusted() > _MOST_DIGITS:
        return _MOST.copy_sign(amount)
    return tidy(amount.quantize(SMALLEST_AMOUNT))


def tidy(amount: Decimal) -> Decimal:
    """Return the same amount without idle zeros, and without an exponent."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount.normalize()


def _collect(*told: tuple[str, object]) -> tuple[tuple[str, Decimal], ...]:
    read = ((where, read_amount(value)) for where, value in told)
    return tuple((where, amount) for where, amount in read if amount is not None)


def _read_balance(exchange: Observed, members: dict[str, Any]) -> tuple[Decimal, Decimal] | None:
    if exchange.route.name != "credits" or exchange.status != 200:
        return None
    paid, free = read_amount(members.get("credits")), read_amount(members.get("free-credits"))
    return None if paid is None or free is None else (paid, free)


def is_billed(exchange: Observed) -> bool:
    """Tell whether an answer is one that may cost: a 200 of a run that has not failed (E7)."""
    document = exchange.body.document
    failed = isinstance(document, dict) and document.get("status") == "FAILED"
    return exchange.status == 200 and not failed
