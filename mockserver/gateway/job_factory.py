"""Deciding, when a job is submitted, how it will go: how long it queues, runs, and how it ends."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import NEVER, SECOND, to_microseconds
from mockserver.base.ids import draw_integer, make_id
from mockserver.contract.models import Model
from mockserver.contract.run_parameters import compute_seconds, count_pictures, find_seed
from mockserver.contract.texts import find_text
from mockserver.gateway.context import Context, Options, Services
from mockserver.gateway.source_pictures import find_thumbnail
from mockserver.rules.jobs import (
    QUEUE_SHARE,
    REFUSAL_RUN,
    RETENTION,
    Job,
    JobPlan,
    compute_stage_times,
)
from mockserver.rules.magic_values import Trigger

BLOCKING_LIMIT = 60 * SECOND
"""A v1 run that takes longer is answered with 504 (R1, V3): as `--v1-limit` counts it (V5)."""


def _compute_length(model: Model, context: Context, trigger: Trigger, speed: float) -> int:
    """Return how long the job queues and runs together, in microseconds."""
    if trigger.slow_s is not None:
        return to_microseconds(trigger.slow_s)
    believed = {} if context.judgement.violation else context.params
    return to_microseconds(compute_seconds(model.terms, believed, speed))


# T10: parameters that v2 finds wrong fail on the worker, after the queue (live: 0.003 s of work).
def _plan_run(options: Options, model: Model, context: Context, trigger: Trigger) -> JobPlan:
    """Return how long the job queues and runs, and how it ends."""
    if context.route.blocks:
        return _plan_blocking_run(options, model, context, trigger)
    total = _compute_length(model, context, trigger, options.speed)
    queue = total // QUEUE_SHARE
    if violation := context.judgement.violation:
        return JobPlan(queue=queue, run=REFUSAL_RUN, ends="FAILED", error=violation.message)
    run = total - queue
    if trigger.stall:
        return JobPlan(queue=queue, run=NEVER)
    if trigger.fail:
        return JobPlan(queue=queue, run=run, ends="FAILED", error=trigger.fail)
    return JobPlan(queue=queue, run=run, kept=total if trigger.expire else RETENTION)


# V3: a blocking run that outlasts the gateway is 504; how long that is, is told as a minute (R1).
# V5: it is a minute of the run as it goes in life, and `--speed` divides both.
def _plan_blocking_run(
    options: Options, model: Model, context: Context, trigger: Trigger
) -> JobPlan:
    """Return the plan of a v1 run: no queue, and an end when the gateway gives up at the latest."""
    total = counted = NEVER
    if not trigger.stall:
        total = _compute_length(model, context, trigger, options.speed)
        is_scaled = options.v1_limit == "scaled"
        counted = total if is_scaled else _compute_length(model, context, trigger, 1.0)
    outlasts = counted > BLOCKING_LIMIT
    error = find_text("run_timed_out") if outlasts else trigger.fail
    context.run = total * BLOCKING_LIMIT // counted if outlasts else total
    # Under a frozen clock the run takes no time; `Context.run` is what it would have taken.
    run = 0 if context.require_account().clock.mode == "frozen" else context.run
    kept = run if trigger.expire else max(run, RETENTION)
    return JobPlan(
        queue=0, run=run, ends="FAILED" if error else "COMPLETED", error=error, kept=kept
    )


def plan_job(services: Services, context: Context, trigger: Trigger) -> Job:
    """Return the job that this exchange makes; nothing is written yet.

    For a blocking run it also sets `Context.run`, the microseconds that the headers state.
    """
    model, account, seed = context.require_model(), context.require_account(), services.options.seed
    plan = _plan_run(services.options, model, context, trigger)
    ordinal, now = account.jobs_made, context.now
    started_at, finished_at = compute_stage_times(now, plan)
    return Job(
        request_id=make_id(seed, "request", account.api_key, ordinal),
        ordinal=ordinal,
        model=model,
        payload=context.payload,
        seed=_choose_seed(seed, model, context, ordinal),
        price=context.price,
        submitted_at=now,
        started_at=started_at,
        finished_at=finished_at,
        expires_at=now + plan.kept,
        ends=plan.ends,
        error=plan.error,
        thumbnail=b"" if plan.ends == "FAILED" else find_thumbnail(services, context),
        files=count_pictures(model.terms, context.params),
    )


def time_out(job: Job) -> Job:
    """Return a blocking run that does not end as one that is given up after a minute (V3)."""
    finished_at = job.started_at + BLOCKING_LIMIT
    error = find_text("run_timed_out")
    return msgspec.structs.replace(job, ends="FAILED", error=error, finished_at=finished_at)


def _choose_seed(emulator_seed: int, model: Model, context: Context, ordinal: int) -> int | None:
    """Return the seed that was given, else one drawn from the model's range."""
    terms = model.terms.seed
    if terms is None:
        return None
    given = find_seed(terms, context.params)
    if given is not None:
        return given
    where = (emulator_seed, "seed", context.require_account().api_key, ordinal)
    return draw_integer(terms.minimum, terms.maximum, *where)
