"""Jobs as the control plane lists, shows and changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any, Literal

import msgspec

from mockserver.base.clock import render_iso
from mockserver.base.errors import EmulatorError
from mockserver.base.excerpts import excerpt
from mockserver.base.ids import normalize_id
from mockserver.base.lock_steps import Steps, run_steps
from mockserver.base.redaction import hide_keys
from mockserver.contract.routing import find_names
from mockserver.control.account_names import render_key
from mockserver.control.accounts import find_account, list_secrets
from mockserver.control.journal_views import render_exchange
from mockserver.control.pages import EVERYTHING, ListFilter, Page
from mockserver.gateway.context import Services
from mockserver.rules.jobs import Job, State, force, stall
from mockserver.rules.wallet import render_money
from mockserver.state.account import Account
from mockserver.state.changes import ChangeJob
from mockserver.state.journal import Exchange

_SUBMITS = find_names(lambda route: route.starts_job)

_JOBS_AT_ONCE, _BYTES_AT_ONCE = 50, 1024 * 1024
"""How many jobs one hold of the lock copies, and after how many bytes of parameters it ends."""


class JobChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a job: bring it into a state, have it stay there, let it expire."""

    state: Literal["PROCESSING", "COMPLETED", "FAILED"] | None = None
    error: str | None = None
    stall: bool = False
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
        known = self._store.keys
        document = render_job(account.api_key, job, now, known)
        exchanges = self._store.journals.exchanges_of(account.api_key)
        return document | {"history": render_history(exchanges, job, now, known)}

    def change(self, request_id: str, change: JobChange) -> dict[str, Any]:
        """Bring a job into a state, stall it, or make it expire, at this instant.

        Raises:
            EmulatorError: there is no such job, it cannot come into this state, or has ended.
        """
        account, job, now = self._find(request_id)
        if change.state is None and not change.stall and not change.expire:
            raise EmulatorError(
                "nothing to change",
                hint='send {"state": "FAILED", "error": "…"}, {"stall": true} or {"expire": true}',
            )
        if change.state is not None:
            job = force(job, change.state, now, change.error)
        if change.stall:
            job = stall(job, now)
        if change.expire:
            job = msgspec.structs.replace(job, expires_at=now)
        _, kept = self._store.commit(account.api_key, (ChangeJob(job),), now)
        return render_job(account.api_key, kept or job, now, self._store.keys)

    def _add_jobs(self, page: Page[dict[str, Any]], owner: str, after: str) -> Steps:
        """Add the jobs of an account to a page, from the one after `after` on."""
        ordinals: tuple[int, ...] = yield partial(self._list_ordinals, owner, after)
        start = 0
        while start < len(ordinals) and not page.is_full:
            some = ordinals[start : start + _JOBS_AT_ONCE]
            now, jobs = yield partial(self._take_jobs, owner, some)
            for job in filter(None, jobs):
                document = render_job(owner, job, now, self._store.keys)
                page.add(job.request_id, document, len(job.payload))
            start += len(jobs)

    def _find(self, request_id: str) -> tuple[Account, Job, int]:
        """Return a job as it is now, whose it is, and this instant on its account's clock."""
        owner = self._store.owner_of(normalize_id(request_id))
        if owner is not None:
            account = self._store.accounts[owner]
            now = account.clock.now()
            account = self._store.settle(account, now)
            job = self._store.find_job_by_request(owner, request_id)
            if job is not None:
                return account, job, now
        raise _make_refusal(request_id)

    def _list_owners(self, wanted: ListFilter) -> tuple[str, ...]:
        """Return whose jobs to list, from the account on that `after` names a job of."""
        if wanted.api_key:
            return (find_account(self._services, wanted.api_key).api_key,)
        owners = [api_key for api_key in self._store.accounts if self._store.has_jobs(api_key)]
        if not wanted.after:
            return tuple(owners)
        owner = self._store.owner_of(normalize_id(wanted.after))
        if owner is None:
            raise _make_refusal(wanted.after)
        return tuple(owners[owners.index(owner) :])

    def _list_ordinals(self, api_key: str, after: str) -> tuple[int, ...]:
        """Return the ordinals of an account's jobs, from the one after `after` on."""
        account = self._store.accounts.get(api_key)
        if account is None:
            return ()
        self._store.settle(account, account.clock.now())
        ordinals = tuple(job.ordinal for job in self._store.jobs_of(api_key))
        if not after:
            return ordinals
        job = self._store.find_job_by_request(api_key, after)
        if job is None:
            raise _make_refusal(after)
        return ordinals[ordinals.index(job.ordinal) + 1 :]

    def _take_jobs(
        self, api_key: str, ordinals: tuple[int, ...]
    ) -> tuple[int, tuple[Job | None, ...]]:
        """Return the time and some jobs as they are now, fewer where their parameters are large.

        None stands for a job that has left meanwhile.
        """
        account = self._store.accounts.get(api_key)
        if account is None:
            return 0, (None,) * len(ordinals)
        jobs: list[Job | None] = []
        size = 0
        for ordinal in ordinals:
            job = self._store.get_job(api_key, ordinal)
            jobs.append(job)
            size += len(job.payload) if job else 0
            if size > _BYTES_AT_ONCE:
                break
        return account.clock.now(), tuple(jobs)


def _make_refusal(request_id: str) -> EmulatorError:
    """Return the refusal of a job that is not there."""
    return EmulatorError(
        f"there is no job {request_id[:80]!r}",
        hint="it was never submitted, or has expired; GET /_mock/jobs lists what is there",
        status=404,
    )


def render_job(api_key: str, job: Job, now: int, accounts: Collection[str] = ()) -> dict[str, Any]:
    """Show a job as it is at an instant; the keys of these accounts are hidden in it."""
    state = job.find_state(now)
    secrets = list_secrets(api_key)
    params = msgspec.json.decode(excerpt(job.payload))
    body = {
        "request_id": job.request_id,
        **render_key(api_key),
        "model": job.model.slug,
        "params": hide_keys(params, secrets, accounts),
        "unknown_params": hide_keys(job.model.find_unknown(params), secrets, accounts),
        "state": state,
        "submitted_utc": render_iso(job.submitted_at),
        "expires_utc": render_iso(job.expires_at),
        "timeline": _render_states(
            (name, instant) for name, instant in job.list_states() if instant <= now
        ),
        "planned": _render_states(job.list_planned(now)),
        "stalled": job.is_stalled(now),
    }
    if state == "FAILED":
        body["error"] = hide_keys(job.error, secrets, accounts)
    if state == "COMPLETED":
        body["cost"] = render_money(job.price)
    return body


def _render_states(states: Iterable[tuple[State, int]]) -> list[dict[str, Any]]:
    return [{"state": name, "at_utc": render_iso(instant)} for name, instant in states]


def render_history(
    exchanges: Iterable[Exchange], job: Job, now: int, accounts: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Merge a job's changes of state with the exchanges about it, as far as the journal goes.

    At one instant the submit comes first, then the states that it brought about, then the rest.
    """
    ids = {job.request_id, job.key}
    states = [
        ((instant, 1), {"at_utc": render_iso(instant), "state": name})
        for name, instant in job.list_states()
        if instant <= now
    ]
    lines = [
        ((exchange.at, 0 if exchange.route in _SUBMITS else 2), _render_line(exchange, accounts))
        for exchange in exchanges
        if normalize_id(exchange.request_id or "") in ids
    ]
    return [row for _, row in sorted(states + lines, key=lambda item: item[0])]


def _render_line(exchange: Exchange, accounts: Collection[str]) -> dict[str, Any]:
    """Show an exchange in a line: what was asked, and how it went."""
    whole = render_exchange(exchange, accounts)
    names = ("at_utc", "seq", "method", "path", "route", "status", "delivery", "fault_id")
    return {name: whole[name] for name in names if name in whole}
