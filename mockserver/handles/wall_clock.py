"""The wall clock of this process, ahead of real time by what was slept in virtual sleep.

`time-machine` moves it: `time.time`, `datetime.now`, `date.today` and their like, also where they
were taken out of their modules before. A clock that a test has set by freezegun, which cannot be
together with it, is ticked on.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from typing import Any

from mockserver.base.clock import to_microseconds
from mockserver.edges import realtime


class WallClock:
    """The wall clock, from the first virtual sleep of this process to the end of the last."""

    def __init__(self) -> None:
        self._travel: Any = None
        self._traveller: Any = None
        self._ticked: list[tuple[Any, dt.timedelta]] = []
        self._shifted_us = 0

    def start(self) -> None:
        """Take over the clock; one that a test has stopped stands still between two sleeps."""
        if is_frozen():
            return
        import time_machine

        is_stopped = time_machine.escape_hatch.is_travelling() and time.time_ns() == time.time_ns()
        self._travel = time_machine.travel(dt.timedelta(0), tick=not is_stopped)
        self._traveller = self._travel.start()
        time.time_ns()  # it goes on from when it is first read

    def shift(self, seconds: float) -> None:
        """Move it on; what the emulator itself takes for real time stays where it is."""
        step = dt.timedelta(microseconds=to_microseconds(seconds))
        self._shifted_us += to_microseconds(seconds)
        realtime.shift_wall_clock(self._shifted_us)
        if is_frozen():
            frozen = sys.modules["freezegun"].api.freeze_factories[-1]
            frozen.tick(step)
            self._ticked.append((frozen, step))
        elif self._traveller is not None:
            self._traveller.shift(step)

    def stop(self) -> None:
        """Have it be as it would be, had nobody slept."""
        for frozen, step in self._ticked:
            frozen.tick(-step)
        if self._travel is not None:
            self._travel.stop()
        realtime.shift_wall_clock(0)


def is_frozen() -> bool:
    """Tell whether freezegun rules the clock."""
    return "freezegun" in sys.modules and dt.datetime.__name__ == "FakeDatetime"
