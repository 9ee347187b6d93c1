"""When a process that has died is started again: at once, unless that has just been done."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST_S, LONGEST_S = 0.25, 8.0


class RestartTimes:
    """The rests between one start of a process and the next, in real monotonic seconds.

    From start to start pass 0.25 seconds at least, and twice as many after each process that died
    before it could serve.

    Args:
        numbers: Which processes there are.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self._rests_s = dict.fromkeys(numbers, SHORTEST_S)
        self._begun_s: dict[int, float] = {}

    def note_start(self, number: int, now_s: float) -> None:
        """Note that a process has been started."""
        self._begun_s[number] = now_s

    def note_success(self, number: int) -> None:
        """Note that it can serve."""
        self._rests_s[number] = SHORTEST_S

    def note_failure(self, number: int) -> None:
        """Note that it has died before it could."""
        self._rests_s[number] = min(2 * self._rests_s[number], LONGEST_S)

    def find_s(self, number: int) -> float:
        """Return when it may be started again."""
        return self._begun_s[number] + self._rests_s[number]
