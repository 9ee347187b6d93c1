"""Requests a minute, and credits (L*)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided, read_error
from mockserver.facts.balances import Reading, find_readings
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.numerals import parse_amount
from mockserver.facts.observed import Story
from mockserver.facts.windows import find_uncounted, judge_freedom

_NOT_ENOUGH = (402, 406)
"""Which of the two it is, is another matter (E3, E3b, E3c)."""

_LEAST = Decimal("0.000001")
"""Dollars by which two amounts differ that are not merely rounded."""


@judges("L2")
def judge_what_counts(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """No poll and no other GET is over the limit, even while runs of the account are."""
    for each, is_free in find_uncounted(story):
        if each.method == "GET":
            yield judge_freedom("L2", each, is_free=is_free)


@judges("L3")
def judge_credits(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A balance below the price is refused, and what a run costs in dollars the balance falls by.

    Only a fall by less than the cost is held against anybody: others may use the account, too.
    """
    for reading in find_readings(story):
        run = reading.run
        if not is_decided(run):
            continue
        if run.status == 200 and run.route.blocks:
            yield from _judge_fall(reading)
        else:
            yield from _judge_refusal(reading, catalogue)


def _judge_fall(reading: Reading) -> Iterator[Judgement]:
    cost, after = (
        parse_amount(reading.run.find_header(name) or "")
        for name in ("x-cost", "x-remaining-credits")
    )
    if cost is None or after is None:
        return
    fall = reading.before - after
    if after < -_LEAST:
        yield compare("L3", reading.run, "status", 406, reading.run.status)
    elif -_LEAST <= fall <= cost + _LEAST:
        yield judge_place(
            "L3",
            reading.run,
            "header x-remaining-credits",
            agrees=abs(fall - cost) <= _LEAST,
            expected=f"{reading.before - cost}: the balance before, less x-cost",
            found=f"{after}",
        )


def _judge_refusal(reading: Reading, catalogue: Catalogue) -> Iterator[Judgement]:
    """Judge the status of what is refused for want of credits, as its words or the price say."""
    model = catalogue.models.get(reading.run.subject)
    params = reading.run.request_body.document
    if model is None or not isinstance(params, dict):
        return
    price = model.compute_price(params)
    if "credit" in (read_error(reading.run) or "").lower() and 0 < reading.before < price:
        yield judge_place(
            "L3",
            reading.run,
            "status",
            agrees=reading.run.status in _NOT_ENOUGH,
            expected="406, or 402",
            found=str(reading.run.status),
        )
