"""What a story tells of each run of a model: its submit, its polls, its states."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.ids import normalize_id
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.judgement import judge_params
from mockserver.contract.models import Model
from mockserver.contract.validation import Violation
from mockserver.facts.answers import is_decided, is_success, read_object
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_poll, is_submit
from mockserver.facts.story_cache import cache_on_story

PENDING = ("QUEUED", "PROCESSING")
ENDED = ("COMPLETED", "FAILED")

HOUR_S = 3600.0
"""How long a run can be asked for after its submit (T7)."""

CLOCK_SLACK_S = 2.0
"""By how much two clocks and the way between them may make an instant earlier or later."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All that was asked with one key about one request.

    Attributes:
        account: Whose key that was.
        request_id: Its id, in the spelling that all spellings share.
        submitted: The exchange that queued it; None where that is not in the story.
        polls: What was asked and answered by the gateway itself, in the order of the asking.
    """

    account: str | None
    request_id: str
    submitted: Observed | None
    polls: tuple[Observed, ...]

    @property
    def ended(self) -> Observed | None:
        """The first answer that shows it ended."""
        return next((each for each in self.polls if read_state(each) in ENDED), None)

    def find_model(self, catalogue: Catalogue) -> Model | None:
        """Return the model of the run, where it is known."""
        return None if self.submitted is None else find_model(self.submitted, catalogue)


@cache_on_story
def list_histories(story: Story) -> tuple[History, ...]:
    """Return the history of each request that was queued or asked for, by key and id."""
    submitted: dict[tuple[str | None, str], Observed] = {}
    polls: dict[tuple[str | None, str], list[Observed]] = {}
    for each in story.exchanges:
        if is_submit(each):
            identifier = read_request_id(each)
            if identifier is not None:
                submitted.setdefault((each.account, normalize_id(identifier)), each)
        elif each.answered_s is not None and is_answered_poll(each):
            polls.setdefault((each.account, normalize_id(each.subject)), []).append(each)
    return tuple(
        History(
            account=key[0],
            request_id=key[1],
            submitted=submitted.get(key),
            polls=tuple(polls.get(key, ())),
        )
        for key in dict.fromkeys((*submitted, *polls))
    )


def is_answered_poll(exchange: Observed) -> bool:
    """Tell whether a poll was answered by the gateway itself, as no edge tells a state."""
    return is_poll(exchange) and (is_decided(exchange) or read_state(exchange) is not None)


def read_request_id(exchange: Observed) -> str | None:
    """Return the id that a successful submit was answered with."""
    document = read_object(exchange) if is_success(exchange) else None
    identifier = (document or {}).get("request_id")
    return identifier if isinstance(identifier, str) and identifier else None


def read_state(exchange: Observed) -> str | None:
    """Return the state that a poll was answered with, whatever its HTTP status."""
    state = (read_object(exchange) or {}).get("status")
    return state if is_poll(exchange) and isinstance(state, str) else None


def read_metrics(exchange: Observed) -> dict[str, Any]:
    """Return the metrics of an answer; empty where there are none."""
    metrics = (read_object(exchange) or {}).get("metrics")
    return metrics if isinstance(metrics, dict) else {}


def find_model(exchange: Observed, catalogue: Catalogue) -> Model | None:
    """Return the model whose slug is in the path of a request that runs one."""
    return catalogue.models.get(exchange.subject) if exchange.route.runs_model else None


def read_params(exchange: Observed) -> dict[str, Any] | None:
    """Return the parameters of a run that came as JSON; None where they did not, or are lost."""
    document = exchange.request_body.document
    media = exchange.find_request_header("content-type") or "application/json"
    return document if isinstance(document, dict) and "json" in media else None


def find_violation(exchange: Observed, catalogue: Catalogue) -> Violation | None:
    """Return how the parameters of a run break the contract of its model, if both are known."""
    model, params = find_model(exchange, catalogue), read_params(exchange)
    if model is None or params is None:
        return None
    return judge_params(model, params).violation
