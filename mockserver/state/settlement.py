"""Letting accounts catch up with their clocks: what has ended is booked, what has expired leaves.

Whatever is indexed for all accounts together, jobs and outputs, is written here and nowhere
else, so that nothing of an account that has ended can come to stand there.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mockserver.base.excerpts import LONGEST_TEXT, shorten
from mockserver.rules import outputs
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import RETENTION, Output
from mockserver.rules.wallet import make_ledger_entry
from mockserver.rules.workflow_events import find_events
from mockserver.state.indexes import Indexes
from mockserver.state.record import AccountRecord
from mockserver.state.rows import Rows

MAX_WHOLE_BYTES = 4 * 1024 * 1024
"""Of the long parameters of runs that have ended, for each account; beyond it excerpts are kept."""

MOST_UNMADE = 10_000
"""Outputs that are not made yet, of all accounts: whoever looks for an unknown one makes them."""


class Settlement:
    """Books, releases and drops what has ended, and indexes what is public.

    Args:
        seed: Keys the ids of outputs.
        indexes: What is found by an id alone.
        notify: Called when an account may have webhooks to be told of something.
    """

    def __init__(
        self, seed: int, indexes: Indexes, notify: Callable[[AccountRecord], None]
    ) -> None:
        self._seed = seed
        self._notify = notify
        self._outputs = indexes.outputs
        self._behind: dict[AccountRecord, None] = {}
        """Accounts that have outputs which nobody has looked for: those are not made yet."""
        self._unmade = 0
        """How many they are at the most."""
        self.owners = indexes.owners
        self._owners_of_handled = indexes.owners_of_handled
        self._uploads = indexes.uploads

    @property
    def outputs(self) -> Rows[str, Output]:
        """What is rendered, by its id."""
        while self._behind:
            record, _ = self._behind.popitem()
            self._make_outputs(record)
        self._unmade = 0
        return self._outputs

    def find_output(self, output_id: str) -> Output | None:
        """Return what it takes to render an output."""
        return self._outputs.get(output_id) or self.outputs.get(output_id)

    def clear(self) -> None:
        """Forget whose outputs are not made yet: there are no accounts any more."""
        self._behind.clear()
        self._unmade = 0

    def forget(self, record: AccountRecord) -> None:
        """Forget what is indexed of an account."""
        for job in record.jobs.list_retained():
            self._drop_ids(job)
        self._make_outputs(record)
        for output in record.outputs:
            self._outputs.drop(output.output_id)
        self._behind.pop(record, None)
        for upload in record.uploads:
            self._uploads.drop(upload.upload_id)

    def add_job(self, record: AccountRecord, job: Job) -> None:
        """Keep a new job and set its price aside."""
        record.jobs.add(job)
        record.pending += 1
        record.wallet = record.wallet.hold(job.price)
        self.owners[job.key] = record.api_key
        if job.handle:
            self._owners_of_handled[job.request_id] = record.api_key
        record.schedule(job)

    def change_job(self, record: AccountRecord, job: Job) -> None:
        """Keep a job that goes otherwise than it was planned; nothing brings a settled one back."""
        if not record.jobs.retains(job.ordinal):
            return
        kept = record.jobs[job.ordinal]
        job = msgspec.structs.replace(job, settled=kept.settled, remaining=kept.remaining)
        record.jobs.put(job)
        record.schedule(job)

    def owner_of(self, request_id: str) -> str | None:
        """Return the key of the account whose job this is."""
        return self.owners.get(request_id) or self._owners_of_handled.get(request_id)

    def settle(self, record: AccountRecord, now: int, most: int | None = None) -> None:
        """Book, release and drop what has ended by this instant, in the order of the ends.

        Args:
            record: Whose jobs.
            now: This instant on its clock.
            most: How many jobs at the most; None settles all of them.
        """
        if now < record.quiet_until:
            return
        due, jobs = record.due, record.jobs
        while most != 0 and (ordinal := due.take(now)) is not None:
            most = most and most - 1
            job = jobs.get(ordinal)
            if job is None:
                continue
            if not job.settled and (job.finished_at <= now or job.expires_at <= now):
                self._settle_job(record, job)
            if job.expires_at <= now:
                jobs.hide(job)
                self._drop_ids(job)
        next_end = record.find_next_end()
        if next_end <= now:
            self._drop_expired(record, now)
            next_end = record.find_next_end()
        record.quiet_until = next_end

    def _settle_job(self, record: AccountRecord, job: Job) -> None:
        """Book a completed job; give back what a failed, or never finished, one had held."""
        record.pending -= 1
        if job.flow_origin and job.finished_at <= job.expires_at:
            self._enqueue_events(record, job)
        if job.ends != "COMPLETED" or job.finished_at > job.expires_at:
            record.wallet = record.wallet.release(job.price)
            self._keep(record, msgspec.structs.replace(job, settled=True))
            return
        record.wallet = record.wallet.book(job.price)
        job = msgspec.structs.replace(job, settled=True, remaining=record.wallet.total)
        if len(job.payload) > LONGEST_TEXT:
            record.ledger.append(make_ledger_entry(job))
        else:
            record.ledger.append_lazily(make_ledger_entry, job)
        if not job.model.terms.output.is_file:
            record.jobs.put(job)
            return
        self._add_output(record, job)
        if job.flow_origin:
            record.jobs.put(job)
        else:
            self._keep(record, job)

    def _keep(self, record: AccountRecord, job: Job) -> None:
        """Keep a run that has ended, whole, and those before it while there is room for that.

        A test looks at what it has just sent; what thousands of runs were sent takes memory.
        """
        record.jobs.put(job)
        if len(job.payload) > LONGEST_TEXT:
            record.whole[job.ordinal] = None
            record.whole_bytes += len(job.payload)
        while record.whole_bytes > MAX_WHOLE_BYTES:
            self._excerpt(record, next(iter(record.whole)))

    def _excerpt(self, record: AccountRecord, ordinal: int) -> None:
        """Keep what a client can still be told of a run's parameters, and excerpts of the rest."""
        if ordinal not in record.whole:
            return
        del record.whole[ordinal]
        job = record.jobs[ordinal]
        record.whole_bytes -= len(job.payload)
        told = ("prompt",) if job.remaining is not None else ()
        short = shorten(job.payload, whole=told)
        record.jobs.put(msgspec.structs.replace(job, payload=short))

    def _add_output(self, record: AccountRecord, job: Job) -> None:
        if len(job.payload) > LONGEST_TEXT:
            record.add_output(self._make_output(record.api_key, job))
        elif record.add_output_lazily(self._make_output, job):
            self._behind[record] = None
            self._unmade += 1
            if self._unmade > MOST_UNMADE:
                self._make_next_output(record)

    def _make_outputs(self, record: AccountRecord) -> None:
        while self._make_next_output(record):
            pass

    def _make_next_output(self, record: AccountRecord) -> bool:
        is_made = record.outputs.make_next()
        self._unmade -= is_made
        return is_made

    def _make_output(self, api_key: str, job: Job) -> Output:
        output = outputs.make_output(self._seed, api_key, job)
        self._outputs[output.output_id] = output
        return output

    def _enqueue_events(self, record: AccountRecord, job: Job) -> None:
        """Let webhooks be told of a workflow's end (N5)."""
        url = outputs.make_output_url(self._seed, record.api_key, job, job.flow_origin)
        for event in find_events(job, url):
            record.webhooks.enqueue(event, account=record.number)
        self._notify(record)

    def _drop_expired(self, record: AccountRecord, now: int) -> None:
        jobs = record.jobs
        while (oldest := jobs.oldest) is not None and oldest.settled and oldest.expires_at <= now:
            self._excerpt(record, oldest.ordinal)
            self._drop_ids(jobs.expire_oldest())
            self._make_next_output(record)  # lest what is made of a job keep it any longer
            record.ledger.make_next()
        kept_since = now - RETENTION
        while record.outputs and record.outputs[0].created_at <= kept_since:
            self._outputs.drop(record.drop_oldest_output().output_id)
        while record.ledger and record.ledger[0].at <= kept_since:
            record.ledger.popleft()

    def _drop_ids(self, job: Job) -> None:
        self.owners.drop(job.key)
        if job.handle:
            self._owners_of_handled.drop(job.request_id)
