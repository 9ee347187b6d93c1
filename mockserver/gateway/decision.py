"""What is decided about a request before anything is written: a value, which faults may replace."""

from __future__ import annotations

import msgspec

from mockserver.base.errors import ApiError
from mockserver.contract.routing import RouteName
from mockserver.gateway import checks, windows
from mockserver.gateway.clock_moves import find_clock_step
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers import sdk
from mockserver.rules.jobs import Job
from mockserver.state.changes import AddJob, Change, ChangeJob, MakeAccount, MoveClock

CHECKS_OF: dict[RouteName, tuple[checks.Check, ...]] = {**checks.CHECKS_OF, **sdk.CHECKS_OF}
"""What is checked on each route, in this order."""

MAKE_ACCOUNT = MakeAccount()


class Decision(msgspec.Struct, frozen=True):
    """What becomes of a request.

    Attributes:
        changes: What is to be written, also where the request is refused: the account that its
            key stands for, and that the window has counted it.
        job: The job that it makes or asks about.
        error: Why it is refused; None where it is not.
    """

    changes: tuple[Change, ...] = ()
    job: Job | None = None
    error: ApiError | None = None


def decide(services: Services, context: Context) -> Decision:
    """Check the request, in the order of its route, and decide; nothing is written."""
    try:
        for check in CHECKS_OF[context.route.name]:
            check(services, context)
    except ApiError as error:
        # With its frames the error would hold that of whoever has the decision, and so itself.
        return Decision(_find_changes(context), context.job, error.detach())
    return Decision(_find_changes(context), context.job)


def _find_changes(context: Context) -> tuple[Change, ...]:
    """Return what is to be written, given how far the checks have come."""
    changes: tuple[Change, ...] = ()
    if context.model is not None:
        changes = _find_changes_of_run(context)
    elif context.job is not None:
        changes = find_clock_step(context, context.job)
    return (MAKE_ACCOUNT, *changes) if context.is_new_account else changes


def _find_changes_of_run(context: Context) -> tuple[Change, ...]:
    """Return the new job and the count of the window, which refused calls of a model have too."""
    if context.is_over_limit:
        return ()
    counted = (windows.count_request(context),) if context.route.counts_in_window else ()
    return counted if context.job is None else (*counted, AddJob(context.job))


def replace_job(context: Context, decision: Decision, job: Job) -> Decision:
    """Return the same decision about the job as it is here: a new one, or one that is changed."""
    others = leave_out(decision.changes, AddJob, MoveClock)
    if context.model is not None:
        return Decision((*others, AddJob(job)), job)
    return Decision((*others, ChangeJob(job), *find_clock_step(context, job)), job)


def refuse(decision: Decision, error: ApiError) -> Decision:
    """Return the decision to refuse the request: what is written stays, but no clock moves."""
    return Decision(leave_out(decision.changes, MoveClock), decision.job, error)


def leave_out(changes: tuple[Change, ...], *kinds: type[Change]) -> tuple[Change, ...]:
    """Return the changes that are of none of these kinds, in their order."""
    return tuple(each for each in changes if not isinstance(each, kinds))
