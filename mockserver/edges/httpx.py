"""The emulator as an httpx transport, for sync and async clients alike, without a socket.

What goes wrong on a socket goes wrong here in the same way: the client gets the exception that
httpx raises for a reset, a closed connection, a body cut short, or an answer that comes too late.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx

from mockserver.base.wire import (
    Delivery,
    Disconnect,
    Drip,
    Request,
    Respond,
    Truncate,
    Wait,
)
from mockserver.edges import realtime
from mockserver.edges.inprocess import InProcess


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An emulator behind `httpx.Client(transport=…)` and `httpx.AsyncClient(transport=…)`."""

    def __init__(self, emulator: InProcess) -> None:
        self._emulator = emulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a sync client; where the gateway takes its time, wait."""
        request.read()
        outcome = self._emulator.handle(self._read_request(request))
        while isinstance(outcome, Wait):
            with self._note_leaving(request, outcome) as seconds:
                realtime.pause_s(seconds)
            outcome = self._emulator.resume(outcome)
        return _make_response(request, outcome)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an async client; others go on while it waits."""
        await request.aread()
        outcome = self._emulator.handle(self._read_request(request))
        while isinstance(outcome, Wait):
            with self._note_leaving(request, outcome) as seconds:
                await realtime.async_pause_s(seconds)
            outcome = self._emulator.resume(outcome)
        return _make_response(request, outcome)

    def _read_request(self, request: httpx.Request) -> Request:
        body, limit = request.content, self._emulator.max_body
        return Request(
            method=request.method,
            path=request.url.path,
            headers={name.lower(): value for name, value in request.headers.raw},
            query=request.url.query.decode("latin-1"),
            body=b"" if len(body) > limit else body,
            oversized=len(body) > limit,
            scheme=request.url.scheme,
            received_s=realtime.read_monotonic_s(),
        )

    @contextmanager
    def _note_leaving(self, request: httpx.Request, wait: Wait) -> Iterator[float]:
        """Say for how long to wait; note it if the client leaves before the time has passed.

        Raises:
            httpx.ReadTimeout: it is not as patient as that.
        """
        patience_s = _find_patience_s(request)
        try:
            yield min(wait.delay_s, patience_s)
        except BaseException:  # a task may be cancelled, and a person press Ctrl-C
            self._emulator.abandon(wait)
            raise
        if wait.delay_s > patience_s:
            self._emulator.abandon(wait)
            raise _make_timeout(request)


def _find_patience_s(request: httpx.Request) -> float:
    """Return how many seconds the client waits for the next byte."""
    read = request.extensions.get("timeout", {}).get("read")
    return float("inf") if read is None else float(read)


def _make_timeout(request: httpx.Request) -> httpx.ReadTimeout:
    return httpx.ReadTimeout("timed out", request=request)


def _make_response(request: httpx.Request, delivery: Delivery) -> httpx.Response:
    """Return the response that a client reads off its connection, or raise what it would meet."""
    match delivery:
        case Disconnect("reset"):
            raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
        case Disconnect():
            message = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(message, request=request)
        case Respond():
            respond = delivery
        case _:
            respond = delivery.respond
    return httpx.Response(
        respond.status,
        headers=list(respond.headers),
        stream=_make_stream(request, delivery),
        extensions={"http_version": b"HTTP/1.1"},
        request=request,
    )


def _make_stream(request: httpx.Request, delivery: Delivery) -> httpx.ByteStream | _Stream:
    """Return the body as it comes; to a HEAD none does, whatever happens to it."""
    match delivery:
        case Respond(_, _, body) if request.method != "HEAD":
            return httpx.ByteStream(body)
        case Truncate(respond, sent_bytes) if request.method != "HEAD":
            return _Cut(request, respond.body[:sent_bytes], len(respond.body))
        case Drip(respond, piece_bytes, every_s) if request.method != "HEAD":
            return _Pieces(request, respond.body, piece_bytes, every_s)
        case _:
            return httpx.ByteStream(b"")


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that does not come in one piece."""


class _Cut(_Stream):
    """The beginning of a body, and then the end of the connection."""

    def __init__(self, request: httpx.Request, part: bytes, announced: int) -> None:
        self._request = request
        self._part = part
        self._announced = announced

    def __iter__(self) -> Iterator[bytes]:
        yield self._part
        if len(self._part) < self._announced:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {len(self._part)} bytes, expected {self._announced})",
                request=self._request,
            )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


class _Pieces(_Stream):
    """A body in pieces, with real seconds between them."""

    def __init__(
        self, request: httpx.Request, body: bytes, piece_bytes: int, every_s: float
    ) -> None:
        self._request = request
        starts = range(0, len(body), piece_bytes)
        self._pieces = [body[start : start + piece_bytes] for start in starts]
        self._pause_s = min(every_s, _find_patience_s(request))
        self._comes_too_late = every_s > _find_patience_s(request)

    def __iter__(self) -> Iterator[bytes]:
        for index, piece in enumerate(self._pieces):
            if index:
                realtime.pause_s(self._pause_s)
                self._check()
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for index, piece in enumerate(self._pieces):
            if index:
                await realtime.async_pause_s(self._pause_s)
                self._check()
            yield piece

    def _check(self) -> None:
        if self._comes_too_late:
            raise _make_timeout(self._request)
