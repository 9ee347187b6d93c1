"""Passing an answer on to the client as it comes, or rewritten where it is JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from mockserver.facts.observed import Observed
from mockserver.recorder.addresses import Addresses, Target
from mockserver.recorder.decoding import unpack
from mockserver.recorder.exchange import MOST_KEPT, OpenExchange
from mockserver.recorder.fields import Fields, drop_named, find_field, make_answer_fields
from mockserver.recorder.origins import Origin
from mockserver.recorder.rewriting import is_json, rewrite_answer, rewrite_location
from mockserver.recorder.upstream import Answer, BrokenError

if TYPE_CHECKING:
    from starlette.types import Send

_LOCATIONS = {b"location", b"content-location"}
_MADE_UP_ANEW = (b"content-encoding", b"content-length")

_WRITTEN_FIRST = 256 * 1024
"""Bytes of both bodies together; more than that is written when the client has its answer."""

Write = Callable[[Observed], Awaitable[None]]
"""Writes an exchange that has come to its end."""


class Passage:
    """One answer on its way to the client.

    JSON is held until it is whole, and written before the client has it, unless it takes long to
    look for secrets in it. All else is passed on piece by piece, and written then.

    Args:
        exchange: Collects what is to be written.
        addresses: What the session knows.
        own: Whom the client takes the recorder for.
        asked: What a redirect is relative to.
        send: Sends to the client; nothing comes of it once that has left.

    Attributes:
        is_finished: Whether the client has all that it gets.
    """

    def __init__(
        self, exchange: OpenExchange, addresses: Addresses, own: Origin, asked: Target, send: Send
    ) -> None:
        self._exchange = exchange
        self._addresses = addresses
        self._own = own
        self._asked = asked
        self._send = send
        self._fields: Fields = []
        self._status = 0
        self._is_held = False
        self.is_finished = False

    async def carry(self, answer: Answer, write: Write) -> None:
        """Pass an answer on, and have the exchange written.

        Raises:
            BrokenError: the connection to the service ended before the answer did; the client has
                what has come of it.
        """
        self._status = answer.status
        self._fields = make_answer_fields(answer.status, self._rewrite_fields(answer.fields))
        self._is_held = is_json(find_field(answer.fields, b"content-type"))
        if not self._is_held:
            await self._send_head(self._fields)
        try:
            async for piece in answer.read_pieces():
                await self._take(piece)
        except BrokenError:
            await self._let_go()
            raise
        seen = self._unpack(answer)
        ended = self._exchange.end(answer.status, seen)
        content = self._exchange.take_content() if self._is_held else b""
        if self._is_held and len(content) + ended.request_body.size <= _WRITTEN_FIRST:
            await write(ended)
            await self._finish(content)
        else:
            await self._finish(content)
            await write(ended)

    def _unpack(self, answer: Answer) -> Fields:
        """Unpack what is held, if it came compressed; return the fields that are true of it then.

        What cannot be unpacked goes on as it is.
        """
        content = self._exchange.take_content() if self._is_held and answer.codings else b""
        unpacked = unpack(content, answer.codings, MOST_KEPT) if content else None
        if unpacked is None:
            return answer.fields
        self._exchange.replace_content(unpacked)
        self._fields = drop_named(self._fields, *_MADE_UP_ANEW)
        return drop_named(answer.fields, *_MADE_UP_ANEW)

    async def _take(self, piece: bytes) -> None:
        """Take a piece; JSON that becomes too long to be held goes on as it is."""
        if not self._exchange.fits(piece):
            await self._let_go()
        self._exchange.add(piece)
        if not self._is_held:
            await self._send_piece(piece)

    async def _let_go(self) -> None:
        """Send what is held, as it is."""
        if self._is_held:
            self._is_held = False
            await self._send_head(self._fields)
            await self._send_piece(self._exchange.take_content())

    async def _finish(self, content: bytes) -> None:
        """Send what is held, rewritten, and that it was the last; nobody waits any longer."""
        self.is_finished = True
        if not self._is_held:
            await self._send({"type": "http.response.body", "body": b""})
            return
        content = rewrite_answer(content, self._addresses, self._own)
        if content:  # which the answer to a HEAD has not, for all that its length says
            length = (b"content-length", b"%d" % len(content))
            self._fields = [*drop_named(self._fields, b"content-length"), length]
        await self._send_head(self._fields)
        await self._send({"type": "http.response.body", "body": content})

    def _rewrite_fields(self, fields: Fields) -> Fields:
        return [
            (name, self._rewrite_location(value) if name.lower() in _LOCATIONS else value)
            for name, value in fields
        ]

    def _rewrite_location(self, value: bytes) -> bytes:
        text = rewrite_location(value.decode("latin-1"), self._addresses, self._own, self._asked)
        return text.encode("latin-1")

    async def _send_head(self, fields: Fields) -> None:
        start = {"type": "http.response.start", "status": self._status, "headers": fields}
        await self._send(start)

    async def _send_piece(self, piece: bytes) -> None:
        if piece:
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
