"""One connection: how long it is listened to, what is unanswered on it, and how it is refused."""

from __future__ import annotations

from asyncio import Transport
from collections import deque
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.base.wire import Outcome
from mockserver.edges.connection_limits import Limits
from mockserver.edges.connection_openings import OPENING, OpenConnection, Opening, open_connection
from mockserver.edges.connection_timer import ConnectionTimer
from mockserver.edges.refusals import RequestError, render_refusal
from mockserver.edges.send import OUTCOME, TRANSPORT


class Connection(HttpToolsProtocol):
    """One connection, of which `Protocol` reads the requests.

    It hands the application its transport, for ASGI cannot drop a connection. What it cannot read
    it refuses with an error in JSON, after the answers to the requests before it.
    """

    limits = Limits()
    _timer: ConnectionTimer
    _opened: OpenConnection
    _opening: Opening

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_in_head = False
        self._is_head_awaited = False
        self._is_in_body = False
        self._refusal: RequestError | None = None
        self._unanswered: deque[RequestResponseCycle] = deque()

    # What the transport and the server call

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin a connection, which may be idle for a while."""
        super().connection_made(transport)
        self._opened = open_connection(self.config, self.client, self.loop.call_soon)
        self._timer = ConnectionTimer(self.loop, self.limits, transport, self.flow, self._refuse)
        self._timer.await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection, and tell every request on it; uvicorn tells the newest alone."""
        self.pipeline.clear()
        for cycle in self._unanswered:
            _disconnect(cycle)
        super().connection_lost(exc)
        self._opened.close()
        self._timer.stop()

    def eof_received(self) -> None:
        """Tell every request at once that its client has left.

        What the client does next comes over another connection, and the journal is to have it
        after this; the transport takes its time to end.
        """
        for cycle in self._unanswered:
            _disconnect(cycle)

    @property
    def is_idle(self) -> bool:
        """Whether no request has come that is not answered."""
        return not self._unanswered

    # What a cycle of request and response calls

    def on_response_complete(self) -> None:
        """Go on with the next request, or refuse what came after the last one."""
        self._unanswered.popleft()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal is not None:
            self._send_refusal(self._refusal)
        elif not self._is_in_head and not self._is_in_body:
            self._timer.await_request()

    # What reading calls

    def _start_cycle(self, outcome: Outcome | Exception | None = None) -> None:
        """Have the application answer a request, or deliver what was decided about it."""
        target, fields = self.url, self.headers
        super().on_message_begin()
        self.url = target
        self.headers += fields
        self.expect_100_continue = any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in fields
        )
        extensions: dict[str, Any] = {TRANSPORT: self.transport, OPENING: self._opening}
        if outcome is not None:
            extensions[OUTCOME] = outcome
        self.scope["extensions"] = extensions
        super().on_headers_complete()
        self._unanswered.append(self.cycle)

    def _watch(self) -> None:
        """See to it that a request which is only half here does not stay so."""
        if self._is_in_body:
            self._timer.await_body()
        elif self._is_in_head:
            if not self._is_head_awaited:
                self._timer.await_head()
                self._is_head_awaited = True
        elif self._unanswered:
            self._timer.await_nothing()
        else:
            self._timer.await_request()

    # Refusing

    def _refuse(self, refusal: RequestError) -> None:
        """Read no further, and say why when all requests before this one have their answers."""
        self._refusal = refusal
        self._timer.await_nothing()
        cycle = self.cycle
        if not self._is_in_body:
            if self.is_idle:
                self._send_refusal(refusal)
        elif self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        else:
            _disconnect(cycle)
            if cycle.response_started:
                self.transport.close()
            else:
                self._send_refusal(refusal)

    def _send_refusal(self, refusal: RequestError) -> None:
        """Answer with an error, and let the client read it before the connection is gone."""
        if self.transport.is_closing():
            return
        self.transport.write(render_refusal(refusal))
        self.transport.write_eof()
        self.flow.resume_reading()
        self._timer.await_leave()


def _disconnect(cycle: RequestResponseCycle) -> None:
    """Let the application see that nobody waits for its answer."""
    cycle.disconnected = True
    cycle.message_event.set()
