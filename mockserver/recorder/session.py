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
from mockserver.recordings.keep import Keep
from mockserver.recordings.redacted import RedactedExchange
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter

Tell = Callable[[str], None]
"""Takes a line for the user."""


class RecordingSession:
    """Writes exchanges without their secrets, one after the other, in a thread of its own.

    Args:
        folder: Of the recording.
        upstream: The address that is asked, for those who read it.
        keep: What is kept of prompts and media.
        tell: Takes a line for the user.
        on_written: Is told of each exchange, as it was written.

    Attributes:
        tell: Takes a line for the user.
        exchanges: How many were written.
        replaced: How many secrets of each kind were replaced.
        unwritten: How many exchanges could not be written.
    """

    def __init__(
        self,
        folder: Path,
        upstream: str,
        keep: Keep,
        tell: Tell,
        on_written: Callable[[RedactedExchange], None] = lambda _: None,
    ) -> None:
        began_s = read_monotonic_s()
        self._redaction = RedactionSession(
            upstream=upstream, began_utc_s=read_utc_us() / 1e6, keep=keep
        )
        self._writer = RecordingWriter(folder, self._redaction)
        self._thread = ThreadPoolExecutor(1, "segmock-recording")
        self.tell = tell
        self._on_written = on_written
        self.folder = folder
        self.numbers = Numbers(lambda: read_monotonic_s() - began_s)
        self.exchanges = 0
        self.unwritten = 0
        self.replaced: Counter[str] = Counter()

    async def write(self, seen: Observed) -> None:
        """Write an exchange; it is in the file when this returns."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, seen)

    def close(self) -> None:
        """Write what is left, and end the session."""
        self._thread.shutdown()
        self._writer.close()

    def _write(self, seen: Observed) -> None:
        redacted = redact(seen, self._redaction)
        try:
            self._writer.write(redacted)
        except OSError as error:
            self.unwritten += 1
            self.tell(f"exchange {seen.number} could not be written: {error.strerror}")
            return
        self.exchanges += 1
        self.replaced.update(redacted.replaced)
        self._on_written(redacted)
