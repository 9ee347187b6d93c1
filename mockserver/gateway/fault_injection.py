"""What a fault does to an exchange: the one place where faults touch anything.

`call_of` tells the rules what there is to match. `alter` changes the job, `replaced` makes the
answer that comes in place of the real one, and `delivered` decides how an answer reaches the
client. Only the edges carry it out.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec

from mockserver.base import error_pages
from mockserver.base.clock import NEVER, render_iso
from mockserver.base.errors import ApiError
from mockserver.base.ids import make_id
from mockserver.base.json_encoding import encode
from mockserver.base.wire import (
    Delivery,
    Disconnect,
    Drip,
    Headers,
    Respond,
    Truncate,
)
from mockserver.contract.texts import find_text
from mockserver.gateway.context import Context, Services
from mockserver.gateway.job_factory import BLOCKING_LIMIT
from mockserver.rules import rate_limit
from mockserver.rules.faults import JOB_EFFECTS, Call, Effect
from mockserver.rules.jobs import Job, force
from mockserver.rules.outputs import parse_name
from mockserver.state.journal import Delivery as Delivered

_TOO_MANY, _NOT_ACCEPTABLE, _OK = 429, 406, 200
_BODILESS = {204, 205, 304}
_ANSWERED = ("status", "reset", "close")
"""Effects that take the place of the answer."""


def call_of(services: Services, context: Context) -> Call:
    """Return what a rule can look at; an output's owner stands for the key that is not sent."""
    api_key, model, state = context.api_key, None, None
    if context.route.serves == "output":
        output = services.store.outputs.get(parse_name(context.subject)[0])
        if output is not None:
            api_key, model = output.owner, output.model.slug
    elif context.asked_id is not None:
        job = context.account and context.account.job_of(context.asked_id)
        if job:
            model, state = job.model.slug, job.state_at(context.now)
    elif context.subject in services.catalogue.models:
        model = context.subject
    return Call(api_key, context.route.name, model, state)


def effect_of(context: Context, when: str, *kinds: str) -> Effect | None:
    """Return the effect that strikes on this side of the commit, if it is one of these."""
    injection = context.injection
    if injection is None or injection.effect.when != when:
        return None
    effect = injection.effect
    return effect if not kinds or effect.kind in kinds else None


def answer_in_place(context: Context, when: str) -> Effect | None:
    """Return the effect that takes the place of the answer, on this side of the commit."""
    return effect_of(context, when, *_ANSWERED)


def alter(services: Services, context: Context, when: str) -> None:
    """Let a fault change the job, or the output, that the exchange is about.

    Raises:
        ApiError: the client asks for what is gone now.
    """
    effect = effect_of(context, when, *JOB_EFFECTS, "opaque_urls")
    if effect is None:
        return
    if context.route.serves == "output":
        output = services.store.outputs.pop(parse_name(context.subject)[0], None)
        context.account = services.store.accounts.get(output.owner) if output else None
        return
    job = context.job
    if job is None:
        return
    if effect.kind == "opaque_urls":
        token = make_id(
            services.options.seed, "token", context.require_account().api_key, job.ordinal
        )
        job.handle = f"{job.request_id}-{token}"
        return
    _ALTERATIONS[effect.kind](context, job, effect)
    if context.asked_id is None and when == "before":
        return
    services.store.reschedule(context.require_account(), job)
    services.store.settle(context.require_account(), context.now)
    if effect.kind == "expire" and when == "before":
        raise ApiError(context.unknown_row, request_id=context.shown_subject)


def _fail(context: Context, job: Job, effect: Effect) -> None:
    error = effect.document.get("error", find_text("worker_failed"))
    if context.asked_id is None:
        job.ends, job.error = "FAILED", error
    else:
        forced = force(job, "FAILED", context.now, error)
        job.started_at, job.finished_at = forced.started_at, forced.finished_at
        job.ends, job.error = forced.ends, forced.error


def _stall(context: Context, job: Job, effect: Effect) -> None:
    if context.route.name == "sync":
        job.ends, job.error = "FAILED", find_text("run_timed_out")
        if context.require_account().clock.mode != "frozen":
            job.finished_at = job.started_at + BLOCKING_LIMIT
        return
    if effect.value == "QUEUED":
        job.started_at = NEVER
    job.finished_at = NEVER


def _expire(context: Context, job: Job, _effect: Effect) -> None:
    job.expires_at = context.now


_ALTERATIONS: dict[str, Callable[[Context, Job, Effect], None]] = {
    "state": _fail,
    "stall": _stall,
    "expire": _expire,
}


def replaced(services: Services, context: Context, effect: Effect) -> tuple[int, Headers, bytes]:
    """Return the answer that a `status` effect gives, in the gateway's manner."""
    status: int = effect.value
    is_page = status in services.catalogue.page_statuses
    kind: str = effect.document.get("body", "html" if is_page else "json")
    words = _words(services, context, status)
    if status in _BODILESS:
        kind = "empty"
    if kind.startswith("text:"):
        body, media = kind.removeprefix("text:").encode(), "text/plain; charset=utf-8"
    elif kind == "html":
        body, media = error_pages.render_fault_page(status, words), error_pages.FAULT_HTML
    elif kind == "empty":
        body, media = b"", ""
    else:
        body, media = encode({"error": words}), "application/json"
    headers = {"content-type": media} if media else {}
    if status == _TOO_MANY:
        window = context.account.window if context.account else rate_limit.CLOSED
        headers["x-rate-limit-reset-at-utc"] = render_iso(rate_limit.reset_at(window, context.now))
    extra: dict[str, str] = effect.document.get("headers", {})
    headers |= {name.lower(): value for name, value in extra.items()}
    return status, tuple((name.encode(), value.encode()) for name, value in headers.items()), body


def _words(services: Services, context: Context, status: int) -> str:
    """Return what the gateway says with this status, as far as anybody knows."""
    errors = services.catalogue.errors
    if status == _NOT_ACCEPTABLE:  # the kind that needs no price, which a refused call has not
        return errors["insufficient_credits_402"].message.format(balance="0.0")
    if status == HTTPStatus.NOT_FOUND and context.asked_id:
        return errors[context.unknown_row].message.format(request_id=context.shown_subject)
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return find_text("unknown_status")


def delivered(context: Context, respond: Respond) -> tuple[Delivery, Delivered]:
    """Return how the answer is sent, and what the client has of it."""
    effect = effect_of(context, "after")
    if effect is None or effect.kind not in _DELIVERIES:
        return respond, "intact"
    delivery = _DELIVERIES[effect.kind](respond, effect)
    if delivery == respond:  # there was nothing to change, as no field of a picture can be dropped
        return respond, "intact"
    return delivery, _DELIVERED.get(effect.kind, "intact")


def _malformed(respond: Respond, _effect: Effect) -> Delivery:
    return _with_body(respond, respond.body[: len(respond.body) // 2] + b"\x00")


def _truncated(respond: Respond, effect: Effect) -> Delivery:
    return Truncate(respond, min(effect.value, max(0, len(respond.body) - 1)))


def _dripped(respond: Respond, effect: Effect) -> Delivery:
    return Drip(respond, effect.value["bytes"], float(effect.value["every_s"]))


def respond_of(delivery: Delivery) -> Respond | None:
    """Return what was sent of an answer, for the journal; None if nothing was."""
    match delivery:
        case Disconnect():
            return None
        case Truncate(respond, sent_bytes):
            return Respond(respond.status, respond.headers, respond.body[:sent_bytes])
        case Drip(respond):
            return respond
        case _:
            return delivery


def _changed(respond: Respond, effect: Effect) -> Respond:
    """Return the answer with its JSON object changed; anything else stays as it is."""
    try:
        document = msgspec.json.decode(respond.body)
    except ValueError:
        return respond
    if not isinstance(document, dict):
        return respond
    return _with_body(respond, encode(_fields(document, effect, respond.status)))


def _fields(document: dict[str, Any], effect: Effect, status: int) -> dict[str, Any]:
    if effect.kind == "extra_fields":
        return {**document, **effect.value}
    if effect.kind == "drop_fields":
        return {name: value for name, value in document.items() if name not in effect.value}
    has_state = "status" in document and status == _OK
    return {**document, "status": effect.value} if has_state else document


def _with_body(respond: Respond, body: bytes) -> Respond:
    length = (b"content-length", str(len(body)).encode())
    headers = tuple(length if pair[0] == length[0] else pair for pair in respond.headers)
    return Respond(respond.status, headers, body)


_DELIVERIES: dict[str, Callable[[Respond, Effect], Delivery]] = {
    "reset": lambda _respond, _effect: Disconnect("reset"),
    "close": lambda _respond, _effect: Disconnect("close"),
    "drip": _dripped,
    "truncate_bytes": _truncated,
    "malformed": _malformed,
    "unknown_state": _changed,
    "extra_fields": _changed,
    "drop_fields": _changed,
}

_DELIVERED: dict[str, Delivered] = {
    "reset": "lost",
    "close": "lost",
    "truncate_bytes": "damaged",
    "malformed": "damaged",
    "drop_fields": "damaged",
}
