"""The lists of the control plane: the journal, verdicts, jobs and faults, page by page.

What may take long is done in `lock_steps`: an exchange is read, and its keys are hidden, while
others have the lock.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any, TypeVar

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import canonical, redacted
from mockserver.base.lock_steps import Steps, give_way
from mockserver.control.jobs import render_fault, render_job
from mockserver.control.journal_views import render_entry
from mockserver.control.pages import JournalFilter, ListFilter, Page
from mockserver.gateway.context import Services
from mockserver.rules.jobs import Job
from mockserver.state.account import Account
from mockserver.state.journal import BEYOND, Entry, Journal, unpack
from mockserver.state.journals import Batch
from mockserver.verdicts.verdicts import Verdict, find_verdicts

_JOBS_AT_ONCE, _BYTES_AT_ONCE = 50, 1024 * 1024
_SHOWN_AT_ONCE = 64 * 1024
"""Bytes of exchanges that are shown in one go: hiding keys in them may take long."""

_COUNT = re.compile("[0-9]{1,15}")

T = TypeVar("T")


# --- The journal --------------------------------------------------------------------------


def find_entries(services: Services, wanted: JournalFilter, show: Callable[[Entry], T]) -> Steps:
    """Find the exchanges of a page; return the page, with what `show` makes of each."""
    page: Page[T] = Page(wanted.most)
    reached = wanted.start if wanted.last is None else BEYOND
    size = 0
    while not page.is_full:
        batch: Batch = yield partial(_take_batch, services, wanted, reached)
        for record in batch.records:
            entry = unpack(record.data)
            if not page.is_full and wanted.matches(entry):
                page.add(record.seq, show(entry), len(record.data))
                size += len(record.data)
            if size >= _SHOWN_AT_ONCE:
                yield give_way
                size = 0
        if batch.reached is None or (wanted.last is not None and batch.reached <= wanted.start):
            break
        reached = batch.reached
    return page


def show_requests(services: Services, wanted: JournalFilter) -> Steps:
    """Show a page of the journal; `newest` is the number of the newest exchange of all."""
    show = partial(render_entry, accounts=services.store.accounts)
    page: Page[dict[str, Any]] = yield from find_entries(services, wanted, show)
    dropped = yield partial(_count_dropped, services, wanted.api_key)
    items, more = (page.items, page.next) if wanted.last is None else (page.items[::-1], None)
    newest = services.store.journals.last
    return {"requests": items, "dropped": dropped, "next": more, "newest": newest}


def clear_requests(services: Services, wanted: JournalFilter) -> Steps:
    """Forget the exchanges that a filter matches, however many they are."""
    if not wanted.is_narrow:
        yield partial(_empty, services, wanted.api_key)
        return
    every = msgspec.structs.replace(wanted, last=None)
    reached: int | None = wanted.start
    while reached is not None:
        batch: Batch = yield partial(_take_batch, services, every, reached)
        matching = [record for record in batch.records if wanted.matches(unpack(record.data))]
        yield partial(services.store.journals.remove, matching)
        reached = batch.reached


def _take_batch(services: Services, wanted: JournalFilter, reached: int) -> Batch:
    journals, journal = services.store.journals, None
    if wanted.api_key is not None:
        journal = _journal_of(services, wanted.api_key)
        if journal is None:
            return Batch([], None)
    take = journals.take_after if wanted.last is None else journals.take_before
    batch = take(reached, journal)
    return _find_strays(services, batch) if wanted.stray else batch


def _find_strays(services: Services, batch: Batch) -> Batch:
    """Leave out what is in the journal of an account that somebody introduced."""
    owners = {record.owner for record in batch.records}
    accounts = [services.store.accounts.get(owner) for owner in owners if owner is not None]
    introduced = {account.api_key for account in accounts if account and account.is_introduced}
    return Batch([each for each in batch.records if each.owner not in introduced], batch.reached)


def _journal_of(services: Services, api_key: str) -> Journal | None:
    account = services.store.accounts.get(api_key)
    return account.journal if account else None


def _count_dropped(services: Services, api_key: str | None) -> int:
    store = services.store
    if api_key is None:
        return store.journals.dropped + store.evictions.lost
    journal = _journal_of(services, api_key)
    return store.evictions.lost_of(api_key) + (journal.dropped if journal else 0)


def _empty(services: Services, api_key: str | None) -> None:
    services.store.evictions.forget(api_key)
    if api_key is None:
        services.store.journals.empty()
    elif journal := _journal_of(services, api_key):
        services.store.journals.forget(journal)


# --- Verdicts -----------------------------------------------------------------------------


def show_verdicts(services: Services, wanted: ListFilter) -> Steps:
    """Tell what the journal says about a client: of one account, or of each in turn."""
    page: Page[dict[str, Any]] = Page(wanted.limit)
    place, start = 0, _parse_count(wanted.after)
    journals: list[Journal] = yield partial(_list_journals, services, wanted.api_key)
    for journal in journals:
        if page.is_full:
            break
        records: list[bytes] = yield journal.records
        for verdict in find_verdicts(map(unpack, records), services.catalogue.verdicts):
            place += 1
            if place > start and not page.is_full:
                page.add(place, _show_verdict(verdict, journal.owner))
    dropped = yield partial(_count_dropped, services, wanted.api_key)
    return {"verdicts": page.items, "dropped": dropped, "next": page.next}


def _list_journals(services: Services, api_key: str | None) -> list[Journal]:
    if api_key is None:
        accounts = services.store.accounts.values()
        return [services.store.anonymous, *(account.journal for account in accounts)]
    journal = _journal_of(services, api_key)
    return [journal] if journal else []


def _show_verdict(verdict: Verdict, owner: str | None) -> dict[str, Any]:
    return {**msgspec.structs.asdict(verdict), "api_key": owner and redacted(owner)}


def _parse_count(after: str) -> int:
    """Return how many verdicts to leave out.

    Raises:
        EmulatorError: it is no number that a page has named.
    """
    if not after:
        return 0
    if _COUNT.fullmatch(after):
        return int(after)
    raise EmulatorError(f"after is {after[:80]!r}", hint="give the `next` of the page before")


# --- Jobs and faults ----------------------------------------------------------------------


def list_jobs(services: Services, wanted: ListFilter) -> Steps:
    """List the jobs of one account, or of each in turn, in the order of their submission."""
    page: Page[dict[str, Any]] = Page(wanted.limit)
    accounts: list[Account] = yield partial(_list_accounts, services, wanted)
    after = wanted.after
    for account in accounts:
        jobs: list[Job] = yield partial(_list_jobs_of, services, account, after)
        after, start = "", 0
        while start < len(jobs) and not page.is_full:
            now, copies = yield partial(_copy_jobs, account, jobs, start)
            for job in copies:
                shown = render_job(account, job, now, services.store.accounts)
                page.add(job.request_id, shown, len(job.payload))
            start += len(copies)
        if page.is_full:
            break
    return {"jobs": page.items, "next": page.next}


def _list_accounts(services: Services, wanted: ListFilter) -> list[Account]:
    """Return the accounts that have jobs, from the one on that `after` names a job of."""
    if wanted.api_key:
        return [find_account(services, wanted.api_key)]
    accounts = [account for account in services.store.accounts.values() if account.jobs]
    if not wanted.after:
        return accounts
    owner = services.store.owner_of(canonical(wanted.after))
    if owner is None:
        raise no_such_job(wanted.after)
    return accounts[accounts.index(owner) :]


def _list_jobs_of(services: Services, account: Account, after: str) -> list[Job]:
    services.store.settle(account, account.clock.now())
    if not after:
        return list(account.jobs.values())
    name = canonical(after)
    keys = list(account.jobs)
    key = account.handles.get(name, name)
    if key not in account.jobs:
        raise no_such_job(after)
    return list(account.jobs.values())[keys.index(key) + 1 :]


def _copy_jobs(account: Account, jobs: list[Job], start: int) -> tuple[int, list[Job]]:
    """Return the time and some jobs as they are now, fewer where their parameters are large."""
    copies: list[Job] = []
    size = 0
    for job in jobs[start : start + _JOBS_AT_ONCE]:
        copies.append(copy(job))
        size += len(job.payload)
        if size > _BYTES_AT_ONCE:
            break
    return account.clock.now(), copies


def no_such_job(request_id: str) -> EmulatorError:
    """Return the refusal of a job that is not there."""
    return EmulatorError(
        f"there is no job {request_id[:80]!r}",
        hint="it was never submitted, or has expired; GET /_mock/jobs lists what is there",
        status=404,
    )


def list_faults(services: Services, wanted: ListFilter) -> dict[str, Any]:
    """List the faults of one account, or of all, in the order in which they were armed."""
    page: Page[dict[str, Any]] = Page(wanted.limit)
    for rule in services.faults.list_after(wanted.after, wanted.api_key):
        if page.is_full:
            break
        page.add(rule.fault_id, render_fault(rule, services.store.accounts))
    return {"faults": page.items, "next": page.next}


def find_account(services: Services, api_key: str) -> Account:
    """Return the account of a key.

    Raises:
        EmulatorError: there is none.
    """
    account = services.store.accounts.get(api_key)
    if account is None:
        raise EmulatorError(
            f"there is no account {redacted(api_key)}",
            hint="make it with PUT /_mock/accounts/{api_key}, or call a model with the key",
            status=404,
        )
    return account
