"""The time that a connection has for the rest of a request, or for reading why it was refused."""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections.abc import Callable

from uvicorn.protocols.http.flow_control import FlowControl

from mockserver.edges.connection_limits import Limits
from mockserver.edges.refusals import RequestError

_TIMEOUT = 408


class ConnectionTimer:
    """The one timer of a connection.

    A head has its time from its first byte, a body from the last byte that came. Time in which
    it is us who do not read is not counted.

    Args:
        loop: Where time comes from.
        limits: How long the rest of a request, and a client that was refused, is waited for.
        flow: Tells whether we have stopped reading.
        refuse: Called when the rest of a request has not come.
    """

    def __init__(
        self,
        loop: AbstractEventLoop,
        limits: Limits,
        flow: FlowControl,
        refuse: Callable[[RequestError], None],
    ) -> None:
        self._loop = loop
        self._limits = limits
        self._flow = flow
        self._refuse = refuse
        self._is_in_body = False
        self._deadline_s: float | None = None
        self._handle: TimerHandle | None = None

    def restart(self) -> None:
        """Give the next request a time of its own."""
        self._deadline_s = None

    def await_head(self) -> None:
        """Wait for the rest of a head; of one that is waited for, go on with that."""
        if self._deadline_s is None:
            self.stop()
            self._is_in_body = False
            self._deadline_s = self._loop.time() + self._limits.head_s
            self._handle = self._loop.call_at(self._deadline_s, self._check_deadline)

    def await_body(self) -> None:
        """Wait for the next byte of a body."""
        self._is_in_body = True
        self._deadline_s = self._loop.time() + self._limits.body_s
        if self._handle is None:
            self._handle = self._loop.call_at(self._deadline_s, self._check_deadline)

    def close_later(self, transport: Transport) -> None:
        """Close a connection when the client has had time to read the last answer."""
        self._handle = self._loop.call_later(self._limits.linger_s, transport.close)

    def stop(self) -> None:
        """Wait for nothing."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _check_deadline(self) -> None:
        now_s, limits = self._loop.time(), self._limits
        part, within_s = ("body", limits.body_s) if self._is_in_body else ("head", limits.head_s)
        if self._flow.read_paused:
            self._deadline_s = now_s + within_s
        deadline_s = self._deadline_s or now_s
        if now_s < deadline_s:
            self._handle = self._loop.call_at(deadline_s, self._check_deadline)
            return
        message = f"The rest of the {part} did not come within {within_s:g} seconds; send it again."
        self._refuse(RequestError(message, _TIMEOUT))
