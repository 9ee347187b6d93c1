"""One exchange while it goes on: when it was sent, and what has come of its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256

import msgspec

from mockserver.facts.observed import Body, Observed
from mockserver.recorder.fields import Fields, make_pairs

MOST_KEPT = 64 * 1024 * 1024
"""Bytes. A longer request is refused; of a longer answer size and digest are kept."""

Clock = Callable[[], float]
"""Seconds since the session began."""

Begin = Callable[[Observed], Awaitable[None]]
"""Takes a request that is about to be sent, with its number."""


class Numbers:
    """Counts the exchanges of a session in the order in which they are sent."""

    def __init__(self, clock: Clock) -> None:
        self.read = clock
        self._last = 0

    def take(self) -> int:
        """Return the next number."""
        self._last += 1
        return self._last


class OpenExchange:
    """An exchange that has not come to its end.

    Args:
        asked: The request as it is passed on; its number and times are found here.
        numbers: Those of the session, with its clock.
        begin: Takes the request before it is sent.
    """

    def __init__(self, asked: Observed, numbers: Numbers, begin: Begin) -> None:
        self._asked = asked
        self._numbers = numbers
        self._begin = begin
        self._number: int | None = None
        self._sent_s = 0.0
        self._pieces: list[bytes] = []
        self._size = 0
        self._digest = sha256()

    @property
    def is_sent(self) -> bool:
        """Whether any of it may have reached the service."""
        return self._number is not None

    @property
    def is_too_large(self) -> bool:
        """Whether more has come of the answer than is kept."""
        return self._size > MOST_KEPT

    def fits(self, piece: bytes) -> bool:
        """Tell whether the answer's body can still be kept with this piece."""
        return self._size + len(piece) <= MOST_KEPT

    async def mark_sent(self) -> None:
        """Say that the request is to be sent now, over a connection that is there."""
        if self._number is None:
            self._number, self._sent_s = self._numbers.take(), self._numbers.read()
            await self._begin(self.lose())

    def add(self, piece: bytes) -> None:
        """Take a piece of the answer's body, and let go of all where that is too much."""
        self._size += len(piece)
        self._digest.update(piece)
        if not self.is_too_large:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    def take_content(self) -> bytes:
        """Return what has come of the body, as one piece."""
        self._pieces = [b"".join(self._pieces)]
        return self._pieces[0]

    def replace_content(self, content: bytes) -> None:
        """Have another body in place of the one that has come: the same, unpacked."""
        self._pieces, self._size, self._digest = [content], len(content), sha256(content)

    def end(self, status: int, fields: Fields) -> Observed:
        """Return the exchange with its answer, which has come to its end."""
        answered_s = self._numbers.read()
        content = None if self.is_too_large else self.take_content()
        body = Body(size=self._size, digest=self._digest.hexdigest(), content=content)
        return msgspec.structs.replace(
            self.lose(), answered_s=answered_s, status=status, headers=make_pairs(fields), body=body
        )

    def lose(self) -> Observed:
        """Return the exchange without an answer: none came, or not to its end."""
        return msgspec.structs.replace(self._asked, number=self._number or 0, sent_s=self._sent_s)
