"""The process in which exchanges are redacted and written.

To look for secrets in megabytes takes seconds in which Python does nothing else; here nobody waits
meanwhile who measures when answers come. It outlives the recorder by what was handed over to it,
and writes requests whose end it is not told of as those that got no answer.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

import msgspec

from mockserver.facts.observed import EMPTY, Observed
from mockserver.recorder.log_lines import render_exchange
from mockserver.recordings.keep import Keep
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter

_IS_OVER = (EOFError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStart:
    """What a session begins with: its folder, whom it is about, since when, and what is kept."""

    folder: Path
    upstream: str
    began_utc_s: float
    keep: Keep


class Written(NamedTuple):
    """An exchange that was written: a line about it, and how many secrets of each kind it had."""

    line: str
    replaced: dict[str, int]


class _Message(NamedTuple):
    """An exchange that is about to be sent, or one that has ended; of that the answer is told."""

    seen: Observed
    has_ended: bool


class NotWrittenError(Exception):
    """An exchange, or a session's first line, could not be written; says why."""


class WritingProcess:
    """Writes exchanges one after the other.

    Args:
        start: What the session begins with.

    Raises:
        NotWrittenError: the folder cannot be written to.
    """

    def __init__(self, start: SessionStart) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._turn = Lock()
        self._begun: set[int] = set()
        self._process = context.Process(target=_serve, args=(theirs, start), daemon=False)
        self._process.start()
        theirs.close()
        try:
            self._receive()
        except NotWrittenError:
            self.close()
            raise

    def begin(self, asked: Observed) -> None:
        """Hand over a request that is about to be sent; it is written even if we are killed."""
        self._begun.add(asked.number)
        self._send(_Message(asked, has_ended=False))

    def write(self, seen: Observed) -> Written:
        """Write an exchange; it is in the file when this returns. One thread at a time may.

        Raises:
            NotWrittenError: it is not.
        """
        if seen.number in self._begun:
            self._begun.remove(seen.number)
            seen = msgspec.structs.replace(seen, request_body=EMPTY)  # which is there already
        self._send(_Message(seen, has_ended=True))
        return self._receive()

    def close(self) -> None:
        """End the session, when all is written."""
        self._connection.close()
        self._process.join()

    def _send(self, message: _Message) -> None:
        with self._turn, suppress(OSError):
            self._connection.send(message)

    def _receive(self) -> Written:
        try:
            answer: Written | str = self._connection.recv()
        except _IS_OVER:
            raise NotWrittenError("the process that writes has ended") from None
        if isinstance(answer, str):
            raise NotWrittenError(answer)
        return answer


def _serve(connection: Connection, start: SessionStart) -> None:
    """Write what comes until the other side has gone; it decides when that is, and no signal."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    session = RedactionSession(
        upstream=start.upstream, began_utc_s=start.began_utc_s, keep=start.keep
    )
    try:
        writer = RecordingWriter(start.folder, session)
    except OSError as error:
        connection.send(error.strerror or str(error))
        return
    with writer:
        connection.send(Written("", {}))
        _write_all(_receive_all(connection), connection, session, writer)


def _receive_all(connection: Connection) -> Iterator[_Message]:
    """Yield what comes, which nobody waits to hand over while another exchange is written."""
    messages: SimpleQueue[_Message | None] = SimpleQueue()

    def receive() -> None:
        with suppress(*_IS_OVER):
            while True:
                messages.put(connection.recv())
        messages.put(None)

    Thread(target=receive, daemon=True).start()
    yield from iter(messages.get, None)


def _write_all(
    messages: Iterator[_Message],
    connection: Connection,
    session: RedactionSession,
    writer: RecordingWriter,
) -> None:
    """Write each exchange that ends, and when no more come those that have not."""
    begun: dict[int, Observed] = {}
    for seen, has_ended in messages:
        if not has_ended:
            begun[seen.number] = seen
            continue
        asked = begun.pop(seen.number, seen)
        whole = msgspec.structs.replace(seen, request_body=asked.request_body)
        written = _write(whole, session, writer)
        with suppress(*_IS_OVER):  # the recorder may be gone, and more may have come
            connection.send(written)
    for _, asked in sorted(begun.items()):
        _write(asked, session, writer)


def _write(seen: Observed, session: RedactionSession, writer: RecordingWriter) -> Written | str:
    try:
        redacted = redact(seen, session)
        writer.write(redacted)
    except OSError as error:
        return error.strerror or str(error)
    except Exception as error:  # noqa: BLE001 (those that come after are written all the same)
        return f"looking for secrets in it failed ({type(error).__name__}); please report this"
    return Written(render_exchange(redacted), redacted.replaced)
