"""How slow this machine is now, by what the kit's own calls of its server take."""

from __future__ import annotations

from collections import deque
from statistics import median

USUAL_S = 0.006
"""How long a call of the control plane takes at the most on a machine that has nothing else to
do; a common one needs a third of it."""

SLOWEST = 5.0
"""Bounds are stretched no further than this: a machine that is slower yet needs fewer workers."""

_REMEMBERED = 25


class Pace:
    """By how much everything takes longer here now than it usually does."""

    def __init__(self) -> None:
        self._taken: deque[float] = deque(maxlen=_REMEMBERED)

    def note(self, taken_s: float) -> None:
        """Note how long a simple call took."""
        self._taken.append(taken_s)

    @property
    def factor(self) -> float:
        """Return it: 1 where all is as usual or faster, and never more than `SLOWEST`."""
        if not self._taken:
            return 1.0
        return min(SLOWEST, max(1.0, median(self._taken) / USUAL_S))
