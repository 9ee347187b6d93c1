"""`pixelflows`: workflows run as jobs do, and answer in a manner of their own (N7 to N10)."""

from __future__ import annotations

from mockserver.base.errors import ApiError
from mockserver.gateway import checks
from mockserver.gateway.context import Exchange, World
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.rules import magic_values
from mockserver.state import workflow_events

_LONGEST_ID = 200


def find_workflow(world: World, exchange: Exchange) -> None:
    """Take any id for a workflow's, unless this account may not run it (A6)."""
    workflow_id = exchange.subject
    if len(workflow_id) > _LONGEST_ID:
        raise ApiError("unknown_model", slug=workflow_id[:_LONGEST_ID])
    if exchange.owner.denies(workflow_id):
        raise ApiError("forbidden_model", slug=workflow_id)
    exchange.model = world.catalogue.workflow.named(workflow_id)


def make_run(world: World, exchange: Exchange) -> None:
    """Decide how the run will go; the first input that is a trigger says so."""
    inputs = exchange.params.values() if world.rules.use_triggers else ()
    asked = (magic_values.of_prompt(value) for value in inputs)
    trigger = next((each for each in asked if each != magic_values.NONE), magic_values.NONE)
    checks.begin(world, exchange, trigger)
    exchange.found.flow_origin = exchange.request.origin


def find_run(_world: World, exchange: Exchange) -> None:
    """Find the account's own run of a workflow (T6, T7)."""
    job = exchange.owner.job_of(exchange.subject)
    if job is None or not job.is_flow:
        raise ApiError("unknown_request", request_id=exchange.shown_subject)
    exchange.job = job


def submitted(_world: World, exchange: Exchange) -> Reply:
    """Answer the submit of a workflow."""
    exchange.facts = ("N7",)
    return 200, JSON, workflow_events.submitted(exchange.request.origin, exchange.found)


def polled(world: World, exchange: Exchange) -> Reply:
    """Answer a poll: always 200 while the run is known, even if it has failed (N9)."""
    job = exchange.found
    state = job.state_at(exchange.now)
    exchange.facts = ("N9",) if state == "FAILED" else ("N8",)
    url = world.store.output_url(exchange.owner, job, exchange.request.origin)
    return 200, JSON, workflow_events.polled(job, state, url)
