"""Calls that may cost, from their reservation to what came of them."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

import msgspec

from mockserver.facts.observed import Observed
from mockserver.spending.budget import NOTHING
from mockserver.verifier.calls import Call
from mockserver.verifier.expected_balance import render_usd
from mockserver.verifier.outputs import fetch_outputs
from mockserver.verifier.payment import Payment
from mockserver.verifier.verifier_context import VerifierContext

RATE_LIMITED = 429
_BOOKING_PAUSES_S = (0.0, 2.0, 5.0, 15.0)
"""A service may book a moment after it has answered."""

_LEAST_PATIENCE_S, _PATIENCE_FACTOR = 300.0, 20
_MOST_UNKNOWN = 3
"""So often in a row may a run be unknown that was just queued."""

_PENDING = "pending"


class PaidCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that may cost.

    Attributes:
        name: What it is for; a ledger knows it by that.
        slug: The model, or the one whose price is reserved where there is none.
        worst: The most that it can cost, in US dollars.
        typical_s: How long a run of that model takes.
        call: The request.
    """

    name: str
    slug: str
    worst: Decimal
    typical_s: float
    call: Call


class Ended(msgspec.Struct, frozen=True):
    """A queued run that has ended: its id, the exchange that queued it, and its last state."""

    request_id: str
    submitted: Observed
    state: str


def make_paid_call(context: VerifierContext, paid: PaidCall) -> Ended | None:
    """Make a call that may cost, see what comes of it, and settle it; once more after a 429.

    Raises:
        OverBudgetError: it does not fit into what is left.
        SpendingStoppedError: something about money is not as it should be.
    """
    for name in (paid.name, f"{paid.name}, again"):
        if context.spending.is_made(name):
            return None
        payment = context.spending.begin(name, paid.slug, paid.worst)
        worst, left = render_usd(paid.worst), render_usd(context.spending.budget.left)
        context.tell(f"{name}: may cost {worst}; {left} of the budget is left beside")
        seen = context.session.submit(paid.call)
        ended = conclude(context, payment, seen, paid.typical_s)
        if seen.status != RATE_LIMITED:
            return ended
    return None


def conclude(
    context: VerifierContext, payment: Payment, seen: Observed, typical_s: float
) -> Ended | None:
    """See what came of a call, and settle it; one without an answer is never sent again."""
    if seen.status is None:
        context.spending.keep(payment, "no answer came")
        return None
    is_queued = seen.route.starts_job and not seen.route.blocks and seen.status // 100 == 2
    if not is_queued:
        settle(context, payment, is_free=seen.status != 200)
        return None
    document = seen.body.document
    identifier = document.get("request_id") if isinstance(document, dict) else None
    if not isinstance(identifier, str) or not identifier:
        context.spending.keep(payment, "queued without an id")
        return None
    context.spending.accept(payment, identifier)
    state = follow(context, payment, identifier, typical_s)
    return Ended(identifier, seen, state)


def follow(context: VerifierContext, payment: Payment, identifier: str, typical_s: float) -> str:
    """Poll a queued run until it ends, look at it from all sides, and settle it.

    Returns:
        Its last state; `pending` if it was given up.
    """
    state = _poll(context, identifier, typical_s)
    if state == _PENDING:
        context.spending.keep(payment, "it did not end")
        return state
    result = _ask(context, f"/v2/requests/{quote(identifier, safe='')}")
    _ask(context, f"/v1/requests/{quote(identifier, safe='')}")
    settle(context, payment, is_free=state == "FAILED")
    for spelled in respell(identifier):
        _ask(context, f"/v2/requests/{spelled}/status")
        _ask(context, f"/v2/requests/{spelled}")
    if state == "COMPLETED":
        fetch_outputs(context, result)
    return state


def settle(context: VerifierContext, payment: Payment, *, is_free: bool) -> None:
    """Read the balance, again if what was told is not booked yet, and settle."""
    expected = payment.cost or NOTHING
    for pause in _BOOKING_PAUSES_S:
        context.session.clock.sleep(pause)
        context.read_balance()
        is_told = context.spending.balance.last is not None
        if is_told and not context.spending.balance.is_behind(NOTHING if is_free else expected):
            break
    context.spending.settle(payment, is_free=is_free)


def _poll(context: VerifierContext, identifier: str, typical_s: float) -> str:
    """Return the state in which a run has ended; `pending` when patience has."""
    clock = context.session.clock
    path = f"/v2/requests/{quote(identifier, safe='')}"
    until_s = clock.now_s() + max(_LEAST_PATIENCE_S, _PATIENCE_FACTOR * typical_s)
    unknown, polls = 0, 0
    while clock.now_s() < until_s and unknown < _MOST_UNKNOWN:
        state = read_state(_ask(context, f"{path}/status"))
        if state in {"COMPLETED", "FAILED"}:
            return state
        unknown = unknown + 1 if state == "unknown" else 0
        if polls == 0:  # what the other routes say while it has not ended (T8)
            _ask(context, path)
            _ask(context, f"/v1/requests/{quote(identifier, safe='')}")
        polls += 1
        clock.sleep(min(max(1.0, typical_s / 12), 10.0))
    return _PENDING


def read_state(seen: Observed) -> str:
    """Return the state that a poll tells; `unknown` for a 404, and `pending` for anything else."""
    document = seen.body.document
    state = document.get("status") if isinstance(document, dict) else None
    if state in {"COMPLETED", "FAILED"}:
        return str(state)
    if seen.status == 422:
        return "FAILED"
    return "unknown" if seen.status == 404 else _PENDING


def respell(identifier: str) -> tuple[str, ...]:
    """Return the other spelling of an id of 32 hexadecimal digits, with dashes or without (S1b)."""
    bare = identifier.replace("-", "")
    if len(bare) != 32 or not bare.isalnum():
        return ()
    if "-" in identifier:
        return (bare,)
    return ("-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:])),)


def _ask(context: VerifierContext, path: str) -> Observed:
    return context.session.ask(Call(method="GET", target=path))
