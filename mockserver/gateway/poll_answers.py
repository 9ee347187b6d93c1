"""What polls were answered, kept so that asking the same twice costs once."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple, TypeAlias

from mockserver.rules.jobs import Job

MAX_BYTES = 4 * 1024 * 1024

_ENTRY_BYTES = 1_000
"""What it takes to keep an answer besides its body and the parameters of its job."""

PollKey: TypeAlias = tuple[str, ...]
"""Which poll it is: the job's id and state, the route's name, and the origin of the URLs."""


class PollAnswer(NamedTuple):
    """The facts that an answer shows, its status and its body."""

    facts: tuple[str, ...]
    status: int
    body: bytes


class PollAnswers:
    """The last answers about jobs, bounded by their total size.

    An answer is a function of its key and of the job as it was. Where the job has changed since,
    it is no longer found. When there is no room, the answers leave first that were not asked for
    longest.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._total_bytes = 0
        self._kept: OrderedDict[PollKey, tuple[Job, PollAnswer]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: PollKey, job: Job) -> PollAnswer | None:
        """Return what was answered about this job as it is now, if that is kept."""
        kept = self._kept.get(key)
        if kept is None or not (kept[0] is job or kept[0] == job):
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def keep(self, key: PollKey, job: Job, answer: PollAnswer) -> PollAnswer:
        """Keep an answer, in place of another one of its key, and return it."""
        self._drop(self._kept.pop(key, None))
        self._kept[key] = (job, answer)
        self._total_bytes += _measure(job, answer)
        while self._total_bytes > self._max_bytes:
            self._drop(self._kept.popitem(last=False)[1])
        return answer

    def _drop(self, gone: tuple[Job, PollAnswer] | None) -> None:
        if gone is not None:
            self._total_bytes -= _measure(*gone)


def _measure(job: Job, answer: PollAnswer) -> int:
    return _ENTRY_BYTES + len(answer.body) + len(job.payload) + len(job.thumbnail)
