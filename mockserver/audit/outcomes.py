"""What a client got and what it paid, read off its calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from mockserver.audit.records import Call
from mockserver.base.ids import normalize_id
from mockserver.verdicts.exchanges import POLLS, has_arrived, has_told_completion

_FAILED = 422
_OK = 200


class Paid(NamedTuple):
    """How many runs are charged, and how much that is in US dollars."""

    runs: int
    credits: Decimal


def count_paid(calls: Iterable[Call]) -> Paid:
    """Return what runs cost that were made and have not failed (E7, T4).

    A run that never ends counts: nobody can tell that it is not going to be charged.
    """
    known = list(calls)
    failed = {
        normalize_id(call.exchange.request_id or "")
        for call in known
        if call.exchange.status == _FAILED or call.ends == "FAILED"
    }
    prices = [
        Decimal(call.price)
        for call in known
        if call.ends and normalize_id(call.exchange.request_id or "") not in failed
    ]
    return Paid(len(prices), sum(prices, Decimal(0)))


def find_gains(calls: Iterable[Call], *, trusts_struck: bool) -> dict[str, int]:
    """Count what a client got: results, ends of runs, files and balances, each once.

    Args:
        calls: What it asked.
        trusts_struck: Whether an answer that the mutant struck was right all the same.
    """
    found = {
        gain for call in calls if (trusts_struck or not call.is_struck) for gain in _find_gain(call)
    }
    return Counter(kind for kind, _ in found)


def _find_gain(call: Call) -> Iterable[tuple[str, str]]:
    """Return what an answer brought: its kind, and of what it was."""
    exchange = call.exchange
    if not has_arrived(exchange, _OK):
        return
    job = normalize_id(exchange.request_id or "")
    match exchange.route:
        case "sync":
            yield "result", job
        case route if route in POLLS:
            if has_told_completion(exchange):
                yield ("end" if route == "status" else "result"), job
        case "output":
            yield "file", exchange.request.path
        case "credits":
            yield "balance", ""
        case _:
            return
