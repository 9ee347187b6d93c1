"""Runs of models in a recording: what was sent, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from mockserver.facts.answers import (
    find_media_type,
    is_success,
    read_error,
    read_number,
    read_object,
)
from mockserver.facts.observed import Observed, Story
from mockserver.recordings.keep import DIGEST_START, DROPPED
from mockserver.recordings.reader import Recording

_REFUSALS = {400, 406, 422}
"""Statuses with which a body is refused; 422 is that of a run that FAILED (T4)."""

_MEDIA = {"images": "image", "video": "video", "audio": "audio", "model_mesh": "3d"}
"""What a result has beside `output`, and which medium that is (O2, O6)."""

_V1 = {"image": "image", "video": "video", "audio": "audio", "model": "3d"}


class RecordedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has ended, or was refused.

    Attributes:
        slug: The model.
        sent: The parameters.
        error: The words with which it was refused or FAILED; None if it succeeded.
        cost: US dollars that were charged, if the answer tells.
        seconds: How long it was on a worker, if the answer tells.
        media: The medium that its result has on v2.
        v1_returns: The medium of v1's answer, `json` for JSON.
    """

    slug: str
    sent: dict[str, Any]
    error: str | None = None
    cost: Decimal | None = None
    seconds: float | None = None
    media: str | None = None
    v1_returns: str | None = None


def find_recorded_runs(recording: Recording) -> dict[str, list[RecordedRun]]:
    """Return the runs of each model whose bodies are JSON, in the order of the recording.

    Left out is what says nothing of a model: a run that has not ended, or whose answer is lost,
    and refusals for other reasons than the body (keys, credits, rates, the server's own errors).
    """
    found: dict[str, list[RecordedRun]] = {}
    for session in recording.sessions:
        for run in (*_find_blocking(session.story), *_find_queued(session.story)):
            found.setdefault(run.slug, []).append(run)
    return found


def is_whole(value: Any) -> bool:
    """Tell whether a value is as it was sent: nothing in it was hashed or dropped."""
    if isinstance(value, dict):
        return all(map(is_whole, value.values()))
    if isinstance(value, list):
        return all(map(is_whole, value))
    text = value if isinstance(value, str) else ""
    return text != DROPPED and DIGEST_START not in text


def _find_blocking(story: Story) -> Iterator[RecordedRun]:
    for exchange in story.exchanges:
        sent = exchange.request_body.document
        if not (exchange.route.runs_model and exchange.route.blocks and isinstance(sent, dict)):
            continue
        if is_success(exchange):
            yield RecordedRun(
                slug=exchange.subject,
                sent=sent,
                cost=_read_decimal(exchange.find_header("x-cost")),
                seconds=_read_seconds(_read_decimal(exchange.find_header("x-generation-time"))),
                v1_returns=_V1.get(find_media_type(exchange).partition("/")[0], "json"),
            )
        elif refused := _make_refused(exchange.subject, sent, exchange):
            yield refused


def _find_queued(story: Story) -> Iterator[RecordedRun]:
    """Yield runs by their ends: v2 looks at the body when the job runs (T10)."""
    for run in story.runs:
        sent = run.submitted.request_body.document
        if not run.submitted.route.runs_model or not isinstance(sent, dict):
            continue
        slug = run.submitted.subject
        ends = [each for each in run.asked if (read_object(each) or {}).get("status") in _ENDS]
        if not ends:
            continue
        if refused := _make_refused(slug, sent, ends[0]):
            yield refused
        else:
            yield _make_completed(slug, sent, ends)
    for exchange in story.exchanges:
        sent = exchange.request_body.document
        queues = exchange.route.runs_model and not exchange.route.blocks
        if queues and isinstance(sent, dict):
            refused = _make_refused(exchange.subject, sent, exchange)
            yield from [refused] if refused else []


_ENDS = {"COMPLETED", "FAILED"}


def _make_refused(slug: str, sent: dict[str, Any], answer: Observed) -> RecordedRun | None:
    error = read_error(answer)
    if answer.status not in _REFUSALS or error is None:
        return None
    return RecordedRun(slug=slug, sent=sent, error=error)


def _make_completed(slug: str, sent: dict[str, Any], ends: list[Observed]) -> RecordedRun:
    told: dict[str, Any] = {}
    for each in ends:
        told |= read_object(each) or {}
    metrics: Mapping[str, Any] = told["metrics"] if isinstance(told.get("metrics"), dict) else {}
    media = next((medium for name, medium in _MEDIA.items() if name in told), None)
    return RecordedRun(
        slug=slug,
        sent=sent,
        cost=read_number(metrics.get("cost")),
        seconds=_read_seconds(read_number(metrics.get("inference_time"))),
        media=media or ("text" if isinstance(told.get("output"), str) else None),
    )


def _read_decimal(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def _read_seconds(number: Decimal | None) -> float | None:
    return float(number) if number else None
