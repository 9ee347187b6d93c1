"""What a run cost, against the price in its model's contract."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from mockserver.contract.model_terms import Terms
from mockserver.facts.answers import read_number, read_object
from mockserver.facts.contracts.model_runs import ModelRun
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Observed

_SMALLEST = Decimal("1e-6")
"""US dollars below which two amounts are the same."""

_FAR = 3
"""A cost that differs from a mean by more than this factor is worth a word."""


def judge_price(run: ModelRun) -> Iterator[Judgement]:
    """A run costs what the contract computes from its parameters, on v1 and v2 alike.

    A price that is a mean of past calls, which is all that the directory has, promises nothing.
    """
    if run.params is None:
        return
    expected = run.model.compute_price(run.params)
    for exchange in run.completed:
        where, found = _read_cost(run, exchange)
        if found is None:
            continue
        yield from _compare(run, exchange, where, expected, found)


def _compare(
    run: ModelRun, exchange: Observed, where: str, expected: Decimal, found: Decimal
) -> Iterator[Judgement]:
    said = {"expected": f"{expected.normalize():f}", "found": f"{found.normalize():f}"}
    if not is_mean(run.model.terms):
        is_same = abs(expected - found) < _SMALLEST
        yield run.judge("price", exchange, where, agrees=is_same, **said)
        return
    is_far = max(expected, found) > _FAR * min(expected, found)
    remark = f"it cost {said['found']}, and {said['expected']} on an average" if is_far else ""
    yield run.judge("price", exchange, where, agrees=True, remark=remark, **said)


def is_mean(terms: Terms) -> bool:
    """Tell whether a contract's price is a mean of past calls, or taken from a model like it."""
    if terms.level in {"listed", "unknown"}:
        return True
    told = [row for row in terms.provenance if "price" in row["what"]]
    return not any(
        row["evidence"] != "inferred" and "directory" not in row["what"] + row.get("source", "")
        for row in told
    )


def _read_cost(run: ModelRun, exchange: Observed) -> tuple[str, Decimal | None]:
    """Return where an answer tells what a run cost, and how much."""
    if run.is_blocking:
        return "header x-cost", _parse(exchange.find_header("x-cost"))
    metrics = (read_object(exchange) or {}).get("metrics")
    cost = metrics.get("cost") if isinstance(metrics, dict) else None
    return "body.metrics.cost", read_number(cost)


def _parse(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
