"""The control plane as plain calls: what a test author can ask of the emulator, and change.

Everything is synchronous: when a call returns, it has happened. Answers are JSON values; what
cannot be is an `EmulatorError` with a hint.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mockserver.core import views
from mockserver.core.accounts import Account, AccountSettings
from mockserver.core.clock import LATEST, SECOND, AccountClock, VirtualClock, iso, parse_iso
from mockserver.core.errors import EmulatorError
from mockserver.core.exchange import World
from mockserver.core.faults import FaultRequest
from mockserver.core.ids import canonical, redacted
from mockserver.core.jobs import Job
from mockserver.core.journal import Entry, Journal, rendered
from mockserver.core.verdicts import verdicts

MAX_LISTED = 1000


class ClockChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a clock: first the mode, then the jump.

    `slept` says that the client of this account has slept through the jump: verdicts about its
    pace go by such sleep.
    """

    api_key: str | None = None
    mode: str | None = None
    rate: float | None = None
    advance_s: float | None = None
    set_utc: str | None = None
    slept: bool = False


class JobChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a job."""

    state: Literal["PROCESSING", "COMPLETED", "FAILED"] | None = None
    error: str | None = None
    expire: bool = False


class ResetScope(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to reset: one account, or everything."""

    api_key: str | None = None


class JournalFilter(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which exchanges to show; `since` is a sequence number, the last one not wanted.

    `wait_s` real seconds may pass until there is one to show; the edge does the waiting.
    """

    api_key: str | None = None
    route: str | None = None
    request_id: str | None = None
    since: int = 0
    limit: Annotated[int, Meta(ge=0, le=10**9)] = MAX_LISTED
    wait_s: Annotated[float, Meta(ge=0)] = 0.0

    def matches(self, entry: Entry) -> bool:
        """Tell whether an exchange is wanted, its account aside."""
        return (
            entry.seq > self.since
            and self.route in {None, entry.route}
            and (
                self.request_id is None
                or canonical(entry.request_id or "") == canonical(self.request_id)
            )
        )


class Control:
    """The control plane of one emulator."""

    def __init__(self, world: World, version: str) -> None:
        self.world = world
        self.store = world.store
        self.version = version

    def health(self) -> dict[str, Any]:
        """Tell that the emulator is there, and how much it holds."""
        accounts = self.store.accounts.values()
        return {
            "status": "ok",
            "version": self.version,
            "clock": {"now_utc": iso(self.store.clock.now()), "mode": self.store.clock.mode},
            "accounts": len(accounts),
            "jobs": sum(len(account.jobs) for account in accounts),
        }

    def reset(self, scope: ResetScope) -> None:
        """Bring one account, or everything, back to how the emulator started."""
        if scope.api_key is None:
            self.store.reset()
            self.world.faults.clear()
        else:
            self.store.forget(scope.api_key)
            self.world.faults.forget_account(scope.api_key)

    def show_account(self, api_key: str) -> dict[str, Any]:
        """Show an account and its ledger.

        Raises:
            EmulatorError: there is no such account.
        """
        account = self._account(api_key)
        self._settle(account)
        return views.account(account)

    def put_account(self, api_key: str, wanted: AccountSettings) -> dict[str, Any]:
        """Change what is said about an account, and make it if need be.

        Raises:
            EmulatorError: a value cannot be; nothing was changed.
        """
        self._check_models(wanted)
        self.store.check(wanted)
        account = self.store.accounts.get(api_key) or self.store.make(api_key)
        self._settle(account)
        self.store.configure(account, wanted)
        return self.show_account(api_key)

    def delete_account(self, api_key: str) -> None:
        """Forget an account with all it has."""
        self._account(api_key)
        self.reset(ResetScope(api_key=api_key))

    def show_clock(self, api_key: str | None) -> dict[str, Any]:
        """Show the default clock, or an account's."""
        return views.clock(self._clock_of(api_key), [])

    def change_clock(self, change: ClockChange) -> dict[str, Any]:
        """Change a clock's mode or move it on, and list what came to pass.

        Raises:
            EmulatorError: time would go back, or the change makes no sense.
        """
        mode = _wanted_mode(change)
        step = _wanted_step(change, self._clock_of(change.api_key).now())
        account = self._account_made(change.api_key) if change.api_key else None
        clock = account.clock if account else self.store.clock
        accounts = [account] if account else list(self.store.accounts.values())
        before = {id(each): each.clock.now() for each in accounts}
        if mode:
            clock.set_mode(mode)
        clock.advance(step)
        if change.slept and account:
            account.clock.slept = (account.clock.slept or 0) + step
        fired = heapq.merge(
            *(_fired(each, before[id(each)], each.clock.now()) for each in accounts)
        )
        events = [
            {"request_id": request_id, "state": state, "at_utc": iso(instant)}
            for instant, _, request_id, state in fired
        ]
        for each in accounts:
            self._settle(each)
            self.store.ring(each)
        return views.clock(clock, events)

    def list_jobs(self, api_key: str | None) -> dict[str, Any]:
        """List the jobs of one account, or of all, in the order of their submission."""
        accounts = [self._account(api_key)] if api_key else self.store.accounts.values()
        jobs = []
        for account in accounts:
            now = self._settle(account)
            jobs += [views.job(account, job, now) for job in account.jobs.values()]
        return {"jobs": jobs}

    def show_job(self, request_id: str) -> dict[str, Any]:
        """Show one job, with its history: its states and the exchanges about it.

        Raises:
            EmulatorError: there is none, or no longer.
        """
        account, job, now = self._job(request_id)
        return views.job(account, job, now) | {"history": views.history(account, job, now)}

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
        return views.job(account, job, now)

    @property
    def exchanges(self) -> int:
        """How many exchanges there have been since the start or the last reset of everything."""
        return self.store.exchanges

    def show_requests(self, wanted: JournalFilter) -> dict[str, Any]:
        """Show the journal, oldest first."""
        journals = (journal.after(wanted.since) for journal in self._journals(wanted.api_key))
        entries = filter(wanted.matches, heapq.merge(*journals, key=lambda entry: entry.seq))
        return {"requests": [rendered(entry) for entry in islice(entries, wanted.limit)]}

    def clear_requests(self, wanted: JournalFilter) -> None:
        """Forget the exchanges that the filter matches."""
        for journal in self._journals(wanted.api_key):
            journal.discard(wanted.matches)

    def add_fault(self, wanted: FaultRequest) -> dict[str, Any]:
        """Arm a fault.

        Raises:
            EmulatorError: it can never strike, or makes no sense.
        """
        return views.fault(self.world.faults.add(wanted))

    def list_faults(self, api_key: str | None) -> dict[str, Any]:
        """List the faults of one account, or of all, in the order in which they were armed."""
        rules = self.world.faults.rules
        wanted = [rule for rule in rules if api_key in {None, rule.wanted.api_key}]
        return {"faults": [views.fault(rule) for rule in wanted]}

    def show_fault(self, fault_id: str) -> dict[str, Any]:
        """Show one fault.

        Raises:
            EmulatorError: there is none.
        """
        return views.fault(self.world.faults.find(fault_id))

    def remove_fault(self, fault_id: str) -> None:
        """Disarm one fault."""
        self.world.faults.remove(fault_id)

    def clear_faults(self, api_key: str | None) -> None:
        """Disarm every fault, or those of one account."""
        for rule in list(self.world.faults.rules):
            if api_key in {None, rule.wanted.api_key}:
                self.world.faults.remove(rule.fault_id)

    def show_verdicts(self, api_key: str | None) -> dict[str, Any]:
        """Tell what the journal says about a client: of one account, or of each in turn."""
        rows = self.world.catalogue.verdicts
        found = [
            {**msgspec.structs.asdict(verdict), "api_key": owner and redacted(owner)}
            for owner, journal in self._owned_journals(api_key)
            for verdict in verdicts(journal, rows)
        ]
        return {"verdicts": found}

    def behaviours(self) -> dict[str, Any]:
        """Return the behaviour register."""
        return {"behaviours": self.world.catalogue.behaviours}

    def _journals(self, api_key: str | None) -> Iterable[Journal]:
        return [journal for _, journal in self._owned_journals(api_key)]

    def _owned_journals(self, api_key: str | None) -> list[tuple[str | None, Journal]]:
        accounts = self.store.accounts
        if api_key is not None:
            return [(api_key, accounts[api_key].journal)] if api_key in accounts else []
        owned = [(key, account.journal) for key, account in accounts.items()]
        return [(None, self.store.anonymous), *owned]

    def _account(self, api_key: str) -> Account:
        account = self.store.accounts.get(api_key)
        if account is None:
            raise EmulatorError(
                f"there is no account {redacted(api_key)}",
                hint="make it with PUT /_mock/accounts/{api_key}, or call a model with the key",
                status=404,
            )
        return account

    def _check_models(self, wanted: AccountSettings) -> None:
        if isinstance(wanted.denied_models, list):
            known = {"*", *self.world.catalogue.models}
            for slug in wanted.denied_models:
                if slug not in known:
                    raise EmulatorError(
                        f"there is no model {slug!r}", hint="models: " + ", ".join(sorted(known))
                    )

    def _account_made(self, api_key: str) -> Account:
        """Return the account of a key, made if calling a model with the key would make it."""
        if self.world.rules.accept == "any" and api_key not in self.store.accounts:
            return self.store.make(api_key)
        return self._account(api_key)

    def _clock_of(self, api_key: str | None) -> VirtualClock | AccountClock:
        """Return the clock that a key reads, or will read; without a key the default."""
        account = self.store.accounts.get(api_key) if api_key else None
        if api_key and account is None and self.world.rules.accept != "any":
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
        raise EmulatorError(
            f"there is no job {request_id[:80]!r}",
            hint="it was never submitted, or has expired; GET /_mock/jobs lists what is there",
            status=404,
        )

    def _settle(self, account: Account) -> int:
        now = account.clock.now()
        self.store.settle(account, now)
        return now


def _wanted_mode(change: ClockChange) -> str | None:
    if change.slept and not change.api_key:
        raise EmulatorError("only a client sleeps", hint="slept goes with an api_key")
    if change.mode == "rate":
        if change.rate is None:
            raise EmulatorError("mode rate needs a rate", hint='send {"mode": "rate", "rate": 60}')
        return f"x{change.rate:g}"
    if change.rate is not None:
        raise EmulatorError("a rate goes with mode rate", hint='send {"mode": "rate", "rate": 60}')
    return change.mode


def _wanted_step(change: ClockChange, now: int) -> int:
    """Return how far to move on, in microseconds."""
    instant = now if change.set_utc is None else parse_iso(change.set_utc)
    seconds = change.advance_s or 0.0
    if not abs(seconds) <= LATEST / SECOND:
        raise EmulatorError(f"advance_s is {seconds}", hint="give a number of seconds from 0")
    step = instant + round(seconds * SECOND) - now
    if step < 0 or seconds < 0:
        raise EmulatorError(
            f"time cannot go back: it is {iso(now)}", hint="reset to begin anew, or move on"
        )
    if now + step > LATEST:
        raise EmulatorError("that is after the year 9000", hint="move less far")
    return step


def _fired(account: Account, before: int, after: int) -> list[tuple[int, int, str, str]]:
    """List the transitions in (before, after], oldest first."""
    return sorted(
        (instant, job.ordinal, job.request_id, state)
        for job in account.jobs.values()
        for state, instant in job.timeline()
        if before < instant <= min(after, job.expires_at)
    )
