"""State: accounts, each a world of its own, and the one place where anything is written.

`add_job` and `put_upload` write what an exchange decided; `settle` lets an account catch up with
its clock. None of them waits for anything.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal

import msgspec

from mockserver.base.clock import AccountClock, VirtualClock
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import make_id
from mockserver.contract.tables import Plan
from mockserver.rules import magic_values, rate_limit
from mockserver.rules.jobs import Job
from mockserver.rules.uploads import Upload
from mockserver.state.account import MAX_KEY_CHARS, Account, AccountSettings, check_settings, is_key
from mockserver.state.changes import (
    AddJob,
    Change,
    ChangeJob,
    Configure,
    CountRequest,
    DropOutput,
    Introduce,
    MakeAccount,
    MoveClock,
    SetClockMode,
)
from mockserver.state.evictions import Evictions
from mockserver.state.journal import Journal
from mockserver.state.journals import Journals
from mockserver.state.memory import Memory
from mockserver.state.settlement import Settlement

RELEASED_AT_ONCE = 1_000
DEFAULT_BYTES = 1024 * 1024 * 1024
SWEEP_EVERY, SWEEP_JOBS = 16, 100
"""Every so many calls one account is swept, of so many jobs at the most: no call pays for all."""


class Store:
    """Every account, by key, and the index of outputs, which are public.

    Args:
        clock: Makes the default clock.
        plans: Every plan, by name.
        plan: The plan of an account that nobody described.
        credits: Its credits in US dollars.
        configured: Accounts from the configuration file, by key.
        seed: Keys the ids of outputs.
        use_triggers: Whether keys like `SG_0000…0406` mean something.
        max_bytes: How much all accounts may keep together, as `Account.kept_bytes` estimates it.

    Raises:
        EmulatorError: the plan, the credits or a configured account cannot be.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], VirtualClock],
        plans: dict[str, Plan],
        plan: str,
        credits: Decimal,  # noqa: A002
        configured: dict[str, AccountSettings],
        seed: int,
        use_triggers: bool,
        max_bytes: int = DEFAULT_BYTES,
    ) -> None:
        self._make_clock = clock
        self._plans = plans
        self._plan = plan
        self._credits = credits
        self._configured = configured
        self._seed = seed
        self._use_triggers = use_triggers
        self.on_due: Callable[[Account], None] | None = None
        """Called, within the lock, when an account may have webhooks to be told of something."""
        self.accounts: dict[str, Account] = {}
        self.journals = Journals()
        self._ended: list[Account] = []
        """Accounts of before a reset, which are let go in small steps."""
        self.memory = Memory(max_bytes)
        self.evictions = Evictions()
        self.uploads: dict[str, Upload] = {}
        """By their ids; they are public."""
        self._settlement = Settlement(seed, self.notify)
        self.outputs = self._settlement.outputs
        self.settle = self._settlement.settle
        self.reschedule = self._settlement.reschedule
        self.output_id = self._settlement.output_id
        self.output_url = self._settlement.output_url
        self.plan(plan)
        check_settings(AccountSettings(credits=credits))
        self.reset()

    def reset(self) -> None:
        """Go back to how the emulator started."""
        for account in self.accounts.values():
            account.end()
        self.release()
        if len(self.accounts) > RELEASED_AT_ONCE:
            self._ended += self.accounts.values()
        self.clock = self._make_clock()
        self.accounts.clear()
        self.memory.clear()
        self._settlement.clear()
        self.uploads.clear()
        self.journals.clear()
        self.anonymous = Journal()
        self.evictions.clear()
        self._calls = 0
        self._turns: OrderedDict[str, None] = OrderedDict()
        """Every key, in the order in which accounts are swept."""
        for api_key in self._configured:
            self.make(api_key)

    def make(self, api_key: str) -> Account:
        """Make the account of this key as configuration, triggers and defaults describe it.

        Raises:
            EmulatorError: no account can have this key.
        """
        account = self.describe(api_key)
        self.accounts[api_key] = account
        self._turns[api_key] = None
        if api_key not in self._configured:  # such a one may leave once it was spoken to
            self.memory.touch(account)
        return account

    def describe(self, api_key: str) -> Account:
        """Return the account of this key as it would be made; nothing is kept.

        Raises:
            EmulatorError: no account can have this key.
        """
        if not is_key(api_key):
            raise EmulatorError(
                f"the key has {len(api_key)} characters", hint=f"use at most {MAX_KEY_CHARS}"
            )
        plan = self.plan(self._plan)
        account = Account(api_key, AccountClock(self.clock), plan, self._credits)
        if self._use_triggers:
            account.post_error = magic_values.post_error_of_key(api_key)
            wanted = msgspec.convert(magic_values.of_key(api_key), AccountSettings, strict=False)
            self.configure(account, wanted)
        if api_key in self._configured:
            self.configure(account, self._configured[api_key])
            account.is_introduced = True
        return account

    def commit(self, api_key: str, changes: tuple[Change, ...], now: int) -> Job | None:
        """Write what was decided, in this order: the only writer of accounts and their jobs.

        Args:
            api_key: Whose account it is.
            changes: What to write.
            now: This instant on the account's clock.

        Returns:
            The job that was added or changed last, as it is kept now.
        """
        job: Job | None = None
        for change in changes:
            match change:
                case MakeAccount():
                    if api_key not in self.accounts:
                        self.make(api_key)
                case CountRequest():
                    account = self.accounts[api_key]
                    account.window = rate_limit.hit(account.window, now)
                case AddJob(added):
                    job = added
                    self.add_job(self.accounts[api_key], added)
                case ChangeJob(changed):
                    job = self._change_job(self.accounts[api_key], changed)
                case DropOutput(output_id):
                    self.outputs.pop(output_id, None)
                case _:
                    self._change_account(self.accounts[api_key], change)
        if job is not None and min(job.finished_at, job.expires_at) <= now:
            self.settle(self.accounts[api_key], now)
        return job

    def _change_account(self, account: Account, change: Change) -> None:
        match change:
            case Introduce():
                account.is_introduced = True
            case Configure(settings):
                self.configure(account, settings)
            case MoveClock(step, is_sleep):
                account.clock.advance(step)
                if is_sleep:
                    account.clock.slept = (account.clock.slept or 0) + step
                self.notify(account)
            case SetClockMode(mode):
                account.clock.set_mode(mode)
                self.notify(account)

    def move_default_clock(self, mode: str | None, step: int) -> None:
        """Have the default clock go on in another mode, if one is named, and move it on.

        Args:
            mode: `real`, `frozen`, `auto` or `xN`.
            step: Microseconds.
        """
        if mode is not None:
            self.clock.set_mode(mode)
        self.clock.advance(step)
        for account in self.accounts.values():
            self.notify(account)

    def _change_job(self, account: Account, changed: Job) -> Job:
        job = account.jobs.get(changed.key, changed)
        for name in ("started_at", "finished_at", "expires_at", "ends", "error"):
            setattr(job, name, getattr(changed, name))
        self.reschedule(account, job)
        return job

    def forget(self, api_key: str) -> bool:
        """Drop an account with all it has; a configured one begins anew."""
        self.evictions.forget(api_key)
        account = self.accounts.get(api_key)
        if account is None:
            return False
        self._end(account)
        return True

    def _end(self, account: Account) -> None:
        """Have an account's world end; what holds on to it finds it so."""
        api_key = account.api_key
        del self.accounts[api_key]
        del self._turns[api_key]
        self.memory.forget(account)
        self._settlement.forget(account)
        for asset in account.uploads:
            self.uploads.pop(asset.upload_id, None)
        self.journals.forget(account.journal)
        account.end()
        if api_key in self._configured:
            self.make(api_key)

    def plan(self, name: str) -> Plan:
        """Return a plan by name.

        Raises:
            EmulatorError: there is none.
        """
        if name not in self._plans:
            raise EmulatorError(
                f"there is no plan {name!r}", hint="plans: " + ", ".join(self._plans)
            )
        return self._plans[name]

    def check(self, wanted: AccountSettings) -> None:
        """Refuse what cannot be said of an account.

        Raises:
            EmulatorError: it says why.
        """
        check_settings(wanted)
        if isinstance(wanted.plan, str):
            self.plan(wanted.plan)

    def configure(self, account: Account, wanted: AccountSettings) -> None:
        """Change what was said about an account, after checking all of it.

        Raises:
            EmulatorError: a value cannot be; nothing was changed.
        """
        self.check(wanted)
        if isinstance(wanted.plan, str):
            plan = self.plan(wanted.plan)
            account.plan, account.requests_per_minute = plan.name, plan.requests_per_minute
        for name in ("requests_per_minute", "status", "denied_models"):
            value = getattr(wanted, name)
            if value is not msgspec.UNSET:
                setattr(account, name, value)
        wallet = account.wallet
        if wanted.credits is not msgspec.UNSET:
            wallet.record = wanted.credits is not None
            wallet.credits = wanted.credits if wanted.credits is not None else Decimal(0)
        if wanted.free_credits is not msgspec.UNSET:
            wallet.free_credits = wanted.free_credits

    def add_job(self, account: Account, job: Job) -> None:
        """Keep a new job and set its price aside."""
        self._settlement.add_job(account, job)
        if job.is_flow:
            self.notify(account)

    def notify(self, account: Account) -> None:
        """Say that an account's clock, runs or webhooks have changed, if any webhook may care."""
        if self.on_due is not None and (account.webhooks.queue or account.webhooks.are_active):
            self.on_due(account)

    def id_of(self, account: Account, use: str, ordinal: int) -> str:
        """Return an id for this use: repeatable, and unguessable without seed and key."""
        return make_id(self._seed, use, account.api_key, ordinal)

    def put_upload(self, account: Account, asset: Upload) -> None:
        """Keep a file, and let the oldest go if need be."""
        self.uploads[asset.upload_id] = asset
        for gone in account.uploads.put(asset):
            del self.uploads[gone.upload_id]

    def visit(self, api_key: str | None) -> Account | None:
        """Return the account of a key that speaks, if there is one, after making room for it."""
        account = self.accounts.get(api_key) if api_key else None
        if account is not None and account is not self.memory.newest:
            self.memory.touch(account)
        self._calls += 1
        if not self._calls % SWEEP_EVERY:
            self.sweep()
        if self.memory.total_bytes <= self.memory.max_bytes:
            return account
        self._make_room()
        return self.accounts.get(api_key) if api_key else None

    def _make_room(self) -> None:
        """Forget accounts, those first that nobody spoke to for longest."""
        while (account := self.memory.find_surplus(self._catch_up)) is not None:
            lost = len(account.journal) + account.journal.dropped
            self._end(account)
            self.evictions.note(account.api_key, lost)

    def _catch_up(self, account: Account) -> None:
        self.settle(account, account.clock.now(), SWEEP_JOBS)

    def release(self) -> bool:
        """Let go of some accounts of before a reset; tell whether there are more of them."""
        del self._ended[-RELEASED_AT_ONCE:]
        return bool(self._ended)

    def sweep(self) -> None:
        """Let an account that nobody may ask for catch up too, in a small step."""
        self.release()
        if not self._turns:
            return
        api_key, _ = self._turns.popitem(last=False)
        self._turns[api_key] = None
        account = self.accounts[api_key]
        self._catch_up(account)
        if account.webhooks.queue:
            self.notify(account)
        self.memory.weigh(account)
        if not account.pending:
            self.memory.release(account)

    def owner_of(self, request_id: str) -> Account | None:
        """Return the account whose job this is: for the journal, never for an answer."""
        return self._settlement.owner_of(request_id)

    @property
    def job_count(self) -> int:
        """How many jobs there are."""
        return len(self._settlement.owners)
