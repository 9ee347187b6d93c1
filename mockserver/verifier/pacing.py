"""Pauses that keep a verifier below the smallest plan, and out of a window that is full."""

from __future__ import annotations

from collections import deque

from mockserver.verifier.calls import Clock

SMALLEST_PLAN = 5
"""Inference POSTs a minute (L1)."""

WINDOW_S = 60.0
_LEEWAY_S = 1.0


class Pacer:
    """Has whoever wants to submit wait for its turn."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: deque[float] = deque(maxlen=SMALLEST_PLAN)
        self._not_before_s = 0.0

    def wait(self) -> None:
        """Wait until one more may be submitted, and count it."""
        next_s = self._not_before_s
        if len(self._sent) == SMALLEST_PLAN:
            next_s = max(next_s, self._sent[0] + WINDOW_S + _LEEWAY_S)
        pause = next_s - self._clock.now_s()
        if pause > 0:
            self._clock.sleep(pause)
        self._sent.append(self._clock.now_s())

    def hold(self) -> None:
        """Submit nothing before a window that is full now is certainly over (E5)."""
        self._not_before_s = self._clock.now_s() + WINDOW_S + _LEEWAY_S
