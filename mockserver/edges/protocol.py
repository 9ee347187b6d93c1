"""HTTP on one connection: uvicorn's protocol, with limits, and with RFC 9112 where it has none.

What one segment of bytes ends with is up to the network, so nothing here looks at bytes before the
parser has: it only counts them, and asks how far the parser has come.
"""

from __future__ import annotations

from asyncio import Transport
from collections import deque
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.edges.connection_limits import Limits
from mockserver.edges.connection_openings import OPENING, OpenConnection, open_connection
from mockserver.edges.connection_timer import ConnectionTimer
from mockserver.edges.refusals import RequestError, explain_error, render_refusal
from mockserver.edges.request_head import (
    check_host,
    check_size,
    make_too_large,
    replace_host,
    split_target,
)
from mockserver.edges.send import TRANSPORT
from mockserver.edges.upgrade_offers import read_without_offer


class Protocol(HttpToolsProtocol):
    """One connection.

    It hands the application its transport, for ASGI cannot drop a connection. It reads a request
    that offers another protocol as if it did not, since nobody takes up the offer. What it cannot
    read it refuses with an error in JSON, after the answers to the requests before it.
    """

    limits = Limits()
    _timer: ConnectionTimer
    _opened: OpenConnection

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout_keep_alive = self.limits.idle_s
        self._is_in_head = False
        self._is_in_body = False
        self._is_head_split = False  # its first byte came in an earlier piece
        self._unfinished_bytes = 0  # since the last end of a head or part of a body
        self._hosts: list[bytes] = []
        self._known_host = b""  # which was found to be one; a client seldom changes it
        self._offering: list[tuple[bytes, bytes]] | None = None
        self._refusal: RequestError | None = None
        self._unanswered: deque[RequestResponseCycle] = deque()

    # What the transport calls

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin a connection, which may be idle for a while."""
        super().connection_made(transport)
        self._opened = open_connection(self.config, self.client)
        self._timer = ConnectionTimer(self.loop, self.limits, self.flow, self._refuse)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection, and tell every request on it; uvicorn tells the newest alone."""
        self.pipeline.clear()
        for cycle in self._unanswered:
            _disconnect(cycle)
        super().connection_lost(exc)
        self._opened.close()
        self._timer.stop()

    def data_received(self, data: bytes) -> None:
        """Take what has come, in pieces of which none is longer than a head may be."""
        self._unset_keepalive_if_required()
        size = self.limits.head_bytes
        while data and self._refusal is None:
            self._feed(data[:size])
            data = data[size:]
        if self._refusal is None:
            self._watch()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin a request, with the connection among its extensions."""
        super().on_message_begin()
        opening = self._opened.describe()
        extensions: dict[str, Any] = {TRANSPORT: self.transport, OPENING: opening}
        self.scope["extensions"] = extensions
        self._is_in_head = True
        self._timer.restart()
        self._hosts = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; a trailer field, which comes after the body, is left out.

        RFC 9112 (7.1.2): it must not be merged into the header fields unless its name is known to
        allow that, and here none is.
        """
        if not self._is_in_head:
            return
        name = name.lower()
        if name == b"host":
            self._hosts.append(value)
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Start the request, unless something is wrong with its head.

        Raises:
            RequestError: it is too large, or does not say for which host it is, or it is CONNECT.
        """
        if self._is_head_split:
            check_size(self.url, self.headers, self.limits)
        self._is_in_head = False
        self._unfinished_bytes = 0
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise RequestError("CONNECT is for proxies, and this is none.")
            self._offering = list(self.headers)
            return
        if self._hosts != [self._known_host]:
            self._known_host = check_host(self._hosts, self.parser.get_http_version())
        if not self.url.startswith(b"/"):
            self._take_host_of_target()
        if self._offering is not None:
            self.headers[:], self._offering = self._offering, None
        super().on_headers_complete()
        self._unanswered.append(self.cycle)
        self._is_in_body = True

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._unfinished_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request, unless it is to be read again because of what it offers."""
        if self._offering is None:
            self._is_in_body = False
            super().on_message_complete()

    # What a cycle of request and response calls

    def on_response_complete(self) -> None:
        """Go on with the next request, or refuse what came after the last one."""
        self._unanswered.popleft()
        is_last = not self.pipeline
        super().on_response_complete()
        if is_last and self._refusal is not None:
            self._send_refusal(self._refusal)

    # Reading

    def _feed(self, piece: bytes) -> None:
        """Have a piece parsed; what comes to no end may be as large as a head."""
        self._is_head_split = self._is_in_head
        self._unfinished_bytes += len(piece)
        try:
            self.parser.feed_data(piece)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as stop:
            self._go_on(stop, piece)
        if self._unfinished_bytes > self.limits.head_bytes and self._refusal is None:
            self._refuse(make_too_large(self.limits))

    def _go_on(self, stop: Exception | None, data: bytes) -> None:
        """Read again what the parser stopped at, if that was an offer, else refuse it."""
        while isinstance(stop, httptools.HttpParserUpgrade):
            fields = self._offering or []
            stop, data = read_without_offer(self, fields, data[stop.args[0] :])
        if stop is not None:
            self._refuse(explain_error(stop))

    def _take_host_of_target(self) -> None:
        """Take the host of a target that is a whole URL in place of Host (RFC 9112, 3.2.2)."""
        host, self.url = split_target(self.url)
        if host is not None:
            self.headers[:] = replace_host(self._offering or self.headers, host)
            self._offering = None

    def _watch(self) -> None:
        """See to it that a request which is only half here does not stay so."""
        if self._is_in_body:
            self._timer.await_body()
        elif self._is_in_head:
            self._timer.await_head()
        else:
            self._timer.stop()
            if self.cycle is None or self.cycle.response_complete:
                self._expect_request()

    def _expect_request(self) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    # Refusing

    def _refuse(self, refusal: RequestError) -> None:
        """Read no further, and say why when all requests before this one have their answers."""
        self._refusal = refusal
        self._timer.stop()
        cycle = self.cycle
        if not self._is_in_body:
            if cycle is None or cycle.response_complete:
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
        self._unset_keepalive_if_required()
        if self.transport.is_closing():
            return
        self.transport.write(render_refusal(refusal))
        self.transport.write_eof()
        self.flow.resume_reading()
        self._timer.close_later(self.transport)


def _disconnect(cycle: RequestResponseCycle) -> None:
    """Let the application see that nobody waits for its answer."""
    cycle.disconnected = True
    cycle.message_event.set()
