"""The time that a connection has: for a request, for the rest of one, for reading a refusal."""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections.abc import Callable
from typing import Literal, TypeAlias

from uvicorn.protocols.http.flow_control import FlowControl

from mockserver.edges.connection_limits import Limits
from mockserver.edges.refusals import RequestError

_TIMEOUT = 408

_Awaited: TypeAlias = Literal["nothing", "request", "head", "body", "leave"]


class ConnectionTimer:
    """The one timer of a connection.

    The next request has its time from the end of the last, a head from its first byte, a body from
    the last byte that came. Of a head and a body, time in which it is us who do not read is not
    counted.

    Most requests are here at once, so what is awaited changes with each of them. The event loop is
    told of a new end only if it is earlier than what it knows: a later one it hears of when it
    comes back.

    Args:
        loop: Where time comes from.
        limits: How long everything is waited for.
        transport: The connection, which is closed where nothing can be said.
        flow: Tells whether we have stopped reading.
        refuse: Called when the rest of a request has not come.
    """

    def __init__(
        self,
        loop: AbstractEventLoop,
        limits: Limits,
        transport: Transport,
        flow: FlowControl,
        refuse: Callable[[RequestError], None],
    ) -> None:
        self._loop = loop
        self._limits = limits
        self._transport = transport
        self._flow = flow
        self._refuse = refuse
        self._awaited: _Awaited = "nothing"
        self._ends_s = 0.0
        self._handle: TimerHandle | None = None
        self._rings_s = 0.0  # when the event loop comes back

    def await_request(self) -> None:
        """Wait for the next request."""
        self._wait("request", self._limits.idle_s)

    def await_head(self) -> None:
        """Wait for the rest of a head that has just begun."""
        self._wait("head", self._limits.head_s)

    def await_body(self) -> None:
        """Wait for the next byte of a body."""
        self._wait("body", self._limits.body_s)

    def await_leave(self) -> None:
        """Close the connection when the client has had time to read the last answer."""
        self._wait("leave", self._limits.linger_s)

    def await_nothing(self) -> None:
        """Let the client wait."""
        self._awaited = "nothing"

    def stop(self) -> None:
        """Wait for nothing ever again."""
        self._awaited = "nothing"
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait(self, awaited: _Awaited, seconds: float) -> None:
        self._awaited = awaited
        self._ends_s = ends_s = self._loop.time() + seconds
        if self._handle is not None:
            if self._rings_s <= ends_s:
                return
            self._handle.cancel()
        self._ring_at(ends_s)

    def _ring_at(self, when_s: float) -> None:
        self._rings_s = when_s
        self._handle = self._loop.call_at(when_s, self._check)

    def _check(self) -> None:
        """See whether the time is over; if not, have the event loop come back."""
        self._handle = None
        awaited, now_s, limits = self._awaited, self._loop.time(), self._limits
        if awaited == "nothing":
            return
        within_s = limits.body_s if awaited == "body" else limits.head_s
        if self._flow.read_paused and awaited in {"head", "body"}:
            self._ends_s = now_s + within_s
        if now_s < self._ends_s:
            self._ring_at(self._ends_s)
        elif awaited in {"request", "leave"}:
            self._transport.close()
        else:
            self._refuse(RequestError(_explain_lateness(awaited, within_s), _TIMEOUT))


def _explain_lateness(part: str, within_s: float) -> str:
    return f"The rest of the {part} did not come within {within_s:g} seconds; send it again."
