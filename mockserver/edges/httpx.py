"""The emulator as a transport for clients of httpx and httpx2, sync and async, without a socket.

What goes wrong on a socket goes wrong here in the same way: the client gets the exception that
its library raises for a reset, a closed connection, a body cut short, or an answer that comes too
late.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, assert_never

from mockserver.base.wire import (
    Disconnect,
    FinalOutcome,
    Pieces,
    Request,
    Respond,
    Wait,
)
from mockserver.edges import realtime
from mockserver.edges.http_libraries import StreamBase, TransportBase, find_library
from mockserver.edges.inprocess import InProcess
from mockserver.edges.virtual_connections import ConnectionPool, VirtualConnection


class Transport(TransportBase):
    """An emulator behind `Client(transport=…)` and `AsyncClient(transport=…)` of each library.

    Requests, responses and errors are those of the library that asks.
    """

    def __init__(self, emulator: InProcess) -> None:
        self._emulator = emulator
        self._connections = ConnectionPool()

    def handle_request(self, request: Any) -> Any:
        """Answer a request of a sync client; where the gateway takes its time, wait."""
        request.read()
        with self._connections.lend() as connection:
            outcome = self._emulator.handle(self._read_request(request, connection))
            while isinstance(outcome, Wait):
                with self._note_leaving(request, outcome) as seconds:
                    realtime.pause_s(seconds)
                outcome = self._emulator.resume(outcome)
        return _make_response(request, outcome)

    async def handle_async_request(self, request: Any) -> Any:
        """Answer a request of an async client; others are sent meanwhile, and while it waits."""
        await request.aread()
        with self._connections.lend() as connection:
            await realtime.give_turn()
            outcome = self._emulator.handle(self._read_request(request, connection))
            while isinstance(outcome, Wait):
                with self._note_leaving(request, outcome) as seconds:
                    await realtime.async_pause_s(seconds)
                outcome = self._emulator.resume(outcome)
        return _make_response(request, outcome)

    def _read_request(self, request: Any, connection: VirtualConnection) -> Request:
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
            connection=connection.number,
            connected_s=connection.opened_s,
        )

    @contextmanager
    def _note_leaving(self, request: Any, wait: Wait) -> Iterator[float]:
        """Say for how long to wait; note it if the client leaves before the time has passed.

        Raises:
            ReadTimeout: it is not as patient as that.
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


def _find_patience_s(request: Any) -> float:
    """Return how many seconds the client waits for the next byte."""
    read = request.extensions.get("timeout", {}).get("read")
    return float("inf") if read is None else float(read)


def _make_error(kind: str, message: str, request: Any) -> Exception:
    """Return an error of the library that asks."""
    error: Exception = getattr(find_library(request), kind)(message, request=request)
    return error


def _make_timeout(request: Any) -> Exception:
    return _make_error("ReadTimeout", "timed out", request)


def _make_response(request: Any, outcome: FinalOutcome) -> Any:
    """Return the response that a client reads off its connection, or raise what it would meet."""
    match outcome:
        case Disconnect("reset"):
            raise _make_error("ReadError", "[Errno 104] Connection reset by peer", request)
        case Disconnect():
            message = "Server disconnected without sending a response."
            raise _make_error("RemoteProtocolError", message, request)
        case Respond():
            respond = outcome
        case Pieces():
            respond = outcome.respond
        case _:
            assert_never(outcome)
    return find_library(request).Response(
        respond.status,
        headers=list(respond.headers),
        stream=_make_stream(request, outcome),
        extensions={"http_version": b"HTTP/1.1"},
        request=request,
    )


def _make_stream(request: Any, outcome: Respond | Pieces) -> Any:
    """Return the body as it comes; to a HEAD none does, whatever happens to it."""
    if request.method == "HEAD":
        return find_library(request).ByteStream(b"")
    if isinstance(outcome, Respond):
        return find_library(request).ByteStream(outcome.body)
    return _Body(request, outcome)


class _Body(StreamBase):
    """A body in pieces, with real seconds before them, and perhaps the end of the connection."""

    def __init__(self, request: Any, pieces: Pieces) -> None:
        self._request = request
        self._pieces = pieces
        self._patience_s = _find_patience_s(request)

    def __iter__(self) -> Iterator[bytes]:
        for pause_s, piece in self._pieces.split_body():
            if pause_s:
                realtime.pause_s(min(pause_s, self._patience_s))
                self._check_patience(pause_s)
            yield piece
        self._check_end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for pause_s, piece in self._pieces.split_body():
            if pause_s:
                await realtime.async_pause_s(min(pause_s, self._patience_s))
                self._check_patience(pause_s)
            yield piece
        self._check_end()

    def _check_patience(self, pause_s: float) -> None:
        """Raise what a client meets for which the next piece comes too late."""
        if pause_s > self._patience_s:
            raise _make_timeout(self._request)

    def _check_end(self) -> None:
        """Raise what a client meets to which not all of the body has been sent."""
        sent_bytes, announced = self._pieces.sent_bytes, len(self._pieces.respond.body)
        if sent_bytes is not None and sent_bytes < announced:
            message = (
                "peer closed connection without sending complete message body "
                f"(received {sent_bytes} bytes, expected {announced})"
            )
            raise _make_error("RemoteProtocolError", message, self._request)
