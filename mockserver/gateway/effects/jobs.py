"""Effects on the job or the output that a call is about: what is kept changes with the commit."""

from __future__ import annotations

from abc import abstractmethod

import msgspec

from mockserver.base.clock import NEVER
from mockserver.base.errors import ApiError
from mockserver.base.ids import make_id
from mockserver.base.wire import Respond
from mockserver.contract.texts import find_text
from mockserver.gateway.commit import commit_changes
from mockserver.gateway.context import Context, Services
from mockserver.gateway.decision import Decision, refuse, replace_job
from mockserver.gateway.effect import Effect, register
from mockserver.gateway.job_factory import time_out
from mockserver.rules.jobs import Job, force
from mockserver.state.changes import Change, ChangeJob, DropOutput


class ChangedJob(Effect, frozen=True):
    """An effect that decides otherwise about the job, be it new or polled."""

    def alter(self, services: Services, context: Context, decision: Decision) -> Decision:
        """Change the job; a call that was refused has none."""
        if decision.error is not None or decision.job is None:
            return decision
        return replace_job(context, decision, self.change_job(services, context, decision.job))

    @abstractmethod
    def change_job(self, services: Services, context: Context, job: Job) -> Job:
        """Return the job as it is to be."""


@register("state")
class Failure(ChangedJob, frozen=True):
    """Let the job fail: a new one when its time comes, one that is polled at this instant."""

    def change_job(self, _services: Services, context: Context, job: Job) -> Job:
        """Return the job as one that fails."""
        error = self.words.get("error", find_text("worker_failed"))
        if context.asked_id is None:
            return msgspec.structs.replace(job, ends="FAILED", error=error)
        return force(job, "FAILED", context.now, error)


@register("stall")
class Stall(ChangedJob, frozen=True):
    """Let the job stay in a state until it expires; a blocking run times out after a minute."""

    def change_job(self, _services: Services, context: Context, job: Job) -> Job:
        """Return the job as one that does not end."""
        if context.route.blocks:
            given_up = time_out(job)
            if context.require_account().clock.mode != "frozen":
                return given_up
            return msgspec.structs.replace(given_up, finished_at=job.finished_at)
        started_at = NEVER if self.value == "QUEUED" else job.started_at
        return msgspec.structs.replace(job, started_at=started_at, finished_at=NEVER)


@register("opaque_urls")
class OpaqueUrls(ChangedJob, frozen=True):
    """Hand out URLs with a token in them, and keep the job under those alone."""

    def change_job(self, services: Services, context: Context, job: Job) -> Job:
        """Return the job with an id that nobody can build."""
        where = (context.require_account().api_key, job.ordinal)
        token = make_id(services.options.seed, "token", *where)
        return msgspec.structs.replace(job, handle=f"{job.request_id}-{token}")


@register("expire")
class Expire(Effect, frozen=True):
    """Let the job, or the output, be gone from this instant on."""

    def alter(self, services: Services, context: Context, decision: Decision) -> Decision:
        """Have what is asked for gone before the answer; the submit of a new job succeeds."""
        if self.when == "after" or decision.error is not None:
            return decision
        if decision.job is None:
            dropped = _find_dropped_output(services, context)
            return msgspec.structs.replace(decision, changes=decision.changes + dropped)
        decision = replace_job(context, decision, _expire(context, decision.job))
        if context.asked_id is None:
            return decision
        gone = ApiError(context.unknown_row, request_id=context.shown_subject)
        return refuse(decision, gone)

    def after(self, services: Services, context: Context, answer: Respond) -> Respond:
        """Have it gone once this call has been answered."""
        if self.when == "after":
            if context.job is None:
                changes = _find_dropped_output(services, context)
            else:
                changes = (ChangeJob(_expire(context, context.job)),)
            if changes:
                commit_changes(services, context, changes)
        return answer


def _expire(context: Context, job: Job) -> Job:
    return msgspec.structs.replace(job, expires_at=context.now)


def _find_dropped_output(services: Services, context: Context) -> tuple[Change, ...]:
    """Return the change that drops the output of the path; the exchange is about its owner then."""
    if context.route.serves != "output":
        return ()
    output = services.store.find_output(context.file_id)
    context.account = services.store.accounts.get(output.owner) if output else None
    return (DropOutput(output.output_id),) if output else ()
