"""What the gateway says to a request that passed every check, route by route.

Each reply sets `Context.facts` to what produced it and returns headers and body of a 200; a
FAILED request is an `ApiError` of its own making (T4).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mockserver.base.clock import SECOND
from mockserver.base.errors import ApiError
from mockserver.base.wire import Headers
from mockserver.contract.texts import find_text
from mockserver.gateway import windows
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers import results
from mockserver.gateway.poll_answers import PollAnswer
from mockserver.gateway.rendering import render_file
from mockserver.media.artefacts import CONTENT_TYPES
from mockserver.rules import response_bodies
from mockserver.rules.jobs import Job, State
from mockserver.rules.outputs import find_artefact, offers, parse_name
from mockserver.rules.ranges import select_range
from mockserver.rules.wallet import render_money

JSON: Headers = ((b"content-type", b"application/json"),)

Reply: TypeAlias = tuple[int, Headers, bytes]
Handler: TypeAlias = Callable[[Services, Context], Reply]


def answer_submit(_services: Services, context: Context) -> Reply:
    """Answer a v2 submit."""
    context.facts = ("R2", "S1", "S1b", "S2")
    return (
        200,
        JSON,
        response_bodies.render_submitted(context.request.origin, context.require_job()),
    )


def answer_poll(services: Services, context: Context) -> Reply:
    """Answer a status, result or poll_url GET; the last two answer alike (R5)."""
    job, polls = context.require_job(), services.polls
    state = job.find_state(context.now)
    key = (job.request_id, state, context.route.name, context.request.origin)
    answer = polls.find(key, job)
    if answer is None:
        answer = polls.keep(key, job, _render_poll(services, context, job, state))
    context.facts, status, body = answer
    return status, JSON, body


def _render_poll(services: Services, context: Context, job: Job, state: State) -> PollAnswer:
    """Return what a poll says of a job: it depends on nothing else but origin and route."""
    is_status = context.route.name == "status"
    if state == "FAILED":
        return PollAnswer(("T4", "E8", "T11"), 422, response_bodies.render_failed(job))
    if state != "COMPLETED":
        body = response_bodies.render_pending(context.request.origin, job, state)
        return PollAnswer(("T1", "T2") if is_status else ("T1", "T8"), 200, body)
    if is_status:
        body = response_bodies.render_completed_status(job)
        return PollAnswer(("R3", "T3", "T11", "O3"), 200, body)
    facts, body = results.render_result(services, context)
    return PollAnswer(facts, 200, body)


def answer_balance(_services: Services, context: Context) -> Reply:
    """Answer with the credits of the key."""
    context.facts = ("R6",)
    return 200, JSON, response_bodies.render_credits(context.require_account().wallet)


def answer_run(services: Services, context: Context) -> Reply:
    """Answer a blocking run: JSON or raw bytes (V1, V1b, V2); 500 or 504 if it failed (V3, V4).

    Where there is a limit it tells when the window ends, as a 429 does (V2).
    """
    job = context.require_job()
    if job.ends == "FAILED":
        row = "gateway_timeout" if job.error == find_text("run_timed_out") else "run_failed"
        raise ApiError(row, message=job.error)
    context.facts, media, body = results.render_run(services, context)
    headers = ((b"content-type", media.encode()), *_make_cost_headers(context))
    if context.require_account().requests_per_minute is not None:
        headers += (windows.render_counted_reset(context),)
    return 200, headers, body


def answer_output(services: Services, context: Context) -> Reply:
    """Answer with an output: public, for 7 days on its owner's clock (R7)."""
    name = parse_name(context.subject)
    store = services.store
    output = store.find_output(name.output_id)
    if output is not None and context.begun_for is None:  # it comes but once
        owner = store.accounts[output.owner]
        context.arrive(owner.clock)
        store.settle(owner, context.now)
        output = store.find_output(name.output_id)
    if output is None or not offers(output.model, name.fmt, name.number):
        raise ApiError("unknown_output")
    artefact = find_artefact(output, name.number, name.fmt)
    if artefact is None:
        raise ApiError("unknown_output")
    context.facts = ("R7", "R10")
    headers = ((b"content-type", CONTENT_TYPES[artefact.format].encode()),)
    return select_range(context.request, headers, render_file(services, context, artefact))


def _make_cost_headers(context: Context) -> Headers:
    """Return what the headers of a blocking success say of the run (V2)."""
    account, job = context.require_account(), context.require_job()
    remaining = account.wallet.total if job.remaining is None else job.remaining
    headers = {
        b"x-cost": f"{render_money(job.price):f}",
        b"x-remaining-credits": f"{render_money(remaining):f}",
        b"x-request-id": job.request_id,
        b"x-generation-time": str(context.run / SECOND),
    }
    if job.seed is not None:
        headers[b"x-seed-value"] = str(job.seed)
    return tuple((name, value.encode()) for name, value in headers.items())
