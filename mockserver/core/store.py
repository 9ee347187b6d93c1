"""State: accounts, each a world of its own, and the one place where anything is written.

`commit` writes what an exchange decided. `settle` lets an account catch up with its clock: it
books and releases what has ended and drops what has expired. Both are called with a reading of
the clock; neither waits for anything.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from hashlib import blake2b
from heapq import heappop, heappush
from itertools import count

import msgspec

from mockserver.contract.tables import Plan
from mockserver.core import flows, outputs, triggers
from mockserver.core.accounts import Account, AccountSettings, Due, check_settings
from mockserver.core.assets import Asset
from mockserver.core.clock import AccountClock, VirtualClock
from mockserver.core.credits import Entry as LedgerEntry
from mockserver.core.errors import EmulatorError
from mockserver.core.ids import digest
from mockserver.core.jobs import Job
from mockserver.core.journal import Journal
from mockserver.core.journals import Journals
from mockserver.core.outputs import Output
from mockserver.core.shrinking import ShrinkingDict

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
        self.plan(plan)
        check_settings(AccountSettings(credits=credits))
        self.reset()

    def reset(self) -> None:
        """Go back to how the emulator started."""
        for account in self.accounts.values():
            account.hooks.close()
        self.clock = self._make_clock()
        self.accounts.clear()
        self.outputs: ShrinkingDict[Output] = ShrinkingDict()
        self.assets: dict[str, Asset] = {}
        self.journals.clear()
        self.anonymous = Journal()
        self._pushes = count()
        self._calls = 0
        self._unswept: list[str] = []
        for api_key in self._configured:
            self.make(api_key)

    def make(self, api_key: str) -> Account:
        """Make the account of this key as configuration, triggers and defaults describe it."""
        plan = self.plan(self._plan)
        account = Account(api_key, AccountClock(self.clock), plan, self._credits)
        if self._use_triggers:
            account.post_error = triggers.post_error_of_key(api_key)
            wanted = msgspec.convert(triggers.of_key(api_key), AccountSettings, strict=False)
            self.configure(account, wanted)
        if api_key in self._configured:
            self.configure(account, self._configured[api_key])
        self.accounts[api_key] = account
        return account

    def forget(self, api_key: str) -> bool:
        """Drop an account with all it has; a configured one begins anew."""
        account = self.accounts.pop(api_key, None)
        if account is None:
            return False
        for output in account.outputs:
            self.outputs.drop(output.output_id)
        for asset in account.assets:
            self.assets.pop(asset.asset_id, None)
        account.hooks.close()
        self.journals.forget(account.journal)
        if api_key in self._configured:
            self.make(api_key)
        return True

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
        account.ordinal += 1
        account.jobs[job.key] = job
        if job.handle:
            account.handles[job.request_id] = job.key
        account.retained.append(job)
        account.history.append(job)
        account.wallet.hold(job.price)
        self.reschedule(account, job)
        if job.is_flow:
            self.ring(account)

    def reschedule(self, account: Account, job: Job) -> None:
        """Note when a job ends or expires, whichever is first, after either has changed."""
        instant = min(job.finished_at, job.expires_at)
        heappush(account.due, Due(instant, job.ordinal, next(self._pushes), job))

    def settle(self, account: Account, now: int, most: int | None = None) -> None:
        """Book, release and drop what has ended by this instant, in the order of the ends.

        Args:
            account: Whose jobs.
            now: This instant on its clock.
            most: How many jobs at the most; None settles all of them.
        """
        due = account.due
        while due and due[0].instant <= now and most != 0:
            most = most and most - 1
            job = heappop(due).job
            if not job.settled and min(job.finished_at, job.expires_at) <= now:
                self._settle_job(account, job)
            if job.expires_at <= now:
                account.jobs.drop(job.key)
        self._drop_expired(account, now)

    def _settle_job(self, account: Account, job: Job) -> None:
        """Book a completed job; give back what a failed, or never finished, one had held."""
        job.settled = True
        if job.is_flow and job.finished_at <= job.expires_at:
            self._announce(account, job)
        if job.ends != "COMPLETED" or job.finished_at > job.expires_at:
            account.wallet.release(job.price)
            return
        job.remaining = account.wallet.book(job.price)
        why = f"{job.model.slug} completed"
        payload = blake2b(job.payload, digest_size=6).hexdigest()
        entry = LedgerEntry(job.request_id, job.price, job.finished_at, why, payload)
        account.ledger.append(entry)
        if job.model.terms.output.media != "text":
            self._add_output(account, job)

    def _add_output(self, account: Account, job: Job) -> None:
        output = Output(
            self.output_id(account, job),
            job.request_id,
            account.api_key,
            job.model,
            job.payload,
            job.seed or 0,
            job.finished_at,
        )
        account.outputs.append(output)
        self.outputs[output.output_id] = output

    def _announce(self, account: Account, job: Job) -> None:
        """Let webhooks be told of a workflow's end (N5)."""
        url = self.output_url(account, job, job.flow_origin)
        events = {"GRAPH_RUN": flows.graph_run(job, url)}
        if job.ends == "COMPLETED":
            events = {"NODE_RUN": flows.node_run(job, url), **events}
        for event, body in events.items():
            account.hooks.announce(event, job.request_id, job.finished_at, body)
        self.ring(account)

    def ring(self, account: Account) -> None:
        """Say that an account's clock, runs or webhooks have changed, if any webhook may care."""
        if self.on_due is not None and (account.hooks.queue or account.hooks.are_active):
            self.on_due(account)

    def output_url(self, account: Account, job: Job, origin: str) -> str:
        """Return the URL of the file that a job yields, as whoever asks at `origin` reaches it."""
        name = outputs.file_name(self.output_id(account, job), job.model.terms.output.format)
        return outputs.url_of(origin, name)

    def id_of(self, account: Account, use: str, ordinal: int) -> str:
        """Return an id for this use: repeatable, and unguessable without seed and key."""
        return digest(self._seed, use, account.api_key, ordinal)

    def shelve(self, account: Account, asset: Asset) -> None:
        """Keep a file, and let the oldest go if need be."""
        self.assets[asset.asset_id] = asset
        for gone in account.assets.put(asset):
            del self.assets[gone.asset_id]

    def output_id(self, account: Account, job: Job) -> str:
        """Return the id of a job's output: repeatable, and unguessable without seed and key."""
        return digest(self._seed, "output", account.api_key, job.ordinal)

    def _drop_expired(self, account: Account, now: int) -> None:
        retained = account.retained
        while retained and retained[0].expires_at <= now:
            job = retained.popleft()
            account.jobs.drop(job.key)
            account.handles.drop(job.request_id)
        kept_since = now - outputs.RETENTION
        while account.outputs and account.outputs[0].created_at <= kept_since:
            self.outputs.drop(account.outputs.popleft().output_id)
        while account.ledger and account.ledger[0].at <= kept_since:
            account.ledger.popleft()

    def sweep(self) -> None:
        """Let accounts that nobody asks for catch up too: one in so many calls, in small steps."""
        self._calls += 1
        if self._calls % SWEEP_EVERY:
            return
        if not self._unswept:
            self._unswept = list(self.accounts)
        account = self.accounts.get(self._unswept.pop()) if self._unswept else None
        if account is not None:
            self.settle(account, account.clock.now(), SWEEP_JOBS)

    def owner_of(self, request_id: str) -> Account | None:
        """Return the account whose job this is: for the journal, never for an answer."""
        for account in self.accounts.values():
            if request_id in account.jobs or request_id in account.handles:
                return account
        return None
