"""HTTP on one connection: uvicorn's protocol, with limits, and with RFC 9112 where it has none.

What one segment of bytes ends with is up to the network, so nothing here looks at bytes before the
parser has: it only counts them, and asks how far the parser has come.
"""

from __future__ import annotations

from typing import Any

import httptools

from mockserver.edges.connection import Connection
from mockserver.edges.refusals import RequestError, explain_error
from mockserver.edges.request_head import (
    check_host,
    check_size,
    make_too_large,
    replace_host,
    split_target,
)
from mockserver.edges.upgrade_offers import read_without_offer


class Protocol(Connection):
    """One connection, whose requests an application answers.

    It reads a request that offers another protocol as if it did not, since nobody takes up the
    offer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_head_split = False  # its first byte came in an earlier piece
        self._unfinished_bytes = 0  # since the last end of a head or part of a body
        self._row = 0  # requests of this piece that were answered as they were read
        self._known_host = b""  # which was found to be one; a client seldom changes it
        self._offering: list[tuple[bytes, bytes]] | None = None

    # What the transport calls

    def data_received(self, data: bytes) -> None:
        """Take what has come, in pieces of which none is longer than a head may be."""
        size = self.limits.head_bytes
        while len(data) > size and self._refusal is None:
            self._feed(data[:size])
            data = data[size:]
        if self._refusal is None:
            self._feed(data)
        if self._refusal is None:
            self._watch()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin a request; its scope is made when it is known that an application needs one."""
        self.url = b""
        self.headers = []
        if self._offering is None:
            self._opening = self._opened.describe()
        self._is_in_head = True
        self._is_head_awaited = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; a trailer field, which comes after the body, is left out.

        RFC 9112 (7.1.2): it must not be merged into the header fields unless its name is known to
        allow that, and here none is.
        """
        if self._is_in_head:
            self.headers.append((name.lower(), value))

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
            self._offering = self.headers
            return
        hosts = [value for name, value in self.headers if name == b"host"]
        if hosts != [self._known_host]:
            self._known_host = check_host(hosts, self.parser.get_http_version())
        if self._offering is None and self.url.startswith(b"/"):
            self._begin_request()
        else:
            self._restore_head()
            self._start_cycle()
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

    # Reading

    def _begin_request(self) -> None:
        """Have a request answered whose head has come."""
        self._start_cycle()

    def _feed(self, piece: bytes) -> None:
        """Have a piece parsed; what comes to no end may be as large as a head."""
        self._row = 0
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

    def _restore_head(self) -> None:
        """Have all header fields again, and in place of Host the host of a target that is a URL.

        RFC 9112 (3.2.2): such a target says by itself for which host it is.
        """
        if self._offering is not None:
            self.headers, self._offering = self._offering, None
        if not self.url.startswith(b"/"):
            host, self.url = split_target(self.url)
            if host is not None:
                self.headers = replace_host(self.headers, host)
