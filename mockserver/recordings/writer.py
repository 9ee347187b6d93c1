"""Writing a session of a recording, so that a crash costs no more than the line being written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import BinaryIO, Self

from mockserver.recordings.lines import BODIES, list_files, render_exchange, render_header
from mockserver.recordings.redacted import RedactedExchange
from mockserver.recordings.redaction import RedactionSession


class RecordingWriter:
    """Writes one session into a folder, which may hold others; several threads may write.

    Args:
        folder: Of the recording; it is made if it is not there.
        session: What redacts the exchanges that are written.

    Attributes:
        path: The file of the session.
    """

    def __init__(self, folder: Path, session: RedactionSession) -> None:
        self._folder = folder
        self._session = session
        header = session.header
        began = datetime.fromtimestamp(header.record.began_utc_s, UTC)
        self.path = folder / f"{began:%Y%m%dT%H%M%SZ}-{token_hex(2)}.jsonl"
        (folder / BODIES).mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = self.path.open("xb")
        self._append(render_header(header))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the session."""
        self._file.close()

    def write(self, exchange: RedactedExchange) -> None:
        """Write an exchange, its larger bodies first; it is on its way to the disk then.

        Raises:
            OSError: It cannot be written; the session is whole up to the exchange before.
        """
        with self._session.lock:
            for name, content in list_files(exchange).items():
                self._write_body(name, content)
            self._append(render_exchange(exchange))

    def _write_body(self, name: str, content: bytes) -> None:
        path = self._folder / BODIES / name
        if not path.exists():
            part = path.with_name(f"{name}.{token_hex(4)}.part")
            part.write_bytes(content)
            part.replace(path)

    def _append(self, line: bytes) -> None:
        self._file.write(line)
        self._file.flush()
