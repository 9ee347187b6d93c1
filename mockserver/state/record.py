"""All that an account has, as the memory store keeps it. Nobody outside `state` holds one."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping

import msgspec

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import NEVER
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import RETENTION, Output
from mockserver.rules.rate_limit import Window
from mockserver.rules.wallet import LedgerEntry, Wallet
from mockserver.state.account import Account
from mockserver.state.due_times import DueTimes
from mockserver.state.job_log import JobLog
from mockserver.state.lazy_queue import LazyQueue
from mockserver.state.rows import Due, Kept, Queue
from mockserver.state.uploads import Uploads
from mockserver.state.webhook_queue import WebhookQueue

_ACCOUNT_BYTES, _JOB_BYTES, _RECORD_BYTES, _WEBHOOK_BYTES = 6_500, 1_000, 300, 8_000
"""What an account, a job, a smaller record and a webhook with its log take, as measured."""


class AccountRecord:
    """One account and what is kept for it.

    Attributes:
        api_key: Its key.
        number: Which account of its key it is.
        wallet: Its money: a value, replaced by the next one, as the window is.
        window: How many requests it has made in this minute.
        clock: The account's clock.
        jobs: Its jobs.
        due: When jobs end or expire.
        quiet_until: The instant before which nothing ends: there is nothing to settle until then.
        outputs: What it takes to render what its jobs have yielded, oldest first.
        output_bytes: Of the parameters and thumbnails in them.
        ledger: What it paid for.
        whole: The ordinals of runs that have ended and still have long parameters.
        whole_bytes: Of those parameters.
        is_slow: Whether the receiver that was called last took its time.
        weighed_bytes: What it kept when `Memory` last looked.
    """

    __slots__ = (
        "_account", "api_key", "clock", "due", "is_slow", "jobs", "journal",
        "ledger", "number", "output_bytes", "outputs", "pending", "quiet_until", "uploads",
        "wallet", "webhooks", "weighed_bytes", "whole", "whole_bytes", "window",
    )  # fmt: skip

    _account: Account
    wallet: Wallet
    window: Window

    def __init__(self, account: Account, clock: AccountClock, journal: Kept) -> None:
        self.api_key = account.api_key
        self.number = account.number
        self.describe(account)
        self.clock = clock
        self.journal = journal
        self.jobs = JobLog()
        self.due: Due = DueTimes()
        self.quiet_until = NEVER
        self.pending = 0
        """How many jobs are not settled."""
        self.outputs: Queue[Output] = LazyQueue()
        self.output_bytes = 0
        self.ledger: Queue[LedgerEntry] = LazyQueue()
        self.whole: MutableMapping[int, None] = {}
        self.whole_bytes = 0
        self.uploads = Uploads()
        self.webhooks = WebhookQueue()
        self.is_slow = False
        self.weighed_bytes = 0

    @property
    def kept_bytes(self) -> int:
        """How much this account keeps: an estimate that takes the same time however much it is."""
        jobs, uploads = self.jobs, self.uploads
        return (
            (_ACCOUNT_BYTES + len(self.api_key))
            + self.journal.total_bytes
            + jobs.remembered_bytes
            + jobs.retained_bytes
            + self.output_bytes
            + uploads.total_bytes
            + _RECORD_BYTES * (len(self.journal) + len(self.outputs) + len(self.ledger))
            + _RECORD_BYTES * len(uploads)
            + _JOB_BYTES * jobs.kept
            + _WEBHOOK_BYTES * len(self.webhooks.by_id)
            + _JOB_BYTES * len(self.webhooks)
        )

    @property
    def account(self) -> Account:
        """The account as it is now; the value is made when it is asked for after a change."""
        account = self._account
        if account.wallet is not self.wallet or account.window is not self.window:
            account = self._account = msgspec.structs.replace(
                account, wallet=self.wallet, window=self.window, jobs_made=self.jobs.made
            )
        return account

    def describe(self, account: Account) -> None:
        """Have the account be as it is described here."""
        self._account = account
        self.wallet = account.wallet
        self.window = account.window

    def change(self, **fields: object) -> None:
        """Say something else of the account."""
        self.describe(msgspec.structs.replace(self.account, **fields))

    def schedule(self, job: Job) -> None:
        """Note when a job ends or expires, whichever is first, after either has changed."""
        instant = min(job.finished_at, job.expires_at)
        self.quiet_until = min(self.quiet_until, instant)
        self.due.put(instant, job.ordinal)

    def find_next_end(self) -> int:
        """Return the next instant at which a job ends, or an entry of the ledger and its output."""
        due, oldest = self.due.first, self.jobs.oldest
        return min(
            NEVER if due is None else due,
            oldest.expires_at if oldest is not None and oldest.settled else NEVER,
            self.ledger[0].at + RETENTION if self.ledger else NEVER,
        )

    def add_output(self, output: Output) -> None:
        """Keep what it takes to render an output."""
        self.outputs.append(output)
        self.output_bytes += len(output.payload) + len(output.thumbnail)

    def add_output_lazily(self, make: Callable[[str, Job], Output], job: Job) -> bool:
        """Keep that of a job, all of whose parameters it has; tell whether it is not made now."""
        self.outputs.append_lazily(make, self.api_key, job)
        self.output_bytes += len(job.payload) + len(job.thumbnail)
        return True

    def drop_oldest_output(self) -> Output:
        """Let the output go that was made first."""
        output = self.outputs.popleft()
        self.output_bytes -= len(output.payload) + len(output.thumbnail)
        return output
