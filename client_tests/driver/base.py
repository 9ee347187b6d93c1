"""What a driver is, whatever is behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from client_tests.driver.messages import Answer, Call

GRACE_S = 2.0
"""How long after a call's own deadline a driver may take to say so: pages load, machines are
busy."""


class NoAnswerError(Exception):
    """A driver did not answer a call, or ended while it should; it has failed the case."""


class Driver(Protocol):
    """A client under test."""

    def prepare(self, hello: Call, pace: float) -> None:
        """Be ready for a call: start what has to start, so that no call is measured with it.

        Args:
            hello: A call of an operation that no driver has, for one that has to start.
            pace: By how much all takes longer here now than it usually does; so does the grace.

        Raises:
            DriverBrokenError: it does not keep to the protocol.
        """

    def answer(self, call: Call) -> Answer:
        """Make the client do something.

        Raises:
            NoAnswerError: it did not answer in time, or died.
            DriverBrokenError: it does not keep to the protocol.
        """

    def close(self) -> None:
        """Let go of it; a call after that has it start anew."""


@runtime_checkable
class Logging(Protocol):
    """A driver of which one can tell what its client writes beside the answers."""

    def read_log(self) -> str:
        """Return what was written since this was last asked."""


def read_logs(drivers: Iterable[Driver]) -> str:
    """Return what these drivers have written since they were last asked."""
    return "\n".join(driver.read_log() for driver in drivers if isinstance(driver, Logging))
