"""HTTP on one connection whose small requests are answered as soon as they are read.

An ASGI application is asked in a task, with a scope, and sends head and body one after the other:
that costs more than most answers of the gateway. So a request that is small, ordinary and next in
turn is handed to the gateway from the parser's callback, and its answer written as one buffer. All
others, and whatever has to wait or goes out in pieces, go the way of ASGI.
"""

from __future__ import annotations

from asyncio import Transport
from typing import Any

import httptools

from mockserver.base.wire import Outcome, Request
from mockserver.edges import realtime
from mockserver.edges.answer_bytes import spell_answer
from mockserver.edges.data_plane import DataPlane
from mockserver.edges.protocol import Protocol
from mockserver.edges.refusals import RequestError
from mockserver.edges.small_requests import (
    LONGEST_TARGET,
    Head,
    Pattern,
    Target,
    read_pattern,
    read_target,
    split_alike,
)
from mockserver.gateway.body_readers import is_worth_reading_ahead

_MOST_IN_A_ROW = 16
"""Requests of one piece of bytes that are answered before others have their turn."""


class FastProtocol(Protocol):
    """One connection to an application that shows its data plane, as `data_plane`."""

    _port = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._data_plane: DataPlane | None = getattr(self.app, "data_plane", None)
        self._head = Head([])
        self._target: Target | None = None  # of a request that is to be answered at once
        self._parts: list[bytes] = []
        self._pattern: Pattern | None = None  # of the last request, if nothing came after it

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(transport)
        self._port = self.client[1] if self.client else 0

    def data_received(self, data: bytes) -> None:
        """Take what has come, without a parser if it is like what came last."""
        if self._pattern is not None and self._answer_alike(self._pattern, data):
            return
        self._pattern = None
        begins_here = self._is_between_requests()
        super().data_received(data)
        if begins_here and self._row == 1 and self.is_idle and self._is_between_requests():
            self._pattern = read_pattern(data, self._head.body_bytes)
            self._opening = self._opened.describe()  # which is the same for all that follow

    def shutdown(self) -> None:
        """End when the request that is coming in has its answer."""
        if self._target is not None:
            self._leave_to_application()
        super().shutdown()

    @property
    def is_idle(self) -> bool:
        """Whether no request has come that is not answered."""
        return self._target is None and not self._unanswered

    # What the parser calls

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        if self._target is None:
            super().on_body(body)
        else:
            self._unfinished_bytes = 0
            self._parts.append(body)

    def on_message_complete(self) -> None:
        """Answer a request that is to be answered at once."""
        if self._target is None:
            super().on_message_complete()
        else:
            self._is_in_body = False
            self._answer(self.parser.get_method().decode(), self._target)

    # Answering

    def _begin_request(self) -> None:
        """Have a request answered at once if it is one of those for which that can be."""
        if self._data_plane is not None and self._is_next() and self._is_ordinary():
            target = read_target(self.url)
            if not target.is_own:
                self._target = target
                return
        self._start_cycle()

    def _is_next(self) -> bool:
        """Tell whether an answer can be written now: nothing comes before it, the client reads."""
        return not (self._unanswered or self.flow.write_paused or self._row >= _MOST_IN_A_ROW)

    def _is_between_requests(self) -> bool:
        return not (self._is_in_head or self._is_in_body or self._unfinished_bytes)

    def _is_ordinary(self) -> bool:
        """Tell whether a request has a small body or none, and nothing else is to be done."""
        parser = self.parser
        head = self._head = Head(self.headers)
        return (
            head.is_plain
            and len(self.url) <= LONGEST_TARGET
            and parser.should_keep_alive()
            # HTTP/1.0 keeps a connection only where it is asked to, and then says so
            and (not head.names_connection or parser.get_http_version() == "1.1")
        )

    def _answer_alike(self, pattern: Pattern, data: bytes) -> bool:
        """Answer a request that differs from the last one in its target and body alone, if it does.

        The parser has read the last one, and nothing since: what it says of that is true of this.
        """
        parts = split_alike(pattern, data)
        if parts is None or not self._is_next() or len(parts[0]) > LONGEST_TARGET:
            return False
        try:
            target = read_target(parts[0])
        except (httptools.HttpParserInvalidURLError, UnicodeError):
            return False
        if target.is_own:
            return False
        self.url, body = parts
        self.headers = self._head.headers
        self._parts = [body]
        self._row = 0
        self._answer(pattern.method, target)
        self._watch()
        return True

    def _answer(self, method: str, target: Target) -> None:
        """Answer a request that is all here."""
        opening, data_plane = self._opening, self._data_plane
        request = Request(
            method=method,
            path=target.path,
            headers=self._head.fields,
            query=target.query,
            body=b"".join(self._parts),
            scheme=self.scheme or "http",
            received_s=realtime.read_monotonic_s(),
            connection=self._port,
            connected_s=opening.opened_s,
            beside=opening.beside,
        )
        if data_plane is None or (
            request.body and is_worth_reading_ahead(data_plane.services, request)
        ):
            self._leave_to_application()
            super().on_message_complete()
            return
        self._target, self._parts = None, []
        outcome: Outcome | Exception
        try:
            outcome = data_plane.handle(request)
        except Exception as error:  # noqa: BLE001 (as uvicorn does: told in its log, and a 500)
            outcome = error
        answer = spell_answer(outcome, method)
        if answer is None:
            self._start_cycle(outcome)
            super().on_message_complete()
        else:
            self._row += 1
            self.transport.write(answer)

    def _leave_to_application(self) -> None:
        """Have the application answer a request, of which all or a part has come."""
        parts = self._parts
        self._target, self._parts = None, []
        self._start_cycle()
        for part in parts:
            super().on_body(part)

    def _refuse(self, refusal: RequestError) -> None:
        """Read no further; a request of which no more will come gets this for an answer."""
        if self._target is not None:
            self._target, self._parts = None, []
            self._is_in_body = False
        super()._refuse(refusal)
