"""What a session's runs cost as far as answers tell, and which may still be started.

A run's price is in `x-cost` where the answer waits for its end (V2), else in the `metrics` of a
poll (O3, T11).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mockserver.base.dollars import render_dollars
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import normalize_id
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import UNKNOWN
from mockserver.facts.observed import Observed
from mockserver.spending.budget import Budget, OverBudgetError, Reservation
from mockserver.spending.prices import find_worst_price

_RUN_IT_ALL_THE_SAME = {
    True: "say what a run costs at the most by --price SLUG=DOLLARS",
    False: "to run it all the same, record without --budget",
}
_NOTHING = Decimal(0)
_READING = {"GET", "HEAD", "OPTIONS"}
_TRAINING = "finetune-submit"
_OK, _REDIRECTED, _FAULTY = 200, 300, 500


class TooDearError(EmulatorError):
    """A call that is not made, since what it can cost is more than what is left, or not known."""


class Costs:
    """The money of a session.

    Args:
        catalogue: What the models cost.
        limit: How many US dollars the runs may cost together; None bounds nothing.
        prices: What a run of some models can cost at the worst, as the user says, by their slugs.

    Attributes:
        runs: How many calls have started one, or may have.
        spent: What they cost, in US dollars, as far as answers have told.
    """

    def __init__(
        self, catalogue: Catalogue, limit: Decimal | None, prices: Mapping[str, Decimal]
    ) -> None:
        self._catalogue = catalogue
        self._prices = prices
        self._budget = None if limit is None else Budget(limit)
        self._queued: dict[str, Reservation | None] = {}
        self._untold = 0
        self.runs = 0
        self.spent = _NOTHING

    @property
    def reserved(self) -> Decimal:
        """What runs can cost whose price no answer has told; nothing without a budget."""
        return self._budget.reserved if self._budget else _NOTHING

    @property
    def untold(self) -> int:
        """How many runs there are whose price no answer has told."""
        return len(self._queued) + self._untold

    def admit(self, asked: Observed) -> Reservation | None:
        """Reserve what a call can cost at the worst, before it is made; None: it is not counted.

        Raises:
            TooDearError: it is more than what is left.
        """
        if self._budget is None or not may_cost(asked):
            return None
        worst = self._find_worst(asked)
        what = f"{asked.method} {asked.path}"
        limit = f"the budget is ${render_dollars(self._budget.limit)}"
        if worst is None:
            raise TooDearError(
                f"{what} was not sent: what it can cost is not known, and {limit}",
                hint=_RUN_IT_ALL_THE_SAME[asked.route.runs_model],
            )
        try:
            return self._budget.reserve(worst)
        except OverBudgetError:
            raise TooDearError(
                f"{what} was not sent: it can cost ${render_dollars(worst)}, and {limit}, of which "
                f"${render_dollars(self._budget.spent)} are spent and "
                f"${render_dollars(self._budget.reserved)} reserved for runs whose price no answer "
                "has told yet",
                hint="give a larger --budget",
            ) from None

    def withdraw(self, reservation: Reservation | None) -> None:
        """Give back what was reserved for a call that was not made."""
        self._settle(reservation, _NOTHING)

    def note(self, seen: Observed, reservation: Reservation | None) -> None:
        """Book what an exchange tells of money.

        Args:
            seen: The exchange, with a status or without.
            reservation: What `admit` has reserved for it.
        """
        if may_cost(seen):
            self._note_run(seen, reservation)
        elif seen.route.polls_job and seen.method in _READING:
            self._note_poll(seen)

    def _find_worst(self, asked: Observed) -> Decimal | None:
        route = asked.route
        if route.runs_model and asked.subject in self._prices:
            return self._prices[asked.subject]
        model = self._catalogue.models.get(asked.subject) if route.runs_model else None
        document = asked.request_body.document
        parameters = document if isinstance(document, dict) else {}
        return find_worst_price(model, parameters) if model else None

    def _note_run(self, seen: Observed, reservation: Reservation | None) -> None:
        status = seen.status
        if status is not None and _REDIRECTED <= status < _FAULTY:
            self._settle(reservation, _NOTHING)  # E7: only a 200 is billed
            return
        self.runs += 1
        document = seen.body.document
        identifier = document.get("request_id") if isinstance(document, dict) else None
        cost = parse_dollars(seen.find_header("x-cost")) if status == _OK else None
        if cost is not None:
            self._settle(reservation, cost)
        elif status == _OK and not seen.route.blocks and isinstance(identifier, str):
            self._queued[normalize_id(identifier)] = reservation
        else:
            self._untold += 1
            if self._budget and reservation:
                self._budget.keep_reserved(reservation)

    def _note_poll(self, seen: Observed) -> None:
        identifier, document = normalize_id(seen.subject), seen.body.document
        if identifier not in self._queued or not isinstance(document, dict):
            return
        metrics = document.get("metrics")
        told = metrics.get("cost") if isinstance(metrics, dict) else None
        state = document.get("status")
        cost = _NOTHING if state == "FAILED" else parse_dollars(told)  # T4: nothing was charged
        if cost is not None and state in {"COMPLETED", "FAILED"}:
            self._settle(self._queued.pop(identifier), cost)

    def _settle(self, reservation: Reservation | None, charged: Decimal) -> None:
        self.spent += charged
        if self._budget and reservation:
            self._budget.settle(reservation, charged)


def may_cost(asked: Observed) -> bool:
    """Tell whether a call to the service may start something that is paid for.

    One that changes something, by a path that nobody knows, may.
    """
    if asked.method in _READING:
        return False
    route = asked.route
    return route.starts_job or route is UNKNOWN or route.name == _TRAINING


def parse_dollars(told: Any) -> Decimal | None:
    """Read an amount from a header or from JSON; None if it is none."""
    if isinstance(told, bool) or not isinstance(told, (str, int, float)):
        return None
    try:
        amount = Decimal(str(told).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
