"""When the jobs of an account end or expire, the next one first."""

from __future__ import annotations

from heapq import heappop, heappush

import msgspec


class _Due(msgspec.Struct, frozen=True, order=True, gc=False):
    """When a job ends or expires; jobs of one instant come in the order of their submission."""

    instant: int
    ordinal: int


class DueTimes:
    """A heap; a job may stand in it several times, as when its end has changed."""

    __slots__ = ("_heap",)

    def __init__(self) -> None:
        self._heap: list[_Due] = []

    def __len__(self) -> int:
        """How often jobs stand in it."""
        return len(self._heap)

    @property
    def first(self) -> int | None:
        """The next instant, if there is one."""
        return self._heap[0].instant if self._heap else None

    def put(self, instant: int, ordinal: int) -> None:
        """Note that something becomes of the job of this ordinal at an instant."""
        heappush(self._heap, _Due(instant, ordinal))

    def take(self, now: int) -> int | None:
        """Take the ordinal of the next job that something has become of by now; None if none."""
        heap = self._heap
        return heappop(heap).ordinal if heap and heap[0].instant <= now else None
