"""How an answer moves its account's clock: a blocking run ends, a poll steps to what comes next."""

from __future__ import annotations

from mockserver.base.clock import NEVER, SECOND
from mockserver.base.wire import Wait
from mockserver.gateway import fault_injection
from mockserver.gateway.context import Context, Services


def end_run(services: Services, context: Context) -> Wait | None:
    """Let a blocking run end: return how long to wait, or end it where time moves when told."""
    clock, job = context.require_account().clock, context.require_job()
    left = job.finished_at - context.now
    if left <= 0:
        return None
    if clock.rate:
        return Wait(left / SECOND / clock.rate, context)
    if clock.mode == "auto":
        clock.advance(left)
        context.now = clock.now()
    else:  # the clock was stopped while the run was under way
        job.finished_at = context.now
        services.store.reschedule(context.require_account(), job)
    services.store.settle(context.require_account(), context.now)
    return None


def step_auto_clock(services: Services, context: Context) -> None:
    """Under `auto`, let a poll of a pending job move its account to the next transition."""
    clock = context.require_account().clock
    if fault_injection.effect_of(context, "after", "linger"):
        return
    if clock.mode == "auto" and context.route.polls_job:
        instant = context.require_job().next_transition(context.now)
        if instant < NEVER:
            clock.advance(instant - context.now)
            services.store.notify(context.require_account())
