"""Requests a minute, and credits (L*)."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided, read_error
from mockserver.facts.balances import KnownBalance, find_known_balances
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.numerals import parse_amount
from mockserver.facts.observed import Story
from mockserver.facts.settlements import TOLERANCE
from mockserver.facts.windows import find_uncounted, judge_freedom

_NOT_ENOUGH = (402, 406)
"""Which of the two it is, is another matter (E3, E3b, E3c)."""


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
    for known in find_known_balances(story):
        run = known.run
        if not is_decided(run):
            continue
        if run.status == 200 and run.route.blocks:
            yield from _judge_fall(known)
        else:
            yield from _judge_refusal(known, catalogue)


def _judge_fall(known: KnownBalance) -> Iterator[Judgement]:
    cost, after = (
        parse_amount(known.run.find_header(name) or "")
        for name in ("x-cost", "x-remaining-credits")
    )
    if cost is None or after is None:
        return
    fall = known.before - after
    if after < -TOLERANCE:
        yield compare("L3", known.run, "status", 406, known.run.status)
    elif -TOLERANCE <= fall <= cost + TOLERANCE:
        yield judge_place(
            "L3",
            known.run,
            "header x-remaining-credits",
            agrees=abs(fall - cost) <= TOLERANCE,
            expected=f"{known.before - cost}: the balance before, less x-cost",
            found=f"{after}",
        )


def _judge_refusal(known: KnownBalance, catalogue: Catalogue) -> Iterator[Judgement]:
    """Judge the status of what is refused for want of credits, as its words or the price say."""
    model = catalogue.models.get(known.run.subject)
    params = known.run.request_body.document
    if model is None or not isinstance(params, dict):
        return
    price = model.compute_price(params)
    if "credit" in (read_error(known.run) or "").lower() and 0 < known.before < price:
        yield judge_place(
            "L3",
            known.run,
            "status",
            agrees=known.run.status in _NOT_ENOUGH,
            expected="406, or 402",
            found=str(known.run.status),
        )
