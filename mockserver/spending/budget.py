"""A sum that may be spent and no more: what a call can cost is taken from it before it is made."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from mockserver.base.errors import EmulatorError

NOTHING = Decimal(0)


class OverBudgetError(EmulatorError):
    """A call could cost more than what is left.

    Args:
        worst: What it can cost, in US dollars.
        left: What is left.
    """

    def __init__(self, worst: Decimal, left: Decimal) -> None:
        super().__init__(
            f"a call that can cost ${worst:f} does not fit into the ${left:f} left of the budget",
            hint="give a larger budget",
        )


class Reservation(NamedTuple):
    """What was taken from a budget for one call."""

    number: int
    worst: Decimal


class Budget:
    """US dollars that calls may cost together.

    Whatever is charged, it is booked; `overcharged` is what came on top of what was reserved.

    Args:
        limit_usd: How much they may cost.

    Attributes:
        limit: The same.
        spent: What was charged.
        reserved: What calls can cost that have not been settled.
        overcharged: By how much charges were above what was reserved for them, in sum.
    """

    def __init__(self, limit_usd: Decimal) -> None:
        if not limit_usd.is_finite() or limit_usd < 0:
            raise EmulatorError(
                f"a budget of {limit_usd} cannot be", hint="give US dollars, such as 0.05"
            )
        self.limit = limit_usd
        self.spent = NOTHING
        self.overcharged = NOTHING
        self._open: dict[int, Decimal] = {}
        self._kept = NOTHING
        self._made = 0

    @property
    def reserved(self) -> Decimal:
        """What calls can cost that have not been settled, or never will be."""
        return self._kept + sum(self._open.values(), NOTHING)

    @property
    def left(self) -> Decimal:
        """What may still be reserved; nothing where more was charged than the limit."""
        return max(self.limit - self.spent - self.reserved, NOTHING)

    def reserve(self, worst: Decimal) -> Reservation:
        """Take from the budget what a call can cost.

        Raises:
            OverBudgetError: it is more than what is left.
        """
        if not worst.is_finite() or worst < 0 or worst > self.left:
            raise OverBudgetError(worst, self.left)
        return self.restore(worst)

    def restore(self, worst: Decimal) -> Reservation:
        """Reserve what was reserved already, in a process that has ended: whatever is left."""
        self._made += 1
        self._open[self._made] = worst
        return Reservation(self._made, worst)

    def settle(self, reservation: Reservation, charged: Decimal) -> Decimal:
        """Book what a call was charged, and give back the rest of what was reserved.

        Returns:
            By how much the charge was above what was reserved; 0 where it was not.

        Raises:
            KeyError: it has been settled or is kept.
        """
        worst = self._open.pop(reservation.number)
        self.spent += charged
        excess = max(charged - worst, NOTHING)
        self.overcharged += excess
        return excess

    def keep_reserved(self, reservation: Reservation) -> None:
        """Keep for good what was reserved: nobody knows what the call was charged.

        Raises:
            KeyError: it has been settled or is kept.
        """
        self._kept += self._open.pop(reservation.number)
