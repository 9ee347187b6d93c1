"""The user's money: reserved before a call, held against all that answers tell, and written down.

Whatever is told of money is looked at as soon as an answer is there, and the first thing that is
not as it should be stops all spending.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

from mockserver.base.ids import normalize_id
from mockserver.facts.observed import Observed
from mockserver.spending.budget import NOTHING, Budget
from mockserver.spending.ledger import (
    Accepted,
    Balance,
    End,
    Intent,
    Ledger,
    Line,
    OpenCall,
    Outcome,
    Stop,
)
from mockserver.verifier.expected_balance import ExpectedBalance, render_usd
from mockserver.verifier.money_told import SMALLEST, is_billed, read_money
from mockserver.verifier.payment import Payment
from mockserver.verifier.session import ACCOUNTS

_MOST_LOST = 12
"""So many requests in a row may get no answer, repeated ones among them."""


class SpendingStoppedError(Exception):
    """Something about money is not as it should be; its text says what."""


class SpendingControl:
    """A budget, its ledger, and the balance that the service should have.

    Args:
        budget: What may be spent.
        ledger: What was spent already; its open calls stay reserved.
        append: Writes a line of the ledger; it is on the disk when this returns.
        read_utc_s: Tells the time.

    Attributes:
        stopped: Why nothing more may be spent; empty while it may.
        balance: What the service should tell as the balance.
        waiting: The runs that were queued by a process that has ended, and were not settled.
    """

    def __init__(
        self,
        budget: Budget,
        ledger: Ledger,
        append: Callable[[Line], None],
        read_utc_s: Callable[[], float],
    ) -> None:
        self.budget = budget
        self.stopped = ledger.stopped
        self.balance = ExpectedBalance(ledger.balance_usd)
        self.waiting: list[Payment] = []
        self._append = append
        self._read_utc_s = read_utc_s
        self._number = ledger.last_number
        self._made = set(ledger.made)
        self._booked: dict[str, Decimal] = {}
        self._current: Payment | None = None
        self._lost = 0
        for intent, charged in ledger.settled:
            budget.settle(budget.restore(intent.worst_usd), charged)
        for call in ledger.open_calls:
            self._restore_open(call)

    def _restore_open(self, call: OpenCall) -> None:
        """Reserve again what a call may have cost; all that is left where nobody knows."""
        worst = call.intent.worst_usd if call.is_worst_known else self.budget.left
        payment = Payment(call.intent.number, call.intent.call, self.budget.restore(worst))
        if call.request_id is None:
            self.budget.keep_reserved(payment.reservation)
        else:
            payment.request_id = normalize_id(call.request_id)
            self.waiting.append(payment)

    def is_made(self, name: str) -> bool:
        """Tell whether a call has been made, or may have been, by this process or one before."""
        return name in self._made

    def begin(self, name: str, slug: str, worst: Decimal) -> Payment:
        """Reserve what a call can cost and write it down; the call may be made then, once.

        Raises:
            OverBudgetError: it does not fit into what is left.
            SpendingStoppedError: nothing more may be spent.
        """
        if self.stopped:
            raise SpendingStoppedError(self.stopped)
        if self.is_made(name):
            raise AssertionError(name)
        reservation = self.budget.reserve(worst)
        self.balance.forget()
        self._number += 1
        self._made.add(name)
        at_utc_s = self._read_utc_s()
        self._append(
            Intent(number=self._number, call=name, worst_usd=worst, slug=slug, at_utc_s=at_utc_s)
        )
        self._current = Payment(self._number, name, reservation)
        return self._current

    @property
    def calls(self) -> int:
        """How many calls were made, or may have been, by this process or one before."""
        return len(self._made)

    def resume(self, payment: Payment) -> None:
        """Go on with a run that was queued by a process that has ended."""
        self.balance.forget()
        self._current = payment

    def accept(self, payment: Payment, request_id: str) -> None:
        """Write down the run that a call has queued."""
        payment.request_id = normalize_id(request_id)
        self._append(Accepted(number=payment.number, request_id=request_id))

    def keep(self, payment: Payment, why: str) -> None:
        """Leave a call reserved for good: nobody knows what it cost."""
        self._current = None
        self.budget.keep_reserved(payment.reservation)
        self._append(Outcome(number=payment.number, charged_usd=None, told=why))

    def settle(self, payment: Payment, *, is_free: bool) -> None:
        """Book what a call has cost, by all that was told, the balance last.

        Args:
            payment: The call; the balance was read after it.
            is_free: Whether it ended so that nothing may be charged for it.

        Raises:
            SpendingStoppedError: what was told does not fit together.
        """
        others = self.budget.reserved - payment.reservation.worst
        charged = payment.cost
        if charged is None:
            charged = self.balance.find_charge(payment.reservation.worst, others, is_free=is_free)
        self._book(payment, charged)
        if self.balance.last is None:
            self.stop(f"{payment.name}: the balance cannot be read")
        if problem := self.balance.find_problem("the balance", self.balance.last, others):
            self.stop(f"{payment.name} cost {render_usd(charged)}, and after it {problem}")
        if is_free and charged > SMALLEST:
            self.stop(f"{payment.name} cost {render_usd(charged)}, and should cost nothing (E7)")
        self._compare_remaining(payment, others)

    def _compare_remaining(self, payment: Payment, others: Decimal) -> None:
        """See that the run and the balance tell the same to be left."""
        balance, remaining = self.balance.last, payment.remaining
        if balance is None or remaining is None or self.balance.has_free_credits:
            return
        if abs(balance - remaining) > others + SMALLEST:
            told = f"{render_usd(remaining)} is told to remain"
            self.stop(f"{payment.name}: {told}, and the balance is {render_usd(balance)}")

    def _book(self, payment: Payment, charged: Decimal) -> None:
        self._current = None
        self.budget.settle(payment.reservation, charged)
        self.balance.book(charged)
        self._booked[payment.request_id] = charged
        self._append(Outcome(number=payment.number, charged_usd=charged))

    def see(self, exchange: Observed) -> None:
        """Look at what an answer tells of money.

        Raises:
            SpendingStoppedError: it is not as it should be, or nobody answers any more.
        """
        self._lost = self._lost + 1 if exchange.status is None else 0
        if self._lost >= _MOST_LOST:
            raise SpendingStoppedError(f"{_MOST_LOST} requests in a row got no answer")
        if exchange.account != ACCOUNTS["own"] or exchange.status is None:
            return
        told = read_money(exchange)
        if self._current is None:
            self._compare_booked(exchange, told.costs)
        else:
            for where, cost in told.costs:
                if problem := self._current.take_cost(where, cost, is_billed=is_billed(exchange)):
                    self._stop_payment(self._current, problem)
            for where, amount in told.remaining:
                self._current.remaining = amount
                if not self.balance.has_free_credits:
                    self._check_left(where, amount)
        if told.balance is not None:
            if self.balance.most is None:
                self._append(Balance(usd=sum(told.balance, NOTHING)))
            self._check_left("the balance", self.balance.take(told.balance))

    def _compare_booked(self, exchange: Observed, costs: tuple[tuple[str, Decimal], ...]) -> None:
        """See that a run that was booked still has the same cost."""
        booked = self._booked.get(normalize_id(exchange.subject))
        for where, cost in costs:
            if booked is not None and abs(booked - cost) > SMALLEST:
                said = f"{where} is {render_usd(cost)}"
                self.stop(f"{said}, and {render_usd(booked)} was told before")

    def _check_left(self, where: str, amount: Decimal) -> None:
        """See that an amount that is told to be left can be, or could be a moment before."""
        if self.balance.may_be_old(amount):
            return
        if problem := self.balance.find_problem(where, amount, self.budget.reserved):
            if self._current is not None:
                self._stop_payment(self._current, problem)
            self.stop(problem)

    def _stop_payment(self, payment: Payment, what: str) -> NoReturn:
        """Stop in the middle of a call: what was told of it is booked, or else stays reserved."""
        if payment.cost is None:
            self.keep(payment, what)
        else:
            self._book(payment, payment.cost)
        self.stop(f"{payment.name}: {what}")

    def end(self) -> None:
        """Write down that all was done that was wanted."""
        self._append(End(at_utc_s=self._read_utc_s()))

    def stop(self, reason: str) -> NoReturn:
        """Spend nothing more.

        Raises:
            SpendingStoppedError: always.
        """
        self.stopped = reason
        self._append(Stop(reason=reason))
        raise SpendingStoppedError(reason)
