"""Judging a part of an answer: an address, amounts. Judges of several facts use it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from mockserver.base.ids import normalize_id
from mockserver.facts.answers import is_absolute_url, is_amount
from mockserver.facts.judgement import Judgement, judge_place
from mockserver.facts.observed import Observed

PATHS = {
    "poll_url": "/v1/requests/{}",
    "response_url": "/v2/requests/{}",
    "status_url": "/v2/requests/{}/status",
}
"""How the path of each address ends that a run has."""


def judge_address(
    fact: str, exchange: Observed, name: str, value: object, request_id: str
) -> Judgement:
    """Judge whether an address is absolute, and that of the request of this id."""
    path = PATHS[name].format(normalize_id(request_id))
    is_right = is_absolute_url(value) and normalize_id(urlsplit(str(value)).path).endswith(path)
    return judge_place(
        fact,
        exchange,
        f"body.{name}",
        agrees=is_right,
        expected=f"an absolute address that ends in {PATHS[name].format('{request_id}')}",
        found=repr(value),
    )


def judge_amounts(
    fact: str, exchange: Observed, names: tuple[str, ...], metrics: Mapping[str, object]
) -> list[Judgement]:
    """Judge whether members of `metrics` are numbers that durations and amounts can be."""
    return [
        judge_place(
            fact,
            exchange,
            f"body.metrics.{name}",
            agrees=is_amount(metrics.get(name)),
            expected="a number of at least 0",
            found=repr(metrics[name]) if name in metrics else "nothing",
        )
        for name in names
    ]
