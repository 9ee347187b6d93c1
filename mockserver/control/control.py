"""The control plane as plain calls: what a test author can ask of the emulator, and change.

Everything is synchronous: when a call returns, it has happened. Answers are JSON values; what
cannot be is an `EmulatorError` with a hint.
"""

from __future__ import annotations

import heapq
from functools import partial
from typing import Any, Literal

import msgspec

from mockserver.base.clock import AccountClock, VirtualClock, iso
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import canonical
from mockserver.base.lock_steps import Steps, run_steps
from mockserver.control import jobs, journal
from mockserver.control.clock import ClockChange, find_transitions, parse_mode, parse_step
from mockserver.control.pages import JournalFilter, ListFilter
from mockserver.gateway.context import Services
from mockserver.rules.faults import FaultRequest
from mockserver.rules.jobs import Job
from mockserver.state.account import Account, AccountSettings


class JobChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a job."""

    state: Literal["PROCESSING", "COMPLETED", "FAILED"] | None = None
    error: str | None = None
    expire: bool = False


class ResetScope(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to reset: one account, or everything."""

    api_key: str | None = None


class Control:
    """The control plane of one emulator."""

    def __init__(self, services: Services, version: str) -> None:
        self.services = services
        self.store = services.store
        self.version = version

    def health(self) -> dict[str, Any]:
        """Tell that the emulator is there, and how much it holds."""
        return {
            "status": "ok",
            "version": self.version,
            "clock": {"now_utc": iso(self.store.clock.now()), "mode": self.store.clock.mode},
            "accounts": len(self.store.accounts),
            "jobs": self.store.job_count,
            "kept_bytes": self.store.memory.total_bytes,
            "evicted": self.store.evictions.count,
        }

    def reset(self, scope: ResetScope) -> None:
        """Bring one account, or everything, back to how the emulator started."""
        if scope.api_key is None:
            self.store.reset()
            self.services.faults.clear()
        else:
            self.store.forget(scope.api_key)
            self.services.faults.forget_account(scope.api_key)

    def reset_in_steps(self, scope: ResetScope) -> Steps:
        """Do the same, and let go of what there was in steps, so that nobody waits for it."""
        yield partial(self.reset, scope)
        while (yield self.store.release):
            pass

    def show_account(self, api_key: str) -> dict[str, Any]:
        """Show an account and its ledger.

        Raises:
            EmulatorError: there is no such account.
        """
        account = self._account(api_key)
        self._settle(account)
        return jobs.render_account(account)

    def put_account(self, api_key: str, wanted: AccountSettings) -> dict[str, Any]:
        """Change what is said about an account, and make it if need be.

        Raises:
            EmulatorError: a value cannot be; nothing was changed.
        """
        self._check_models(wanted)
        self.store.check(wanted)
        account = self.store.accounts.get(api_key) or self.store.make(api_key)
        account.is_introduced = True
        self._settle(account)
        self.store.configure(account, wanted)
        return self.show_account(api_key)

    def delete_account(self, api_key: str) -> None:
        """Forget an account with all it has."""
        self._account(api_key)
        self.reset(ResetScope(api_key=api_key))

    def show_clock(self, api_key: str | None) -> dict[str, Any]:
        """Show the default clock, or an account's."""
        return jobs.render_clock(self._clock_of(api_key), [])

    def change_clock(self, change: ClockChange) -> dict[str, Any]:
        """Change a clock's mode or move it on, and list what came to pass.

        Raises:
            EmulatorError: time would go back, or the change makes no sense.
        """
        mode = parse_mode(change)
        step = parse_step(change, self._clock_of(change.api_key).now())
        account = self._account_made(change.api_key) if change.api_key else None
        clock = account.clock if account else self.store.clock
        accounts = [account] if account else list(self.store.accounts.values())
        before = {id(each): each.clock.now() for each in accounts}
        if mode:
            clock.set_mode(mode)
        clock.advance(step)
        if change.slept and account:
            account.clock.slept = (account.clock.slept or 0) + step
        changes = heapq.merge(
            *(find_transitions(each, before[id(each)], each.clock.now()) for each in accounts)
        )
        events = [
            {"request_id": request_id, "state": state, "at_utc": iso(instant)}
            for instant, _, request_id, state in changes
        ]
        for each in accounts:
            self._settle(each)
            self.store.notify(each)
        return jobs.render_clock(clock, events)

    def list_jobs(self, api_key: str | None = None, **page: Any) -> dict[str, Any]:
        """List the jobs of one account, or of all; see `control_lists.list_jobs`."""
        wanted = ListFilter(api_key=api_key, **page)
        found: dict[str, Any] = run_steps(journal.list_jobs(self.services, wanted))
        return found

    def show_job(self, request_id: str) -> dict[str, Any]:
        """Show one job, with its history: its states and the exchanges about it.

        Raises:
            EmulatorError: there is none, or no longer.
        """
        account, job, now = self._job(request_id)
        shown = jobs.render_job(account, job, now, self.store.accounts)
        return shown | {"history": jobs.render_history(account, job, now, self.store.accounts)}

    def change_job(self, request_id: str, change: JobChange) -> dict[str, Any]:
        """Bring a job into a state, or make it expire, at this instant."""
        account, job, now = self._job(request_id)
        if change.state is None and not change.expire:
            raise EmulatorError(
                "nothing to change",
                hint='send {"state": "FAILED", "error": "…"} or {"expire": true}',
            )
        if change.state is not None:
            job.force(change.state, now, change.error)
        if change.expire:
            job.expires_at = now
        self.store.reschedule(account, job)
        self.store.settle(account, now)
        return jobs.render_job(account, job, now, self.store.accounts)

    def show_requests(self, wanted: JournalFilter) -> dict[str, Any]:
        """Show a page of the journal; see `control_lists.show_requests`."""
        found: dict[str, Any] = run_steps(journal.show_requests(self.services, wanted))
        return found

    def clear_requests(self, wanted: JournalFilter) -> None:
        """Forget the exchanges that the filter matches."""
        run_steps(journal.clear_requests(self.services, wanted))

    def add_fault(self, wanted: FaultRequest) -> dict[str, Any]:
        """Arm a fault.

        Raises:
            EmulatorError: it can never strike, or makes no sense.
        """
        return jobs.render_fault(self.services.faults.add(wanted), self.store.accounts)

    def list_faults(self, api_key: str | None = None, **page: Any) -> dict[str, Any]:
        """List the faults of one account, or of all; see `control_lists.list_faults`."""
        return journal.list_faults(self.services, ListFilter(api_key=api_key, **page))

    def show_fault(self, fault_id: str) -> dict[str, Any]:
        """Show one fault.

        Raises:
            EmulatorError: there is none.
        """
        return jobs.render_fault(self.services.faults.find(fault_id), self.store.accounts)

    def remove_fault(self, fault_id: str) -> None:
        """Disarm one fault."""
        self.services.faults.remove(fault_id)

    def clear_faults(self, api_key: str | None) -> None:
        """Disarm every fault, or those of one account."""
        self.services.faults.remove_of(api_key)

    def show_verdicts(self, api_key: str | None = None, **page: Any) -> dict[str, Any]:
        """Tell what the journal says about a client; see `control_lists.show_verdicts`."""
        wanted = ListFilter(api_key=api_key, **page)
        found: dict[str, Any] = run_steps(journal.show_verdicts(self.services, wanted))
        return found

    def behaviours(self) -> dict[str, Any]:
        """Return the behaviour register."""
        return {"behaviours": self.services.catalogue.behaviours}

    def _account(self, api_key: str) -> Account:
        return journal.find_account(self.services, api_key)

    def _check_models(self, wanted: AccountSettings) -> None:
        if isinstance(wanted.denied_models, list):
            known = {"*", *self.services.catalogue.models}
            for slug in wanted.denied_models:
                if slug not in known:
                    raise EmulatorError(
                        f"there is no model {slug!r}", hint="models: " + ", ".join(sorted(known))
                    )

    def _account_made(self, api_key: str) -> Account:
        """Return the account of a key, made if calling a model with the key would make it."""
        if self.services.options.accept == "any" and api_key not in self.store.accounts:
            self.store.make(api_key).is_introduced = True
        return self._account(api_key)

    def _clock_of(self, api_key: str | None) -> VirtualClock | AccountClock:
        """Return the clock that a key reads, or will read; without a key the default."""
        account = self.store.accounts.get(api_key) if api_key else None
        if api_key and account is None and self.services.options.accept != "any":
            account = self._account(api_key)
        return account.clock if account else self.store.clock

    def _job(self, request_id: str) -> tuple[Account, Job, int]:
        owner = self.store.owner_of(canonical(request_id))
        if owner is not None:
            now = self._settle(owner)
            key = canonical(request_id)
            job = owner.jobs.get(owner.handles.get(key, key))
            if job is not None:
                return owner, job, now
        raise journal.no_such_job(request_id)

    def _settle(self, account: Account) -> int:
        now = account.clock.now()
        self.store.settle(account, now)
        return now
