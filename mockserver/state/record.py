"""All that an account has, as the memory store keeps it. Nobody outside `state` holds one."""

from __future__ import annotations

from collections import deque
from heapq import heappush
from itertools import count

import msgspec

from mockserver.base.clock import AccountClock
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import Output
from mockserver.rules.wallet import LedgerEntry
from mockserver.state.account import Account
from mockserver.state.job_log import JobLog
from mockserver.state.journal import Journal
from mockserver.state.uploads import Uploads
from mockserver.state.webhook_queue import WebhookQueue

_ACCOUNT_BYTES, _JOB_BYTES, _RECORD_BYTES, _WEBHOOK_BYTES = 6_500, 1_000, 300, 8_000
"""What an account, a job, a smaller record and a webhook with its log take, as measured."""


class Due(msgspec.Struct, frozen=True, order=True, gc=False):
    """When a job ends or expires; jobs of one instant come in the order of their submission."""

    instant: int
    ordinal: int
    push: int


class AccountRecord:
    """One account and what is kept for it.

    Attributes:
        account: What is said of the account now: a value, replaced by the next one.
        clock: The account's clock.
        jobs: Its jobs.
        due: A heap of when jobs end or expire.
        outputs: What it takes to render what its jobs have yielded, oldest first.
        output_bytes: Of the parameters in them.
        ledger: What it paid for.
        whole: The ordinals of runs that have ended and still have long parameters.
        whole_bytes: Of those parameters.
        is_slow: Whether the receiver that was called last took its time.
        weighed_bytes: What it kept when `Memory` last looked.
    """

    __slots__ = (
        "_pushes", "account", "clock", "due", "is_slow", "jobs", "journal", "ledger",
        "output_bytes", "outputs", "pending", "uploads", "webhooks", "weighed_bytes", "whole",
        "whole_bytes",
    )  # fmt: skip

    def __init__(self, account: Account, clock: AccountClock, journal: Journal) -> None:
        self.account = account
        self.clock = clock
        self.journal = journal
        self.jobs = JobLog()
        self._pushes = count()
        self.due: list[Due] = []
        self.pending = 0
        """How many jobs are not settled."""
        self.outputs: deque[Output] = deque()
        self.output_bytes = 0
        self.ledger: deque[LedgerEntry] = deque()
        self.whole: dict[int, None] = {}
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
            (_ACCOUNT_BYTES + len(self.account.api_key))
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

    def change(self, **fields: object) -> None:
        """Say something else of the account."""
        self.account = msgspec.structs.replace(self.account, **fields)

    def schedule(self, job: Job) -> None:
        """Note when a job ends or expires, whichever is first, after either has changed."""
        instant = min(job.finished_at, job.expires_at)
        heappush(self.due, Due(instant, job.ordinal, next(self._pushes)))

    def add_output(self, output: Output) -> None:
        """Keep what it takes to render an output."""
        self.outputs.append(output)
        self.output_bytes += len(output.payload)

    def drop_oldest_output(self) -> Output:
        """Let the output go that was made first."""
        output = self.outputs.popleft()
        self.output_bytes -= len(output.payload)
        return output
