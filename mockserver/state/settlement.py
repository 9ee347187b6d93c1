"""Letting accounts catch up with their clocks: what has ended is booked, what has expired leaves.

Whatever is indexed for all accounts together, jobs and outputs, is written here and nowhere
else, so that nothing of an account that has ended can come to stand there.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from heapq import heappop, heappush
from itertools import count

from mockserver.base.compacting_dict import CompactingDict
from mockserver.base.excerpts import LONGEST_TEXT, shorten
from mockserver.rules import outputs
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import Output
from mockserver.rules.wallet import Entry as LedgerEntry
from mockserver.state import workflow_events
from mockserver.state.account import Account, Due

MAX_WHOLE_BYTES = 4 * 1024 * 1024
"""Of the long parameters of runs that have ended, for each account; beyond it excerpts are kept."""


class Settlement:
    """Books, releases and drops what has ended, and indexes what is public.

    Args:
        seed: Keys the ids of outputs.
        ring: Called when an account may have webhooks to be told of something.
    """

    def __init__(self, seed: int, ring: Callable[[Account], None]) -> None:
        self._seed = seed
        self._notify = ring
        self._pushes = count()
        self.outputs: CompactingDict[Output] = CompactingDict()
        """By their ids; they are public."""
        self.owners: CompactingDict[Account] = CompactingDict()
        """Whose a job is, by the id under which it is kept."""
        self._owners_of_handled: CompactingDict[Account] = CompactingDict()
        """The same by the request's own id, where the job is kept under an opaque one."""

    def clear(self) -> None:
        """Forget what is indexed of every account."""
        self.outputs.clear()
        self.owners.clear()
        self._owners_of_handled.clear()

    def forget(self, account: Account) -> None:
        """Forget what is indexed of an account."""
        for job in account.retained:
            self._drop_ids(job)
        for output in account.outputs:
            self.outputs.drop(output.output_id)

    def add_job(self, account: Account, job: Job) -> None:
        """Keep a new job and set its price aside."""
        account.add_job(job)
        self.owners[job.key] = account
        if job.handle:
            self._owners_of_handled[job.request_id] = account
        self.reschedule(account, job)

    def owner_of(self, request_id: str) -> Account | None:
        """Return the account whose job this is."""
        return self.owners.get(request_id) or self._owners_of_handled.get(request_id)

    def reschedule(self, account: Account, job: Job) -> None:
        """Note when a job ends or expires, whichever is first, after either has changed."""
        instant = min(job.finished_at, job.expires_at)
        heappush(account.due, Due(instant, job.ordinal, next(self._pushes), job))

    def settle(self, account: Account, now: int, most: int | None = None) -> None:
        """Book, release and drop what has ended by this instant, in the order of the ends.

        Args:
            account: Whose jobs; nothing becomes of those of an account that has ended.
            now: This instant on its clock.
            most: How many jobs at the most; None settles all of them.
        """
        if account.has_ended or not account.ordinal:
            return
        due = account.due
        while due and due[0].instant <= now and most != 0:
            most = most and most - 1
            job = heappop(due).job
            if not job.settled and min(job.finished_at, job.expires_at) <= now:
                self._settle_job(account, job)
            if job.expires_at <= now:
                account.jobs.drop(job.key)
                self._drop_ids(job)
        self._drop_expired(account, now)

    def output_id(self, account: Account, job: Job) -> str:
        """Return the id of a job's output: repeatable, and unguessable without seed and key."""
        return outputs.output_id(self._seed, account.api_key, job.ordinal)

    def output_url(self, account: Account, job: Job, origin: str) -> str:
        """Return the URL of the file that a job yields, as whoever asks at `origin` reaches it."""
        name = outputs.file_name(self.output_id(account, job), job.model.terms.output.format)
        return outputs.url_of(origin, name)

    def _settle_job(self, account: Account, job: Job) -> None:
        """Book a completed job; give back what a failed, or never finished, one had held."""
        job.settled = True
        account.pending -= 1
        if job.is_flow and job.finished_at <= job.expires_at:
            self._announce(account, job)
        if job.ends != "COMPLETED" or job.finished_at > job.expires_at:
            account.wallet.release(job.price)
            self._keep_whole(account, job)
            return
        job.remaining = account.wallet.book(job.price)
        why = f"{job.model.slug} completed"
        payload = blake2b(job.payload, digest_size=6).hexdigest()
        entry = LedgerEntry(job.request_id, job.price, job.finished_at, why, payload)
        account.ledger.append(entry)
        if job.model.terms.output.media != "text":
            self._add_output(account, job)
            if not job.is_flow:
                self._keep_whole(account, job)

    def _keep_whole(self, account: Account, job: Job) -> None:
        """Keep the parameters of a run that has ended, and of those before it while there is room.

        A test looks at what it has just sent; what thousands of runs were sent takes memory.
        """
        if len(job.payload) > LONGEST_TEXT:
            account.whole[job.ordinal] = job
            account.whole_bytes += len(job.payload)
        while account.whole_bytes > MAX_WHOLE_BYTES:
            self._excerpt(account, next(iter(account.whole.values())))
        if not account.retains(job):
            self._excerpt(account, job)

    def _excerpt(self, account: Account, job: Job) -> None:
        """Keep what a client can still be told of a run's parameters, and excerpts of the rest."""
        if account.whole.pop(job.ordinal, None) is None:
            return
        account.whole_bytes -= len(job.payload)
        told = ("prompt",) if job.remaining is not None else ()
        account.shorten(job, shorten(job.payload, whole=told))

    def _add_output(self, account: Account, job: Job) -> None:
        output = Output(
            self.output_id(account, job),
            job.request_id,
            account.api_key,
            job.model,
            shorten(job.payload),
            job.seed or 0,
            job.finished_at,
        )
        account.add_output(output)
        self.outputs[output.output_id] = output

    def _announce(self, account: Account, job: Job) -> None:
        """Let webhooks be told of a workflow's end (N5)."""
        url = self.output_url(account, job, job.flow_origin)
        events = {"GRAPH_RUN": workflow_events.graph_run(job, url)}
        if job.ends == "COMPLETED":
            events = {"NODE_RUN": workflow_events.node_run(job, url), **events}
        for event, body in events.items():
            account.webhooks.enqueue(event, job.request_id, job.finished_at, body)
        self._notify(account)

    def _drop_expired(self, account: Account, now: int) -> None:
        while account.retained and account.retained[0].expires_at <= now:
            self._excerpt(account, account.retained[0])
            self._drop_ids(account.drop_oldest_job())
        kept_since = now - outputs.RETENTION
        while account.outputs and account.outputs[0].created_at <= kept_since:
            self.outputs.drop(account.drop_oldest_output().output_id)
        while account.ledger and account.ledger[0].at <= kept_since:
            account.ledger.popleft()

    def _drop_ids(self, job: Job) -> None:
        self.owners.drop(job.key)
        if job.handle:
            self._owners_of_handled.drop(job.request_id)
