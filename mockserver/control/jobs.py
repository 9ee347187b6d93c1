"""Jobs as the control plane lists, shows and changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import copy
from functools import partial
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from mockserver.base.clock import render_iso
from mockserver.base.errors import EmulatorError
from mockserver.base.excerpts import excerpt
from mockserver.base.ids import normalize_id, redact_key
from mockserver.base.lock_steps import Steps, run_steps
from mockserver.base.redaction import hide_keys
from mockserver.contract.routing import find_names
from mockserver.control.accounts import find_account, list_secrets
from mockserver.control.journal_views import render_entry
from mockserver.control.pages import EVERYTHING, ListFilter, Page
from mockserver.gateway.context import Services
from mockserver.rules.jobs import Job, force
from mockserver.rules.wallet import shown
from mockserver.state.account import Account
from mockserver.state.changes import ChangeJob
from mockserver.state.journal import Entry

_SUBMITS = find_names(lambda route: route.starts_job)

_JOBS_AT_ONCE, _BYTES_AT_ONCE = 50, 1024 * 1024
"""How many jobs one hold of the lock copies, and after how many bytes of parameters it ends."""


class JobChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a job."""

    state: Literal["PROCESSING", "COMPLETED", "FAILED"] | None = None
    error: str | None = None
    expire: bool = False


class Jobs:
    """The jobs of every account."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    def list(self, wanted: ListFilter = EVERYTHING) -> dict[str, Any]:
        """List the jobs of one account, or of each in turn, in the order of their submission.

        Raises:
            EmulatorError: there is no such account, or `after` is no job's id.
        """
        page: dict[str, Any] = run_steps(self.list_in_steps(wanted))
        return page

    def list_in_steps(self, wanted: ListFilter) -> Steps:
        """Do the same in steps: each copies some jobs, and they are shown between."""
        page: Page[dict[str, Any]] = Page(wanted.limit)
        after = wanted.after
        owners: tuple[str, ...] = yield partial(self._list_owners, wanted)
        for owner in owners:
            yield from self._add_jobs(page, owner, after)
            if page.is_full:
                break
            after = ""
        return {"jobs": page.items, "next": page.next}

    def show(self, request_id: str) -> dict[str, Any]:
        """Show one job, with its history: its states and the exchanges about it.

        Raises:
            EmulatorError: there is none, or no longer.
        """
        account, job, now = self._find(request_id)
        document = render_job(account.api_key, job, now, self._store.accounts)
        return document | {"history": render_history(account, job, now, self._store.accounts)}

    def change(self, request_id: str, change: JobChange) -> dict[str, Any]:
        """Bring a job into a state, or make it expire, at this instant.

        Raises:
            EmulatorError: there is no such job, or it cannot come into this state.
        """
        account, job, now = self._find(request_id)
        if change.state is None and not change.expire:
            raise EmulatorError(
                "nothing to change",
                hint='send {"state": "FAILED", "error": "…"} or {"expire": true}',
            )
        changed = job
        if change.state is not None:
            changed = force(changed, change.state, now, change.error)
        if change.expire:
            changed = replace(changed, expires_at=now)
        kept = self._store.commit(account.api_key, (ChangeJob(changed),), now) or changed
        return render_job(account.api_key, kept, now, self._store.accounts)

    def _add_jobs(self, page: Page[dict[str, Any]], owner: str, after: str) -> Steps:
        """Add the jobs of an account to a page, from the one after `after` on."""
        keys: tuple[str, ...] = yield partial(self._list_keys, owner, after)
        start = 0
        while start < len(keys) and not page.is_full:
            some = keys[start : start + _JOBS_AT_ONCE]
            now, copies = yield partial(self._copy_jobs, owner, some)
            for job in filter(None, copies):
                document = render_job(owner, job, now, self._store.accounts)
                page.add(job.request_id, document, len(job.payload))
            start += len(copies)

    def _find(self, request_id: str) -> tuple[Account, Job, int]:
        """Return a job as it is now, whose it is, and this instant on its account's clock."""
        owner = self._store.owner_of(normalize_id(request_id))
        if owner is not None:
            now = owner.clock.now()
            self._store.settle(owner, now)
            key = normalize_id(request_id)
            job = owner.jobs.get(owner.handles.get(key, key))
            if job is not None:
                return owner, job, now
        raise _make_refusal(request_id)

    def _list_owners(self, wanted: ListFilter) -> tuple[str, ...]:
        """Return whose jobs to list, from the account on that `after` names a job of."""
        if wanted.api_key:
            return (find_account(self._services, wanted.api_key).api_key,)
        owners = [account.api_key for account in self._store.accounts.values() if account.jobs]
        if not wanted.after:
            return tuple(owners)
        owner = self._store.owner_of(normalize_id(wanted.after))
        if owner is None:
            raise _make_refusal(wanted.after)
        return tuple(owners[owners.index(owner.api_key) :])

    def _list_keys(self, api_key: str, after: str) -> tuple[str, ...]:
        """Return under which keys an account's jobs are kept, from the one after `after` on."""
        account = self._store.accounts.get(api_key)
        if account is None:
            return ()
        self._store.settle(account, account.clock.now())
        keys = tuple(account.jobs)
        if not after:
            return keys
        name = normalize_id(after)
        key = account.handles.get(name, name)
        if key not in account.jobs:
            raise _make_refusal(after)
        return keys[keys.index(key) + 1 :]

    def _copy_jobs(self, api_key: str, keys: tuple[str, ...]) -> tuple[int, tuple[Job | None, ...]]:
        """Return the time and some jobs as they are now, fewer where their parameters are large.

        None stands for a job that has left meanwhile.
        """
        account = self._store.accounts.get(api_key)
        if account is None:
            return 0, (None,) * len(keys)
        copies: list[Job | None] = []
        size = 0
        for key in keys:
            job = account.jobs.get(key)
            copies.append(copy(job))
            size += len(job.payload) if job else 0
            if size > _BYTES_AT_ONCE:
                break
        return account.clock.now(), tuple(copies)


def _make_refusal(request_id: str) -> EmulatorError:
    """Return the refusal of a job that is not there."""
    return EmulatorError(
        f"there is no job {request_id[:80]!r}",
        hint="it was never submitted, or has expired; GET /_mock/jobs lists what is there",
        status=404,
    )


def render_job(api_key: str, job: Job, now: int, accounts: Collection[str] = ()) -> dict[str, Any]:
    """Show a job as it is at an instant; the keys of these accounts are hidden in it."""
    state = job.state_at(now)
    secrets = list_secrets(api_key)
    params = msgspec.json.decode(excerpt(job.payload))
    body = {
        "request_id": job.request_id,
        "api_key": redact_key(api_key),
        "model": job.model.slug,
        "params": hide_keys(params, secrets, accounts),
        "unknown_params": hide_keys(job.model.find_unknown(params), secrets, accounts),
        "state": state,
        "submitted_utc": render_iso(job.submitted_at),
        "expires_utc": render_iso(job.expires_at),
        "timeline": [
            {"state": name, "at_utc": render_iso(instant)}
            for name, instant in job.timeline()
            if instant <= now
        ],
    }
    if state == "FAILED":
        body["error"] = hide_keys(job.error, secrets, accounts)
    if state == "COMPLETED":
        body["cost"] = shown(job.price)
    return body


def render_history(
    account: Account, job: Job, now: int, accounts: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Merge a job's changes of state with the exchanges about it, as far as the journal goes.

    At one instant the submit comes first, then the states that it brought about, then the rest.
    """
    states = [
        ((instant, 1), {"at_utc": render_iso(instant), "state": name})
        for name, instant in job.timeline()
        if instant <= now
    ]
    exchanges = [
        ((entry.at, 0 if entry.route in _SUBMITS else 2), _render_line(entry, accounts))
        for entry in _find_exchanges(account, job)
    ]
    return [row for _, row in sorted(states + exchanges, key=lambda item: item[0])]


def _find_exchanges(account: Account, job: Job) -> Iterator[Entry]:
    ids = {job.request_id, job.key}
    return (entry for entry in account.journal if normalize_id(entry.request_id or "") in ids)


def _render_line(entry: Entry, accounts: Collection[str]) -> dict[str, Any]:
    """Show an exchange in a line: what was asked, and how it went."""
    whole = render_entry(entry, accounts)
    names = ("at_utc", "seq", "method", "path", "route", "status", "delivery", "fault_id")
    return {name: whole[name] for name in names if name in whole}
