"""Whether there is a model, against the list of them."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided, read_error
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_call

_GONE = {404, 410}
_UNTOLD = {401, 403}
"""Refusals that look at the key alone, so that they say nothing of the slug."""


def judge_existence(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A slug that the list has is answered, and one that it has not is no model (E4)."""
    for each in story.exchanges:
        if not each.route.runs_model or not is_call(each):
            continue
        if is_decided(each) and each.status not in _UNTOLD and each.subject:
            yield from _judge(each, catalogue)


def _judge(exchange: Observed, catalogue: Catalogue) -> Iterator[Judgement]:
    model = catalogue.models.get(exchange.subject)
    is_gone = exchange.status in _GONE and read_error(exchange) is not None
    if model is None and is_gone:
        return  # what nobody listed and nobody has is no news
    expected = 404 if model is None else 410 if model.terms.retired else None
    agrees = is_gone if model is None or model.terms.retired else not is_gone
    yield Judgement(
        fact=f"{exchange.subject}: existence",
        number=exchange.number,
        where="status",
        agrees=agrees,
        expected=str(expected) if expected else "there is such a model",
        found=f"{exchange.status} {read_error(exchange) or ''}".strip(),
    )
