"""The balance that a service should tell, and whether an amount that it tells can be."""

from __future__ import annotations

from decimal import Decimal

from mockserver.spending.budget import NOTHING
from mockserver.verifier.money_told import SMALLEST

SOMEBODY_ELSE = "unless somebody else uses the account at this moment"
PAID_IN = "unless somebody has paid in, or a charge shows late"


class ExpectedBalance:
    """Knows between which two amounts a balance is: by what was booked, and what may have been.

    Args:
        most: What it was after all that was booked; None where that is not known.

    Attributes:
        most: The same; the first balance that is told, where nothing was known.
        last: The last balance that was told since one was last forgotten, credits and free credits
            together.
        booked: All charges that were booked by this process: a balance may lack them for a moment.
        has_free_credits: Whether some of it is free credits; what runs tell as remaining may then
            be the one, the other or both.
    """

    def __init__(self, most: Decimal | None) -> None:
        self.most = most
        self.last: Decimal | None = None
        self.booked = NOTHING
        self.has_free_credits = False

    def take(self, balance: tuple[Decimal, Decimal]) -> Decimal:
        """Take a balance that was told, and return the whole of it."""
        self.last = sum(balance, NOTHING)
        self.has_free_credits = balance[1] != 0
        if self.most is None:
            self.most = self.last
        return self.last

    def forget(self) -> None:
        """Believe no balance that was told before what is about to be sent."""
        self.last = None

    def book(self, charged: Decimal) -> None:
        """Expect a charge to be gone."""
        self.booked += max(charged, NOTHING)
        if self.most is not None:
            self.most -= charged

    def compute_drop(self) -> Decimal:
        """Return by how much the last balance is below what was booked; 0 if none was told."""
        if self.most is None or self.last is None:
            return NOTHING
        return max(self.most - self.last, NOTHING)

    def is_behind(self, expected: Decimal) -> bool:
        """Tell whether the last balance lacks a charge, of what was booked or is expected."""
        return self.compute_drop() < expected - SMALLEST or self.may_be_old(self.last)

    def may_be_old(self, amount: Decimal | None) -> bool:
        """Tell whether an amount that is too high may be one of before the charges booked."""
        if self.most is None or amount is None:
            return False
        return self.most + SMALLEST < amount <= self.most + self.booked + SMALLEST

    def find_charge(self, worst: Decimal, others: Decimal, *, is_free: bool) -> Decimal:
        """Return what a call was charged that told no cost: what nothing else explains.

        Args:
            worst: The most that it can have cost.
            others: What may have been charged for other calls, and was not booked.
            is_free: Whether nothing should have been charged.
        """
        drop = self.compute_drop()
        return max(drop - others, NOTHING) if is_free else min(drop, worst)

    def find_problem(self, where: str, amount: Decimal, reserved: Decimal) -> str:
        """Say why an amount cannot be what is left; empty if it can.

        Args:
            where: What told it.
            amount: What is left.
            reserved: What may have been charged and was not booked.
        """
        if self.most is None:
            return ""
        least = self.most - reserved
        if amount < least - SMALLEST:
            lost = f"{render_usd(least - amount)} less than what was sent can have left"
            return f"{where} is {render_usd(amount)}, {lost}, {SOMEBODY_ELSE}"
        if amount > self.most + SMALLEST:
            more = f"{render_usd(amount - self.most)} more than there should be, {PAID_IN}"
            return f"{where} is {render_usd(amount)}, {more}"
        return ""


def render_usd(amount: Decimal) -> str:
    """Return an amount as people write it."""
    return f"${amount.normalize():f}"
