"""Real time, as a service has it whose clock may run faster."""

from __future__ import annotations

from mockserver.edges.realtime import pause_s, read_monotonic_s, read_utc_us

_LEEWAY_REAL_S = 1.0


class RealClock:
    """The service's time, from this process's.

    Args:
        time_scale: How many times faster than real it runs.

    Attributes:
        leeway_s: What a second of real time is in the service's.
    """

    def __init__(self, time_scale: float = 1.0) -> None:
        self.leeway_s = _LEEWAY_REAL_S * time_scale if time_scale > 1 else 0.0
        self._scale = time_scale
        self._began_s = read_monotonic_s()
        self._began_utc_s = read_utc_us() / 1e6

    def now_s(self) -> float:
        """Return the seconds since it was made."""
        return (read_monotonic_s() - self._began_s) * self._scale

    def read_utc_s(self) -> float:
        """Return the seconds since 1970."""
        return self._began_utc_s + self.now_s()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        if seconds > 0:
            pause_s(seconds / self._scale)
