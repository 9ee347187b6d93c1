"""HTTP on one connection: uvicorn's protocol, with limits, and with RFC 9112 where it has none.

What one segment of bytes ends with is up to the network, so nothing here looks at bytes before the
parser has: it only counts them, and asks how far the parser has come.
"""

from __future__ import annotations

import re
from asyncio import TimerHandle, Transport
from collections import deque
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.base.hosts import parse_authority
from mockserver.edges.connection_limits import Limits
from mockserver.edges.refusals import RequestError, explain_error, render_refusal
from mockserver.edges.send import TRANSPORT

_TIMEOUT, _TOO_LARGE = 408, 431
_FIELD_OVERHEAD = len(": \r\n")
_END_OF_HOST = re.compile(rb"[/?#]")


class Protocol(HttpToolsProtocol):
    """One connection.

    It hands the application its transport, for ASGI cannot drop a connection. It reads a request
    that offers another protocol as if it did not, since nobody takes up the offer. What it cannot
    read it refuses with an error in JSON, after the answers to the requests before it.
    """

    limits = Limits()

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
        self._deadline: float | None = None
        self._timer: TimerHandle | None = None

    # What the transport calls

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin a connection, which may be idle for a while."""
        super().connection_made(transport)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection, and tell every request on it; uvicorn tells the newest alone."""
        self.pipeline.clear()
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)
        self._stop_timer()

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
        extensions: dict[str, Any] = {TRANSPORT: self.transport}
        self.scope["extensions"] = extensions
        self._is_in_head = True
        self._deadline = None
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
            self._check_size()
        self._is_in_head = False
        self._unfinished_bytes = 0
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise RequestError("CONNECT is for proxies, and this is none.")
            self._offering = list(self.headers)
            return
        self._check_host()
        if not self.url.startswith(b"/"):
            self._read_absolute_target()
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
            self._refuse(self._too_large())

    def _go_on(self, stop: Exception, data: bytes) -> None:
        """Read again what the parser stopped at, if that was an offer, else refuse it.

        The parser stops after a head with an offer, `Upgrade`, and takes its body for bytes of
        another protocol. So the head is given to a new parser without that field, and the request
        has all of its fields nevertheless.
        """
        while isinstance(stop, httptools.HttpParserUpgrade):
            data = self._head_without_offer() + data[stop.args[0] :]
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
            try:
                self.parser.feed_data(data)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as next_stop:
                stop = next_stop
            else:
                return
        self._refuse(explain_error(stop))

    def _head_without_offer(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        fields = self._offering or []
        lines += [name + b": " + value for name, value in fields if name != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _check_size(self) -> None:
        size = len(self.url) + sum(len(n) + len(v) + _FIELD_OVERHEAD for n, v in self.headers)
        if size > self.limits.head_bytes:
            raise self._too_large()

    def _too_large(self) -> RequestError:
        return RequestError(
            "The request line and header fields, or the trailer fields, are over "
            f"{self.limits.head_bytes} bytes; send what is long in the body.",
            _TOO_LARGE,
        )

    def _check_host(self) -> None:
        """See that a request says for which host it is, once (RFC 9112, 3.2)."""
        hosts = self._hosts
        if hosts == [self._known_host]:
            return
        if len(hosts) > 1:
            raise RequestError(f"There are {len(hosts)} Host header fields; send one.")
        if not hosts and self.parser.get_http_version() == "1.1":
            raise RequestError("There is no Host header field; HTTP/1.1 needs one.")
        if hosts and hosts[0] and parse_authority(hosts[0].decode("latin-1")) is None:
            raise RequestError("The Host header field is no host; send a host, or host:port.")
        self._known_host = hosts[0] if hosts else b""

    def _read_absolute_target(self) -> None:
        """Take the host of a target that is a whole URL in place of Host (RFC 9112, 3.2.2)."""
        _, is_url, rest = self.url.partition(b"://")
        if not is_url:
            return
        host = _END_OF_HOST.split(rest, 1)[0]
        if parse_authority(host.decode("latin-1")) is None:
            raise RequestError("The target of the request is a URL without a host; send one.")
        path = rest[len(host) :]
        self.url = path if path.startswith(b"/") else b"/" + path
        fields = [field for field in self._offering or self.headers if field[0] != b"host"]
        fields.insert(0, (b"host", host))
        self.headers[:], self._offering = fields, None

    # Waiting

    def _watch(self) -> None:
        """See to it that a request which is only half here does not stay so."""
        if self._is_in_body:
            self._deadline = self.loop.time() + self.limits.body_s
            if self._timer is None:
                self._timer = self.loop.call_at(self._deadline, self._check_progress)
        elif self._is_in_head:
            if self._deadline is None:
                self._stop_timer()
                self._deadline = self.loop.time() + self.limits.head_s
                self._timer = self.loop.call_at(self._deadline, self._check_progress)
        else:
            self._stop_timer()
            if self.cycle is None or self.cycle.response_complete:
                self._expect_request()

    def _check_progress(self) -> None:
        """Refuse a request the rest of which has not come, unless it is us who did not read."""
        now, limits = self.loop.time(), self.limits
        if self.flow.read_paused:
            self._deadline = now + (limits.head_s if self._is_in_head else limits.body_s)
        deadline = self._deadline or now
        if now < deadline:
            self._timer = self.loop.call_at(deadline, self._check_progress)
            return
        part, within_s = ("head", limits.head_s) if self._is_in_head else ("body", limits.body_s)
        message = f"The rest of the {part} did not come within {within_s:g} seconds; send it again."
        self._refuse(RequestError(message, _TIMEOUT))

    def _expect_request(self) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # Refusing

    def _refuse(self, refusal: RequestError) -> None:
        """Read no further, and say why when all requests before this one have their answers."""
        self._refusal = refusal
        self._stop_timer()
        cycle = self.cycle
        if not self._is_in_body:
            if cycle is None or cycle.response_complete:
                self._send_refusal(refusal)
        elif self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        else:
            cycle.disconnected = True
            cycle.message_event.set()
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
        self._timer = self.loop.call_later(self.limits.linger_s, self.transport.close)
