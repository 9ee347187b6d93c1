"""What an account has ever asked for, as far as memory allows: it outlives the hour of T7 (N13)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from mockserver.base.ids import normalize_id
from mockserver.rules.jobs import Job

MAX_JOBS = 1_000
MAX_BYTES = 8 * 1024 * 1024
"""Of request bodies."""


class History:
    """The newest jobs of an account, bounded in number and in bytes; the oldest leave first."""

    __slots__ = ("_jobs", "total_bytes")

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self.total_bytes = 0
        """Of the request bodies that are remembered."""

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[Job]:
        """Go through the jobs, newest first."""
        return reversed(self._jobs)

    def append(self, job: Job) -> None:
        """Remember a job."""
        jobs = self._jobs
        jobs.append(job)
        self.total_bytes += len(job.payload)
        while len(jobs) > MAX_JOBS or self.total_bytes > MAX_BYTES:
            self.total_bytes -= len(jobs.popleft().payload)

    def holds(self, job: Job) -> bool:
        """Tell whether a job of this account is still remembered."""
        return bool(self._jobs) and self._jobs[0].ordinal <= job.ordinal

    def find(self, request_id: str) -> Job | None:
        """Return the job of this id, in whichever spelling (S1b)."""
        wanted = normalize_id(request_id)
        return next((job for job in self if normalize_id(job.request_id) == wanted), None)
