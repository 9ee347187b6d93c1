"""An account's jobs by their ordinals, each as it is now, and how far back two windows on them go.

`retained` are those that have not expired (T7); `remembered` are the newest of any age, as far as
memory allows (N13). Both begin somewhere and go on to the newest job: each is a first ordinal.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mockserver.base.compacting_dict import CompactingDict
from mockserver.base.ids import normalize_id
from mockserver.rules.jobs import Job
from mockserver.state.rows import Rows

MAX_REMEMBERED = 1_000
MAX_REMEMBERED_BYTES = 8 * 1024 * 1024
"""Of request bodies."""


class Places(msgspec.Struct):
    """Where the jobs of an account are kept."""

    by_ordinal: Rows[int, Job]
    by_id: Rows[str, int]
    """The ordinal of a job that can be asked for, by the id under which it is kept."""
    handles: Rows[str, str]
    """Where a job is kept whose URLs are opaque, by its request id."""


class JobLog:
    """Jobs of one account, oldest first.

    Args:
        places: Where they are kept; None is in this process.

    Attributes:
        made: How many jobs there ever were, which is the next job's ordinal.
        retained_from: The ordinal of the oldest that has not expired.
        remembered_from: The ordinal of the oldest that is remembered.
        retained_bytes: Of the request bodies of retained jobs.
        remembered_bytes: Of those of remembered ones.
    """

    __slots__ = (
        "_by_id", "_by_ordinal", "_handles", "made", "remembered_bytes", "remembered_from",
        "retained_bytes", "retained_from",
    )  # fmt: skip

    def __init__(self, places: Places | None = None) -> None:
        if places is None:
            places = Places(CompactingDict(), CompactingDict(), CompactingDict())
        self._by_ordinal, self._by_id = places.by_ordinal, places.by_id
        self._handles = places.handles
        self.retained_from = self.remembered_from = 0
        self.made = self.retained_bytes = self.remembered_bytes = 0

    def __len__(self) -> int:
        """How many jobs can be asked for."""
        return len(self._by_id)

    def __iter__(self) -> Iterator[Job]:
        """Go through the jobs that can be asked for, oldest first."""
        jobs = list(self.list_retained())
        self._by_id.read_ahead(job.key for job in jobs)
        return (job for job in jobs if job.key in self._by_id)

    @property
    def kept(self) -> int:
        """How many jobs are kept, whether they can be asked for or not."""
        return self.made - min(self.retained_from, self.remembered_from)

    @property
    def oldest(self) -> Job | None:
        """The retained job that was submitted first, if there is one."""
        return self._by_ordinal.get(self.retained_from)

    def add(self, job: Job) -> None:
        """Keep a new job, whose ordinal is the next one."""
        self._by_ordinal[job.ordinal] = job
        self._by_id[job.key] = job.ordinal
        if job.handle:
            self._handles[job.request_id] = job.key
        self.made += 1
        self.retained_bytes += len(job.payload)
        self.remembered_bytes += len(job.payload)
        while (
            self.made - self.remembered_from > MAX_REMEMBERED
            or self.remembered_bytes > MAX_REMEMBERED_BYTES
        ):
            self._forget_oldest()

    def put(self, job: Job) -> None:
        """Keep a retained job as it is now."""
        before = self._by_ordinal[job.ordinal].payload
        self._by_ordinal[job.ordinal] = job
        if job.payload is before:
            return
        more = len(job.payload) - len(before)
        self.retained_bytes += more
        if job.ordinal >= self.remembered_from:
            self.remembered_bytes += more

    def __getitem__(self, ordinal: int) -> Job:
        return self._by_ordinal[ordinal]

    def get(self, ordinal: int) -> Job | None:
        """Return the job of this ordinal, if it is kept."""
        return self._by_ordinal.get(ordinal)

    def find(self, spelled: str) -> Job | None:
        """Return the job that can be asked for by this id, in whichever spelling (S1b)."""
        ordinal = self._by_id.get(spelled)
        if ordinal is None:
            ordinal = self._by_id.get(normalize_id(spelled))
        return None if ordinal is None else self._by_ordinal[ordinal]

    def find_by_request(self, request_id: str) -> Job | None:
        """Return the job of this request id, opaque URLs or not, in whichever spelling."""
        wanted = normalize_id(request_id)
        return self.find(self._handles.get(wanted) or wanted)

    def find_remembered(self, request_id: str) -> Job | None:
        """Return a job of any age by its request id, as far as memory goes back (N13)."""
        wanted = normalize_id(request_id)
        return next(
            (job for job in self.list_remembered() if normalize_id(job.request_id) == wanted), None
        )

    def list_remembered(self) -> Iterator[Job]:
        """Go through the jobs of any age that are remembered, newest first."""
        return self._by_ordinal.list_of(range(self.made - 1, self.remembered_from - 1, -1))

    def retains(self, ordinal: int) -> bool:
        """Tell whether the job of this ordinal has not expired."""
        return ordinal >= self.retained_from

    def hide(self, job: Job) -> None:
        """Let nobody ask for a job any longer, though it is kept."""
        self._by_id.drop(job.key)

    def expire_oldest(self) -> Job:
        """Let the retained job go that was submitted first; return it."""
        job = self._by_ordinal[self.retained_from]
        self._by_id.drop(job.key)
        self._handles.drop(job.request_id)
        self.retained_from += 1
        self.retained_bytes -= len(job.payload)
        self._drop_unkept(job.ordinal)
        return job

    def list_retained(self) -> Iterator[Job]:
        """Go through the jobs that have not expired, oldest first."""
        return self._by_ordinal.list_of(range(self.retained_from, self.made))

    def _forget_oldest(self) -> None:
        ordinal = self.remembered_from
        self.remembered_from += 1
        self.remembered_bytes -= len(self._by_ordinal[ordinal].payload)
        self._drop_unkept(ordinal)

    def _drop_unkept(self, ordinal: int) -> None:
        if ordinal < min(self.retained_from, self.remembered_from):
            self._by_ordinal.drop(ordinal)
