"""Runs that fail: how they are told, and what is judged in the run (T4, T5, T10, T11, E8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_kept, names_encoding, read_error, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.judges.places import judge_amounts
from mockserver.facts.members import judge_members
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_poll, is_submit
from mockserver.facts.views import (
    find_violation,
    list_histories,
    read_metrics,
    read_params,
    read_state,
)

MONEY = ("cost", "remaining_credits")
SECONDS = ("inference_time", "queue_time", "total_time")
STATES = {"QUEUED", "PROCESSING", "COMPLETED", "FAILED"}

_MODERATED = re.compile(
    r"moderat|content (policy|filter|check)|nsfw|safety|flagged|responsible ai|\brai\b",
    re.IGNORECASE,
)
"""Words with which a run is told to have been stopped for its content."""


@judges("T4")
def judge_failed(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A FAILED run is 422 on status and result, with an error, and metrics without a cost.

    One that was seen live had no `total_time` (T10), so that this one may be missing.
    """
    for each in story.exchanges:
        # What the third route answers is another fact's (R5).
        if each.route.name == "poll" or read_state(each) != "FAILED":
            continue
        yield compare("T4", each, "status", 422, each.status)
        yield judge_members("T4", each, "body", {"status", "error", "metrics"}, read_object(each))
        if "error" in (read_object(each) or {}):
            yield _judge_message(each)
        metrics = read_metrics(each)
        names = tuple(name for name in SECONDS if name != "total_time" or name in metrics)
        yield from judge_amounts("T4", each, names, metrics)
        yield compare("T4", each, "body.metrics.cost", None, metrics.get("cost"))


def _judge_message(exchange: Observed) -> Judgement:
    return judge_place(
        "T4",
        exchange,
        "body.error",
        agrees=bool(read_error(exchange)),
        expected="a message",
        found=repr((read_object(exchange) or {})["error"]),
    )


@judges("T5")
def judge_moderation(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A run that moderation has stopped is FAILED as others are."""
    for each in story.exchanges:
        state = read_state(each)
        if state is not None and _is_moderated(each, state):
            yield compare("T5", each, "body.status", "FAILED", state)


def _is_moderated(exchange: Observed, state: str) -> bool:
    """Tell whether the error says so, or a state that there is not."""
    told = (read_error(exchange) or "", "" if state in STATES else state)
    return any(_MODERATED.search(each) for each in told)


@judges("T10")
def judge_late_refusal(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """v2 accepts a bad body with 200, and its run ends FAILED."""
    for each in story.exchanges:
        if is_submit(each) and each.status in {400, 406, 422} and _is_for_values(each, catalogue):
            yield compare("T10", each, "status", 200, each.status)
    for history in list_histories(story):
        submitted, ended = history.submitted, history.ended
        if submitted is None or ended is None or read_state(ended) != "FAILED":
            continue
        if find_violation(submitted, catalogue):
            yield compare("T10", submitted, "status", 200, submitted.status)
            yield compare("T10", ended, "body.status", "FAILED", read_state(ended))


def _is_for_values(exchange: Observed, catalogue: Catalogue) -> bool:
    """Tell whether a submit was refused for a value, and not for what v2 does check."""
    if read_params(exchange) is None or names_encoding(exchange):
        return False
    if find_violation(exchange, catalogue) is None:
        return False
    words = (read_error(exchange) or "").lower()
    others = ("credit", "balance", "content type", "limit", "budget", "too large", "too many")
    return exchange.status != 406 or (words != "" and not any(each in words for each in others))


@judges("T11")
def judge_cost_in_status(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A COMPLETED status has cost and balance in its metrics, a FAILED body has neither."""
    for each in story.exchanges:
        state = read_state(each)
        if state == "COMPLETED" and each.route.name == "status":
            yield from judge_amounts("T11", each, MONEY, read_metrics(each))
        elif state == "FAILED":
            holders = {"body": read_object(each) or {}, "body.metrics": read_metrics(each)}
            found = [
                f"{at}.{name}" for at, held in holders.items() for name in MONEY if name in held
            ]
            yield compare("T11", each, "body", [], found)


@judges("E8")
def judge_unprocessable(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """On v2, 422 means a FAILED run and nothing else."""
    for each in story.exchanges:
        is_of_v2 = is_submit(each) or (is_poll(each) and each.route.name != "poll")
        if each.status != 422 or not is_of_v2 or not is_kept(each.body):
            continue
        found = (read_object(each) or {}).get("status")
        yield judge_place(
            "E8",
            each,
            "status",
            agrees=found == "FAILED" and is_poll(each),
            expected="422 for a poll of a FAILED run alone",
            found=f"422, in answer to a {'submit' if is_submit(each) else 'poll'}, of {found!r}",
        )
