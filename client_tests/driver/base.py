"""What a driver is, whatever is behind it."""

from __future__ import annotations

from typing import Protocol

from client_tests.driver.messages import Answer, Call

GRACE_S = 2.0
"""How long after a call's own deadline a driver may take to say so: interpreters start, pages
load, machines are busy."""


class NoAnswerError(Exception):
    """A driver did not answer a call, or ended while it should; it has failed the case."""


class Driver(Protocol):
    """A client under test."""

    def answer(self, call: Call) -> Answer:
        """Make the client do something.

        Raises:
            NoAnswerError: it did not answer in time, or died.
            DriverBrokenError: it does not keep to the protocol.
        """

    def close(self) -> None:
        """Let go of it."""
