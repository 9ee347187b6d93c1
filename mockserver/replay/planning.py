"""The job that stands for a recorded run: it is in the store, and goes as the run went."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from mockserver.base.clock import NEVER
from mockserver.base.ids import make_id, normalize_id
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.contract.run_parameters import compute_price
from mockserver.gateway.context import Context, Services
from mockserver.replay.recorded import Recorded, find_told_cost
from mockserver.replay.recording_index import find_path_ids
from mockserver.replay.runs import RecordedRun
from mockserver.rules.jobs import RETENTION, Job

_RUN_FAILED = 500


def plan_queued_run(services: Services, context: Context, run: RecordedRun) -> Job:
    """Return the job of a run that is submitted now."""
    times, now = run.times, context.now
    job = _plan(services, context, run.submitted)
    told = next((each.recorded for each in run.answers if each.state == times.ends), None)
    return msgspec.structs.replace(
        job,
        started_at=min(now + times.started_at, NEVER),
        finished_at=min(now + times.finished_at, NEVER),
        expires_at=now + times.expires_at,
        ends=times.ends,
        error=find_error(told) if told and times.ends == "FAILED" else None,
        price=_find_price(context, [each.recorded for each in run.answers]),
        handle=_find_handle(run, job.request_id),
    )


def plan_blocking_run(services: Services, context: Context, recorded: Recorded) -> Job:
    """Return the job of a v1 run that was answered: it takes as long as it took.

    Under a frozen clock it takes no time.
    """
    is_frozen = context.require_account().clock.mode == "frozen"
    finished_at = context.now + (0 if is_frozen else recorded.took)
    job = msgspec.structs.replace(
        _plan(services, context, recorded),
        finished_at=finished_at,
        expires_at=max(finished_at, context.now + RETENTION),
        price=_find_price(context, [recorded]),
    )
    if recorded.is_success:
        return job
    return msgspec.structs.replace(job, ends="FAILED", error=find_error(recorded))


def has_run(recorded: Recorded) -> bool:
    """Tell whether a v1 call was one that ran: it succeeded, or failed in the run (V3, V4)."""
    status = recorded.exchange.status
    return recorded.is_success or (status is not None and status >= _RUN_FAILED)


def find_model(catalogue: Catalogue, context: Context) -> Model:
    """Return the model of a run; one that the contracts do not know is a stranger that draws."""
    if not context.route.has_model:
        workflow: Model = catalogue.workflow.make_named(context.subject)
        return workflow
    known = catalogue.models.get(context.subject)
    if known is None:
        known = catalogue.serve_unknown("image").models.get(context.subject)
    return known or catalogue.workflow.make_named(context.subject)


def find_error(recorded: Recorded) -> str | None:
    """Return what an answer says of a failure."""
    error = recorded.document.get("error")
    return error if isinstance(error, str) else None


def _plan(services: Services, context: Context, recorded: Recorded) -> Job:
    """Return a job that begins and completes now."""
    account, now = context.require_account(), context.now
    ordinal = account.jobs_made
    document = recorded.exchange.request_body.document
    payload = msgspec.json.encode(document) if isinstance(document, dict) else b"{}"
    return Job(
        request_id=make_id(services.options.seed, "request", account.api_key, ordinal),
        ordinal=ordinal,
        model=context.require_model(),
        payload=payload,
        seed=None,
        price=Decimal(0),
        submitted_at=now,
        started_at=now,
        finished_at=now,
        expires_at=now + RETENTION,
        ends="COMPLETED",
    )


def _find_handle(run: RecordedRun, fresh: str) -> str:
    """Return the id with a token, where the recorded URLs have one; else nothing."""
    own = normalize_id(run.identifier)
    others = sorted(find_path_ids(run.submitted, run.identifier) - {own})
    return others[0].replace(own, fresh) if others else ""


def _find_price(context: Context, told: list[Recorded]) -> Decimal:
    """Return what the run cost: as the recording says, else as the contract does."""
    found = next((each for each in map(find_told_cost, told) if each is not None), None)
    return compute_price(context.require_model().terms, context.params) if found is None else found
