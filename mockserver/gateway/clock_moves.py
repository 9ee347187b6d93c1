"""How a request moves its account's clock: a blocking run ends, a poll steps to what comes next."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import NEVER, SECOND
from mockserver.gateway.commit import commit_changes
from mockserver.gateway.context import Context, Services
from mockserver.gateway.job_factory import time_out
from mockserver.gateway.opening import catch_up
from mockserver.rules.jobs import Job
from mockserver.state.changes import Change, ChangeJob, MoveClock


def end_run(services: Services, context: Context) -> float:
    """Return how many real seconds a blocking run still takes, or end it where none pass."""
    clock, job = context.require_account().clock, context.require_job()
    if job.finished_at >= NEVER:
        job = time_out(job)  # it was stalled while its client waited
        commit_changes(services, context, (ChangeJob(job),))
    left = job.finished_at - context.now
    if left <= 0:
        return 0
    if clock.rate:
        return left / SECOND / clock.rate
    change: Change = MoveClock(left)
    if clock.mode != "auto":  # the clock was stopped while the run was under way
        change = ChangeJob(msgspec.structs.replace(job, finished_at=context.now))
    commit_changes(services, context, (change,))
    catch_up(services, context)
    return 0


def find_clock_step(context: Context, job: Job) -> tuple[Change, ...]:
    """Return the move of an `auto` clock to the next transition of a job that is polled."""
    account = context.account
    if account is None or not context.route.polls_job or account.clock.mode != "auto":
        return ()
    instant = job.find_next_transition(context.now)
    return (MoveClock(instant - context.now),) if instant < NEVER else ()
