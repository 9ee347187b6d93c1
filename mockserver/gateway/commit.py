"""Committing what was decided for one request, and going on with what is kept then."""

from __future__ import annotations

from mockserver.gateway.context import Context, Services
from mockserver.state.changes import Change


def commit_changes(services: Services, context: Context, changes: tuple[Change, ...]) -> None:
    """Have the store write at least one change; the context has account and job as kept then."""
    api_key = context.require_account().api_key
    context.account, job = services.store.commit(api_key, changes, context.now)
    context.is_new_account = False
    if job is not None:
        context.job = job
