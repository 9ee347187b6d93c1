"""One session of recording: what is written, and what is to be said of it at its end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mockserver.edges.realtime import read_monotonic_s, read_utc_us
from mockserver.facts.observed import Observed
from mockserver.recorder.exchange import Numbers
from mockserver.recorder.writing_process import NotWrittenError, SessionStart, WritingProcess
from mockserver.recordings.keep import Keep

Tell = Callable[[str], None]
"""Takes a line for the user."""


class RecordingSession:
    """Writes exchanges without their secrets, one after the other.

    Args:
        folder: Of the recording.
        upstream: The address that is asked, for those who read it.
        keep: What is kept of prompts and media.
        tell: Takes a line for the user.
        logs: Whether each exchange is told of.

    Attributes:
        tell: Takes a line for the user.
        exchanges: How many were written.
        replaced: How many secrets of each kind were replaced.
        unwritten: How many exchanges could not be written.
        unsent: How many calls were not sent: too dear, or without a connection.

    Raises:
        NotWrittenError: the folder cannot be written to.
    """

    def __init__(self, folder: Path, upstream: str, keep: Keep, tell: Tell, *, logs: bool) -> None:
        began_s, began_utc_s = read_monotonic_s(), read_utc_us() / 1e6
        self._process = WritingProcess(
            SessionStart(folder=folder, upstream=upstream, began_utc_s=began_utc_s, keep=keep)
        )
        self._thread = ThreadPoolExecutor(1, "segmock-recording")
        self._handing = ThreadPoolExecutor(1, "segmock-handing-over")
        self._logs = logs
        self.tell = tell
        self.folder = folder
        self.numbers = Numbers(lambda: read_monotonic_s() - began_s)
        self.exchanges = 0
        self.unwritten = 0
        self.unsent = 0
        self.replaced: Counter[str] = Counter()

    async def begin(self, asked: Observed) -> None:
        """Have a request written, with an answer or without, that is sent when this returns."""
        handing = self._handing.submit(self._process.begin, asked)
        await asyncio.shield(asyncio.wrap_future(handing))

    async def write(self, seen: Observed) -> None:
        """Write an exchange; it is in the file when this returns, and written if cancelled."""
        writing = self._thread.submit(self._write, seen)
        await asyncio.shield(asyncio.wrap_future(writing))

    def note_unsent(self, reason: str) -> None:
        """Tell why a call of the client's was not sent."""
        self.unsent += 1
        self.tell(reason)

    def close(self) -> None:
        """Write what is left, and end the session."""
        self._handing.shutdown()
        self._thread.shutdown()
        self._process.close()

    def _write(self, seen: Observed) -> None:
        try:
            written = self._process.write(seen)
        except NotWrittenError as error:
            self.unwritten += 1
            self.tell(f"exchange {seen.number} could not be written: {error}")
            return
        self.exchanges += 1
        self.replaced.update(written.replaced)
        if self._logs:
            self.tell(written.line)
