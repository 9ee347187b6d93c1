"""The process in which exchanges are redacted and written.

To look for secrets in megabytes takes seconds in which Python does nothing else; here nobody waits
meanwhile who measures when answers come. It outlives the recorder by what was handed over to it.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from mockserver.facts.observed import Observed
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
        self._process = context.Process(target=_serve, args=(theirs, start), daemon=False)
        self._process.start()
        theirs.close()
        try:
            self._receive()
        except NotWrittenError:
            self.close()
            raise

    def write(self, seen: Observed) -> Written:
        """Write an exchange; it is in the file when this returns.

        Raises:
            NotWrittenError: it is not.
        """
        with suppress(OSError):
            self._connection.send(seen)
        return self._receive()

    def close(self) -> None:
        """End the session, when all is written."""
        self._connection.close()
        self._process.join()

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
    with suppress(*_IS_OVER):
        try:
            writer = RecordingWriter(start.folder, session)
        except OSError as error:
            connection.send(error.strerror or str(error))
            return
        with writer:
            connection.send(Written("", {}))
            while True:
                connection.send(_write(connection.recv(), session, writer))


def _write(seen: Observed, session: RedactionSession, writer: RecordingWriter) -> Written | str:
    redacted = redact(seen, session)
    try:
        writer.write(redacted)
    except OSError as error:
        return error.strerror or str(error)
    return Written(render_exchange(redacted), redacted.replaced)
