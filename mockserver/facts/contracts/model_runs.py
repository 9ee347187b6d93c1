"""Runs of models as a story has them: what was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from mockserver.base.content_types import parse_content_type
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.facts.answers import read_object
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking, is_call

_REPLACED = (b'"dropped"', b'"sha256:')
"""What stands in a body in the place of texts and files that were not kept."""


class ModelRun(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One run of a model, accepted or refused.

    Attributes:
        model: The contract.
        submitted: The exchange that asked for it.
        polls: Those that asked what became of it; none of a blocking run.
        files: Those that fetched its outputs.
    """

    model: Model
    submitted: Observed
    polls: tuple[Observed, ...] = ()
    files: tuple[Observed, ...] = ()

    @property
    def is_blocking(self) -> bool:
        """Whether the answer comes once the run has ended (R1)."""
        return is_blocking(self.submitted)

    @cached_property
    def params(self) -> dict[str, Any] | None:
        """What was asked for; None where that was no JSON object, or was not kept as it was."""
        header = self.submitted.find_request_header("content-type") or ""
        media = parse_content_type(header.encode("utf-8", "replace"))[0]
        body = self.submitted.request_body
        if media != "application/json" or body.content is None:
            return None
        if any(mark in body.content for mark in _REPLACED):
            return None
        return body.document if isinstance(body.document, dict) else None

    @cached_property
    def completed(self) -> tuple[Observed, ...]:
        """The exchanges that tell of its success, with their metrics, headers or result."""
        if self.is_blocking:
            return (self.submitted,) if self.submitted.status == 200 else ()
        return tuple(each for each in self.polls if read_state(each) == "COMPLETED")

    @cached_property
    def results(self) -> tuple[Observed, ...]:
        """The polls that have its result, output included."""
        done = () if self.is_blocking else self.completed
        return tuple(each for each in done if each.route.name != "status")

    @property
    def has_failed(self) -> bool:
        """Whether a poll has told that it failed."""
        return any(read_state(each) == "FAILED" for each in self.polls)

    def judge(
        self, topic: str, exchange: Observed, where: str, *, agrees: bool, **said: str
    ) -> Judgement:
        """Return a judgement about a part of its contract; `said` has both values."""
        fact = f"{self.model.slug}: {topic}"
        return Judgement(fact=fact, number=exchange.number, where=where, agrees=agrees, **said)


def read_state(exchange: Observed) -> str | None:
    """Return the state of a run that an answer tells."""
    state = (read_object(exchange) or {}).get("status")
    return state if isinstance(state, str) else None


def find_model_runs(story: Story, catalogue: Catalogue) -> Iterator[ModelRun]:
    """Yield the runs of models of which there is a contract, in the order of their submits."""
    polls = {run.submitted.number: run.asked for run in story.runs}
    fetched = [each for each in story.exchanges if each.route.serves == "output"]
    for each in story.exchanges:
        if not each.route.runs_model or not is_call(each) or each.status is None:
            continue
        model = catalogue.models.get(each.subject)
        if model is not None:
            asked = polls.get(each.number, ())
            files = tuple(_find_files((each, *asked), fetched))
            yield ModelRun(model=model, submitted=each, polls=asked, files=files)


def _find_files(told: tuple[Observed, ...], fetched: list[Observed]) -> Iterator[Observed]:
    """Yield the exchanges that fetched what one of these answers names."""
    for each in fetched:
        name = each.subject.encode()
        if each.status == 200 and any(name in (answer.body.content or b"") for answer in told):
            yield each
