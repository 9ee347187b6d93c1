"""A call that may cost, from its reservation until it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mockserver.spending.budget import NOTHING, Reservation
from mockserver.verifier.expected_balance import render_usd
from mockserver.verifier.money_told import SMALLEST


@dataclass
class Payment:
    """A call that may cost.

    Attributes:
        number: In the ledger.
        name: What the call is for.
        reservation: What it can cost.
        request_id: The run that it queued, in the one spelling of all; empty before.
        cost: What answers have told that it cost; None while none has.
        remaining: What its own answers told was left after it.
    """

    number: int
    name: str
    reservation: Reservation
    request_id: str = ""
    cost: Decimal | None = None
    remaining: Decimal | None = None

    def take_cost(self, where: str, cost: Decimal, *, is_billed: bool) -> str:
        """Take what an answer tells as the cost; say why it cannot be, or nothing.

        Args:
            where: What told it.
            cost: US dollars.
            is_billed: Whether the answer is one that may cost (E7).
        """
        worst, before = self.reservation.worst, self.cost
        if cost >= 0:
            self.cost = max(cost, before or NOTHING)
        said = f"{where} is {render_usd(cost)}"
        if cost < 0 or cost > worst + SMALLEST:
            return f"{said}, and at most {render_usd(worst)} was expected"
        if cost > 0 and not is_billed:
            return f"{said} of what should cost nothing (E7)"
        if before is not None and abs(before - cost) > SMALLEST:
            return f"{said}, and {render_usd(before)} was told before"
        return ""
