"""Accounts: one key's world each, and what can be said of one."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import Any

import msgspec

from mockserver.base.clock import AccountClock
from mockserver.base.compacting_dict import CompactingDict
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import normalize_id
from mockserver.contract.tables import Plan
from mockserver.rules.finetunes import Tune
from mockserver.rules.history import History
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import Output
from mockserver.rules.rate_limit import CLOSED, Window
from mockserver.rules.uploads import Uploads
from mockserver.rules.wallet import Entry as LedgerEntry
from mockserver.rules.wallet import Wallet
from mockserver.rules.webhooks import Webhooks
from mockserver.state.journal import Journal

_ACCOUNT_BYTES, _JOB_BYTES, _RECORD_BYTES, _HOOK_BYTES = 6_500, 1_000, 300, 8_000
"""What an account, a job, a smaller record and a webhook with its log take, as measured."""

MAX_KEY_CHARS = 1_024
"""A longer key is nobody's."""

_TOO_MUCH = Decimal(10) ** 12


class AccountSettings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What can be said of an account; what is left out stays as it is.

    `credits` null is an account without a balance record (R6); `requests_per_minute` null is no
    limit; money is in US dollars.
    """

    plan: str | msgspec.UnsetType = msgspec.UNSET
    requests_per_minute: int | msgspec.UnsetType | None = msgspec.UNSET
    credits: Decimal | msgspec.UnsetType | None = msgspec.UNSET
    free_credits: Decimal | msgspec.UnsetType = msgspec.UNSET
    status: str | msgspec.UnsetType = msgspec.UNSET
    denied_models: list[str] | msgspec.UnsetType = msgspec.UNSET


class Due(msgspec.Struct, frozen=True, order=True, gc=False):
    """When a job ends or expires; jobs of one instant come in the order of their submission."""

    instant: int
    ordinal: int
    push: int
    job: Job


class Account:
    """One key's world: clock, money, window, jobs, outputs and journal."""

    __slots__ = (
        "api_key", "clock", "denied_models", "due", "handles", "has_ended", "history",
        "is_introduced", "jobs", "journal", "ledger", "ordinal", "outputs", "payload_bytes",
        "pending", "plan", "post_error", "requests_per_minute", "retained", "status",
        "tune", "uploads", "wallet", "webhooks", "weighed_bytes", "whole", "whole_bytes",
        "window",
    )  # fmt: skip

    def __init__(self, api_key: str, clock: AccountClock, plan: Plan, money: Decimal) -> None:
        self.api_key = api_key
        self.clock = clock
        self.plan = plan.name
        self.requests_per_minute = plan.requests_per_minute
        self.wallet = Wallet(money)
        self.status = "active"
        self.denied_models: list[str] = []
        self.is_introduced = False
        """Whether the control plane or the configuration made it, rather than its first call."""
        self.post_error: str | None = None
        self.window: Window = CLOSED
        self.has_ended = False
        """It was reset or deleted: whoever still holds it may write nothing to it any longer."""
        self.ordinal = 0
        self.weighed_bytes = 0
        """What it kept when `Memory` last looked."""
        self.payload_bytes = 0
        """Of the parameters that retained jobs and outputs hold."""
        self.whole: dict[int, Job] = {}
        """Runs that have ended and still have long parameters, by their ordinals."""
        self.whole_bytes = 0
        """Of their parameters."""
        self.pending = 0
        """How many jobs are not settled."""
        self.jobs: CompactingDict[Job] = CompactingDict()
        self.due: list[Due] = []
        """A heap, for `Settlement.settle`."""
        self.handles: CompactingDict[str] = CompactingDict()
        """Where a job is kept whose URLs are opaque, by its id."""
        self.retained: deque[Job] = deque()
        self.outputs: deque[Output] = deque()
        self.ledger: deque[LedgerEntry] = deque()
        self.journal = Journal(api_key)
        self.history = History()
        self.uploads = Uploads()
        self.webhooks = Webhooks()
        self.tune: Tune | None = None
        """Made when it is first asked for."""

    def end(self) -> None:
        """Have this world end: nobody is told of anything any longer."""
        self.has_ended = True
        self.webhooks.close()

    @property
    def kept_bytes(self) -> int:
        """How much this account keeps: an estimate that takes the same time however much it is."""
        jobs = max(len(self.retained), len(self.history))
        return (
            (_ACCOUNT_BYTES + len(self.api_key))
            + self.journal.total_bytes
            + self.history.total_bytes
            + self.payload_bytes
            + self.uploads.total_bytes
            + _RECORD_BYTES * (len(self.journal) + len(self.outputs) + len(self.ledger))
            + _RECORD_BYTES * len(self.uploads)
            + _JOB_BYTES * jobs
            + _HOOK_BYTES * len(self.webhooks.by_id)
            + _JOB_BYTES * len(self.webhooks.queue)
        )

    def add_job(self, job: Job) -> None:
        """Keep a new job and set its price aside."""
        self.ordinal += 1
        self.pending += 1
        self.jobs[job.key] = job
        if job.handle:
            self.handles[job.request_id] = job.key
        self.retained.append(job)
        self.payload_bytes += len(job.payload)
        self.history.append(job)
        self.wallet.hold(job.price)

    def drop_oldest_job(self) -> Job:
        """Let the job go that was submitted first."""
        job = self.retained.popleft()
        self.payload_bytes -= len(job.payload)
        self.jobs.drop(job.key)
        self.handles.drop(job.request_id)
        return job

    def add_output(self, output: Output) -> None:
        """Keep what it takes to render an output."""
        self.outputs.append(output)
        self.payload_bytes += len(output.payload)

    def drop_oldest_output(self) -> Output:
        """Let the output go that was made first."""
        output = self.outputs.popleft()
        self.payload_bytes -= len(output.payload)
        return output

    def shorten(self, job: Job, payload: bytes) -> None:
        """Keep less of a job's parameters than was sent."""
        less = len(job.payload) - len(payload)
        if self.retains(job):
            self.payload_bytes -= less
        if self.history.holds(job):
            self.history.total_bytes -= less
        job.payload = payload

    def retains(self, job: Job) -> bool:
        """Tell whether a job of this account has not expired (T7)."""
        return bool(self.retained) and self.retained[0].ordinal <= job.ordinal

    def job_of(self, spelled: str) -> Job | None:
        """Return the job of this id, in whichever spelling (S1b)."""
        return self.jobs.get(spelled) or self.jobs.get(normalize_id(spelled))

    def denies(self, slug: str) -> bool:
        """Tell whether this account may not call the model (A6)."""
        return bool(self.denied_models) and (
            slug in self.denied_models or "*" in self.denied_models
        )


def is_key(text: str) -> bool:
    """Tell whether an account can have this key: all that counts is that it is not endless."""
    return 0 < len(text) <= MAX_KEY_CHARS


def check_settings(wanted: AccountSettings) -> None:
    """Refuse numbers and words that no account can have; plans are the store's to know.

    Raises:
        EmulatorError: it says what came and what can be.
    """
    values: dict[str, Any] = msgspec.structs.asdict(wanted)
    for name in ("credits", "free_credits", "requests_per_minute"):
        value = values[name]
        if isinstance(value, int | Decimal) and not (
            Decimal(value).is_finite() and 0 <= value < _TOO_MUCH
        ):
            raise EmulatorError(f"{name} is {value}", hint="give a number from 0, below 10^12")
    if values["status"] not in {"active", "revoked", msgspec.UNSET}:
        raise EmulatorError(f"status is {values['status']!r}", hint="use active or revoked")
