"""Credits, in US dollars as decimals (L3): held at submit, booked on success, else released.

Free credits are spent first. `available` decides whether a call is refused; `total` is what the
gateway shows.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b

import msgspec

from mockserver.rules.jobs import Job

ZERO = Decimal(0)
_TENTH = Decimal("0.1")


class LedgerEntry(msgspec.Struct, frozen=True, gc=False):
    """One line of the ledger; equal payloads have equal digests, so a double charge shows."""

    request_id: str
    amount: Decimal
    at: int
    why: str
    payload: str


def make_ledger_entry(job: Job) -> LedgerEntry:
    """Return the line for a job that has completed."""
    why = f"{job.model.slug} completed"
    payload = blake2b(job.payload, digest_size=6).hexdigest()
    return LedgerEntry(job.request_id, job.price, job.finished_at, why, payload)


class Wallet(msgspec.Struct, frozen=True, gc=False):
    """The money of one account; `record` False is an account without a balance record (R6)."""

    credits: Decimal
    free_credits: Decimal = ZERO
    held: Decimal = ZERO
    record: bool = True

    @property
    def total(self) -> Decimal:
        """What is there, holds not counted."""
        return self.credits + self.free_credits

    @property
    def available(self) -> Decimal:
        """What a new call may still claim."""
        # L3: one credit is one dollar, and a balance above zero that is below the model's price is
        # refused too. That what is queued already counts against it is inferred.
        return self.credits + self.free_credits - self.held

    def hold(self, amount: Decimal) -> Wallet:
        """Return the wallet with an amount set aside."""
        return Wallet(self.credits, self.free_credits, self.held + amount, self.record)

    def release(self, amount: Decimal) -> Wallet:
        """Return the wallet with a held amount given back."""
        # E7, T4: a run that failed costs nothing.
        return Wallet(self.credits, self.free_credits, self.held - amount, self.record)

    def book(self, amount: Decimal) -> Wallet:
        """Return the wallet with a held amount spent, free credits first.

        A balance that was lowered meanwhile is spent to zero, never below.
        """
        # E7: only a 200 is billed, so a price is booked when its run has succeeded. That free
        # credits go first is inferred: R6 shows both numbers and no order.
        free, due = self.free_credits, amount
        if free:
            due -= min(free, amount)
            free -= amount - due
        left = self.credits - due if self.credits > due else ZERO
        return Wallet(left, free, self.held - amount, self.record)


def render_money(amount: Decimal) -> Decimal:
    """Return the amount as the gateway writes it: no idle zeros, but one decimal at least."""
    # R6, E3b: the documentation prints 0.0 and 0.0184921035, a client was told "0.0 credits".
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < 0:
        return amount.normalize()
    return amount.quantize(_TENTH)
