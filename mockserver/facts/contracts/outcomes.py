"""How long a run took and which seed it had, against its model's contract."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.base.numerals import is_number
from mockserver.contract.parameter_values import find_value, read_whole
from mockserver.contract.run_parameters import find_seed
from mockserver.facts.answers import read_number, read_object
from mockserver.facts.contracts.model_runs import ModelRun
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Observed

_FAR = 3
"""Seconds that differ from the typical ones by more than this factor are worth a word."""


def judge_seconds(run: ModelRun) -> Iterator[Judgement]:
    """A run takes about its model's typical seconds; that promises nothing, so all agree."""
    typical = run.model.compute_seconds(run.params or {}, 1.0)
    for exchange in run.completed:
        where, seconds = _read_seconds(run, exchange)
        if seconds is None:
            continue
        is_far = max(seconds, typical) > _FAR * min(seconds, typical)
        remark = f"it took {seconds:g} s, and {typical:g} s is typical" if is_far else ""
        yield run.judge(
            "seconds",
            exchange,
            where,
            agrees=True,
            expected=f"about {typical:g}",
            found=f"{seconds:g}",
            remark=remark,
        )


def _read_seconds(run: ModelRun, exchange: Observed) -> tuple[str, float | None]:
    """Return where an answer tells how long a run took, and how long that was."""
    if run.is_blocking:
        text = exchange.find_header("x-generation-time") or ""
        return "header x-generation-time", float(text) if is_number(text) else None
    metrics = (read_object(exchange) or {}).get("metrics")
    number = read_number(metrics.get("inference_time")) if isinstance(metrics, dict) else None
    return "body.metrics.inference_time", None if number is None else float(number)


def judge_seed(run: ModelRun) -> Iterator[Judgement]:
    """A run has the seed that was asked for, or one of the contract's range."""
    terms = run.model.terms.seed
    if terms is None or run.params is None:
        return
    if find_value(run.params, terms.parameter) is not None:
        asked = find_seed(terms, run.params)
    else:
        asked = None
    for exchange in run.completed:
        where, found = _read_seed(run, exchange)
        if found is None:
            continue
        is_drawn = asked is None
        is_right = terms.minimum <= found <= terms.maximum if is_drawn else found == asked
        expected = f"{terms.minimum} to {terms.maximum}" if is_drawn else str(asked)
        yield run.judge(
            "seed", exchange, where, agrees=is_right, expected=expected, found=str(found)
        )


def _read_seed(run: ModelRun, exchange: Observed) -> tuple[str, int | None]:
    if run.is_blocking:
        return "header x-seed-value", read_whole(exchange.find_header("x-seed-value"))
    return "body.seed", read_whole((read_object(exchange) or {}).get("seed"))
