"""One account and what is kept for it, as a transaction sees it that has read it from Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from mockserver.base.account_clock import AccountClock
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import Output
from mockserver.rules.wallet import LedgerEntry
from mockserver.shared.blobs import Blob, SharedUploads, SharedWebhooks, SharedWhole
from mockserver.shared.codecs import (
    TEXTS,
    AccountRow,
    JobLogCounts,
    ModelCodecs,
    read_said,
)
from mockserver.shared.connection import Command
from mockserver.shared.containers import (
    Codec,
    SharedQueue,
    SharedRows,
    make_msgpack_codec,
)
from mockserver.shared.due_times import SharedDueTimes
from mockserver.shared.names import ACCOUNT_PARTS, Names
from mockserver.shared.session import Part, Session
from mockserver.state.account import Account
from mockserver.state.job_log import JobLog, Places
from mockserver.state.record import AccountRecord

_NUMBERS: Codec[int] = Codec(lambda number: b"%d" % number, int)
_LEDGER: Codec[LedgerEntry] = make_msgpack_codec(LedgerEntry)


class OutputMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Stands in an account for an output, which is kept by its id."""

    output_id: str
    created_at: int
    size: int


_MARKS: Codec[OutputMark] = make_msgpack_codec(OutputMark)


class LargePart(Part, Protocol):
    """A part of an account that is read and written piece by piece."""

    @property
    def has_changed(self) -> bool:
        """Whether anything is to be written."""


class JournalSize(msgspec.Struct, frozen=True, gc=False):
    """How much an account's journal holds, as it was when the account was read."""

    count: int = 0
    total_bytes: int = 0
    dropped: int = 0

    def __len__(self) -> int:
        return self.count


class SharedRecord(AccountRecord):
    """One account and what is kept for it, as a transaction sees it.

    Args:
        session: The transactions.
        names: Where its parts are kept.
        account: Its value.
        clock: Its clock.
        codecs: Of its jobs.
        row: What is kept of it; None of a new account.
        journal: How much its journal holds.
    """

    __slots__ = (
        "_jobs", "_ordinals", "_told", "is_weighed_anew", "leased_until", "parts", "read_as",
    )  # fmt: skip

    webhooks: SharedWebhooks
    uploads: SharedUploads
    whole: SharedWhole
    outputs: SharedQueue[OutputMark]  # type: ignore[assignment]
    ledger: SharedQueue[LedgerEntry]

    def __init__(
        self,
        session: Session,
        names: Names,
        account: Account,
        *,
        clock: AccountClock,
        codecs: ModelCodecs,
        row: AccountRow | None,
        journal: JournalSize,
    ) -> None:
        super().__init__(account, clock, journal)
        name = {part: names.of_account(part, account.api_key) for part in ACCOUNT_PARTS}
        self._jobs: SharedRows[int, Job] = SharedRows(session, name["jobs"], codecs.jobs)
        self._ordinals: SharedRows[str, int] = SharedRows(session, name["job-ids"], _NUMBERS)
        handles: SharedRows[str, str] = SharedRows(session, name["job-handles"], TEXTS)
        self.jobs = JobLog(Places(self._jobs, self._ordinals, handles))
        self.due = SharedDueTimes(session, name["due"])
        self.outputs = SharedQueue(session, name["outputs"], _MARKS, row.outputs if row else 0)
        self.ledger = SharedQueue(session, name["ledger"], _LEDGER, row.ledger if row else 0)
        has = row.has if row else ()
        self.whole = SharedWhole(Blob(session, name["whole"], is_there="whole" in has))
        self.uploads = SharedUploads(Blob(session, name["uploads"], is_there="uploads" in has))
        self.webhooks = SharedWebhooks(Blob(session, name["webhooks"], is_there="webhooks" in has))
        self.parts: list[LargePart] = [
            self._jobs,
            self._ordinals,
            handles,
            self.due,
            self.outputs,
            self.ledger,
        ]
        self.leased_until = 0
        self.read_as = b""
        self.is_weighed_anew = False
        """Whether it is to be noted how much it keeps, though nothing but its journal changed."""
        self._told = names.told
        if row is not None:
            self._take_over(row)

    def _take_over(self, row: AccountRow) -> None:
        jobs, counts = self.jobs, row.jobs
        jobs.made, jobs.retained_from = counts.made, counts.retained_from
        jobs.remembered_from = counts.remembered_from
        jobs.retained_bytes, jobs.remembered_bytes = counts.retained_bytes, counts.remembered_bytes
        self.quiet_until = row.quiet_until
        self.pending = row.pending
        self.output_bytes = row.output_bytes
        self.whole_bytes = row.whole_bytes
        self.weighed_bytes = row.weighed_bytes
        self.is_slow = row.is_slow
        self.leased_until = row.leased_until

    def know_job(self, job_id: str, found: Sequence[bytes]) -> None:
        """Take what was read ahead of the job of this id: its ordinal and itself, or nothing."""
        if found:
            ordinal, data = found
            self._ordinals.know(job_id, ordinal)
            self._jobs.know(int(ordinal), data)
        else:
            self._ordinals.know(job_id, None)

    def add_output(self, output: Output) -> None:
        """Keep what it takes to find an output."""
        size = len(output.payload) + len(output.thumbnail)
        self.outputs.append(OutputMark(output.output_id, output.created_at, size))
        self.output_bytes += size

    def add_output_lazily(self, make: Callable[[str, Job], Output], job: Job) -> bool:
        """Keep one that is made now, as other processes are to find it."""
        self.add_output(make(self.api_key, job))
        return False

    def drop_oldest_output(self) -> OutputMark:  # type: ignore[override]
        """Let the output go that was made first."""
        mark = self.outputs.popleft()
        self.output_bytes -= mark.size
        return mark

    @property
    def has_changed(self) -> bool:
        """Whether anything is to be written of its large parts."""
        return any(part.has_changed for part in self.parts)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written of its small parts."""
        yield from self.whole.list_writes()
        yield from self.uploads.list_writes()
        had = self.webhooks.blob.is_there
        yield from self.webhooks.list_writes()
        if self.webhooks.blob.is_there != had:
            yield ("SREM" if had else "SADD", self._told, self.api_key)

    def forget_changes(self) -> None:
        """Have nothing written of it: it is no more."""
        for part in self.parts:
            part.forget()

    def make_row(self) -> AccountRow:
        """Return what is to be kept of it."""
        jobs = self.jobs
        return AccountRow(
            said=read_said(self.account),
            clock=self.clock.save(),
            jobs=JobLogCounts(
                jobs.made,
                jobs.retained_from,
                jobs.remembered_from,
                jobs.retained_bytes,
                jobs.remembered_bytes,
            ),
            quiet_until=self.quiet_until,
            pending=self.pending,
            output_bytes=self.output_bytes,
            whole_bytes=self.whole_bytes,
            weighed_bytes=self.weighed_bytes,
            is_slow=self.is_slow,
            leased_until=self.leased_until,
            outputs=len(self.outputs),
            ledger=len(self.ledger),
            has=tuple(
                part
                for part, blob in (
                    ("whole", self.whole.blob),
                    ("uploads", self.uploads.blob),
                    ("webhooks", self.webhooks.blob),
                )
                if blob.is_there
            ),
        )
