"""`pixelflows`: workflows run as jobs do, and answer in a manner of their own (N7 to N10)."""

from __future__ import annotations

import msgspec

from mockserver.base.errors import ApiError
from mockserver.gateway import checks
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.rules import magic_values, workflow_events
from mockserver.rules.outputs import make_output_url

_LONGEST_ID = 200


def find_workflow(services: Services, context: Context) -> None:
    """Take any id for a workflow's, unless this account may not run it (A6)."""
    workflow_id = context.subject
    if len(workflow_id) > _LONGEST_ID:
        raise ApiError("unknown_model", slug=workflow_id[:_LONGEST_ID])
    if context.require_account().denies(workflow_id):
        raise ApiError("forbidden_model", slug=workflow_id)
    context.model = services.catalogue.workflow.make_named(workflow_id)


def make_run(services: Services, context: Context) -> None:
    """Decide how the run will go; the first input that is a trigger says so."""
    inputs = context.params.values() if services.options.use_triggers else ()
    asked = (magic_values.parse_prompt(value) for value in inputs)
    trigger = next((each for each in asked if each != magic_values.NONE), magic_values.NONE)
    checks.start_job(services, context, trigger)
    context.job = msgspec.structs.replace(context.require_job(), flow_origin=context.request.origin)


def find_run(services: Services, context: Context) -> None:
    """Find the account's own run of a workflow (T6, T7)."""
    job = services.store.find_job(context.require_account().api_key, context.subject)
    if job is None or not job.is_flow:
        raise ApiError("unknown_request", request_id=context.shown_subject)
    context.job = job


def answer_submit(_services: Services, context: Context) -> Reply:
    """Answer the submit of a workflow."""
    context.facts = ("N7",)
    return (
        200,
        JSON,
        workflow_events.render_submitted(context.request.origin, context.require_job()),
    )


def answer_poll(services: Services, context: Context) -> Reply:
    """Answer a poll: always 200 while the run is known, even if it has failed (N9)."""
    job = context.require_job()
    state = job.find_state(context.now)
    context.facts = ("N9",) if state == "FAILED" else ("N8",)
    url = make_output_url(
        services.options.seed, context.require_account().api_key, job, context.request.origin
    )
    return 200, JSON, workflow_events.render_state(job, state, url)
