"""What became of runs as far as their parameters are concerned: accepted, or refused and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.base.content_types import parse_content_type
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.facts.answers import read_error, read_object
from mockserver.facts.observed import Observed, Run, Story
from mockserver.facts.routes import is_blocking, is_submit

_REFUSALS = {400, 406, 422}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was accepted with its parameters, or refused.

    Attributes:
        asked: The exchange that asked for the run.
        told: The one that tells what became of it: the same, or a poll.
        model: What was asked for.
        params: Its parameters; None where they came in a form, or were not kept.
        refusal: Why it was refused; None where it was accepted, or ran to its end.
    """

    asked: Observed
    told: Observed
    model: Model
    params: dict[str, Any] | None
    refusal: str | None


def find_outcomes(story: Story, catalogue: Catalogue) -> Iterator[Outcome]:
    """Return what became of each run of a known model, where an answer tells."""
    runs = {run.submitted.number: run for run in story.runs}
    for each in story.exchanges:
        model = catalogue.models.get(each.subject) if each.route.runs_model else None
        if model is None:
            continue
        if is_blocking(each) or (is_submit(each) and each.status in _REFUSALS):
            told: Observed | None = each
        else:
            told = _find_end(runs.get(each.number))
        if told is not None and (told.status == 200 or told.status in _REFUSALS):
            refusal = None if told.status == 200 else read_error(told)
            if told.status == 200 or refusal is not None:
                params = _read_params(each)
                yield Outcome(asked=each, told=told, model=model, params=params, refusal=refusal)


def is_multipart(exchange: Observed) -> bool:
    """Tell whether the body of a request is a form with files."""
    header = exchange.find_request_header("content-type") or ""
    return parse_content_type(header.encode("utf-8", "replace"))[0] == "multipart/form-data"


def _find_end(run: Run | None) -> Observed | None:
    """Return the first poll that says COMPLETED or FAILED."""
    polls = run.asked if run else ()
    return next((poll for poll in polls if _find_state(poll) in {"COMPLETED", "FAILED"}), None)


def _find_state(poll: Observed) -> object:
    return (read_object(poll) or {}).get("status")


def _read_params(exchange: Observed) -> dict[str, Any] | None:
    params = exchange.request_body.document
    return params if isinstance(params, dict) else None
