"""Writing a session of a recording, so that a crash costs no more than the line being written."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from errno import ENOENT
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import BinaryIO, Self

from mockserver.recordings.files import write_whole
from mockserver.recordings.lines import (
    BODIES,
    ExchangeLine,
    list_digests,
    list_files,
    make_observed,
    parse_exchange,
    render_exchange,
    render_header,
)
from mockserver.recordings.reader import find_digests, find_sessions, read_body
from mockserver.recordings.redaction import RedactedExchange, RedactionSession, redact_written


class RecordingWriter:
    """Writes one session into a folder, which may hold others; several threads may write.

    What has been written is rewritten at once when a secret is learnt that is in it. A session that
    ends without an exchange leaves nothing.

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
        self._made = [each for each in (folder / BODIES, folder) if not each.exists()]
        self._is_empty = True
        (folder / BODIES).mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = self.path.open("xb")
        self._known = session.known.count
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
        with self._session.lock:
            if not self._file.closed:
                self._hide_what_is_new()
                self._file.close()
                if self._is_empty:
                    self._remove()

    def write(self, exchange: RedactedExchange) -> None:
        """Write an exchange, its larger bodies first; it is on its way to the disk then.

        Raises:
            OSError: It cannot be written; the session is whole up to the exchange before.
        """
        with self._session.lock:
            self._check_is_there()
            self._write_files(exchange)
            self._append(render_exchange(exchange))
            self._is_empty = False
            self._hide_what_is_new()

    def _check_is_there(self) -> None:
        """Raise an OSError if somebody has removed the file, which can still be written to."""
        if not self.path.exists():
            raise FileNotFoundError(ENOENT, "somebody has removed the file", str(self.path))

    def _write_files(self, exchange: RedactedExchange) -> None:
        for name, content in list_files(exchange).items():
            path = self._folder / BODIES / name
            if not path.exists():
                write_whole(path, content)

    def _remove(self) -> None:
        """Remove what was made for a session in which nothing is, unless another one is there."""
        self.path.unlink()
        if not find_sessions(self._folder):
            for made in self._made:
                with suppress(OSError):  # something of somebody else's is in it
                    made.rmdir()

    def _append(self, line: bytes) -> None:
        self._file.write(line)
        self._file.flush()

    def _hide_what_is_new(self) -> None:
        """Rewrite what was written before a secret in it was learnt."""
        if self._known == self._session.known.count:
            return
        before, self._known = self._known, self._session.known.count
        _, *lines = self.path.read_bytes().splitlines(keepends=True)
        shown = [self._rewrite_line(line, before) for line in lines]
        if shown == lines:
            return
        self._file.close()
        write_whole(self.path, b"".join([render_header(self._session.header), *shown]))
        self._file = self.path.open("ab")
        self._remove_orphans(lines)

    def _rewrite_line(self, raw: bytes, before: int) -> bytes:
        """Return a line without the secrets that are new since so many were known."""
        line = parse_exchange(raw)
        if not self._holds_secret(raw, line, before):
            return raw
        bodies = (read_body(self._folder, each) for each in line.bodies)
        redacted = redact_written(
            make_observed(line, *bodies),
            self._session,
            replaced=line.replaced,
            notes=line.notes,
        )
        self._write_files(redacted)
        return render_exchange(redacted)

    def _holds_secret(self, raw: bytes, line: ExchangeLine, before: int) -> bool:
        if line.number in self._session.packed:
            return True
        known = self._session.known
        files = (self._folder / BODIES / name for name in list_digests(line))
        return known.is_in_bytes(raw, before) or any(
            known.is_in_bytes(each.read_bytes(), before) for each in files
        )

    def _remove_orphans(self, lines: list[bytes]) -> None:
        """Remove the bodies of these lines that nobody names any more."""
        before = {name for line in lines for name in list_digests(parse_exchange(line))}
        named = {name for path in find_sessions(self._folder) for name in find_digests(path)}
        for name in before - named:
            (self._folder / BODIES / name).unlink(missing_ok=True)
