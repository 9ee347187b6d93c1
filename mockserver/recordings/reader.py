"""Reading a recording: its sessions, and what in them could not be read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.facts.observed import EMPTY, Body, Observed, Story
from mockserver.recordings.lines import (
    BODIES,
    VERSION,
    BodyLine,
    ExchangeLine,
    find_version,
    list_digests,
    make_observed,
    parse_exchange,
    parse_header,
)
from mockserver.recordings.redaction import HeaderRecord


class RecordingError(EmulatorError):
    """A folder that is no recording, or a recording that cannot be read; says which and why."""

    def __init__(
        self, message: str, hint: str = "`segmock recordings check DIR` lists all"
    ) -> None:
        super().__init__(message, hint=hint)


@dataclass(frozen=True, kw_only=True)
class Session:
    """One run of `segmock record` or `segmock exec --record`.

    Attributes:
        path: Its file.
        header: What is true of all of it.
        lines: Its lines as they are, by the numbers of the exchanges.
        line_numbers: Where in its file each exchange is, by the exchange's number, from 1.
        story: Its exchanges, in the order in which they were sent.
        torn: Whether its last line is not whole, as after a crash; that line is left out.
    """

    path: Path
    header: HeaderRecord
    lines: dict[int, ExchangeLine]
    line_numbers: dict[int, int]
    story: Story
    torn: bool = False


@dataclass(frozen=True)
class Recording:
    """A folder of sessions, in the order in which they began."""

    folder: Path
    sessions: tuple[Session, ...]


def read_recording(folder: Path) -> Recording:
    """Return the recording in a folder; all bodies are in memory then.

    A session whose very header is torn has nothing in it, and is left out.

    Raises:
        RecordingError: There is no session in it, or one cannot be read; a torn last line can.
    """
    paths = [path for path in require_sessions(folder) if b"\n" in read_file(path)]
    sessions = sorted(map(read_session, paths), key=lambda each: each.header.began_utc_s)
    return Recording(folder, tuple(sessions))


def find_sessions(folder: Path) -> list[Path]:
    """Return the files of sessions in a folder, by their names."""
    return sorted(path for path in folder.glob("*.jsonl") if path.is_file())


def require_sessions(folder: Path) -> list[Path]:
    """Return the same; raises `RecordingError` if there is none."""
    if paths := find_sessions(folder):
        return paths
    raise _explain_absence(folder)


def find_digests(path: Path) -> set[str]:
    """Return the names of all files of bodies that a session names; torn lines name none."""
    found: set[str] = set()
    for line in read_file(path).splitlines()[1:]:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            found.update(list_digests(parse_exchange(line)))
    return found


def read_session(path: Path) -> Session:
    """Return the session in a file, with its bodies from the folder beside it.

    Raises:
        RecordingError: A line that is not the last, or a body, cannot be read.
    """
    first, *rest = read_file(path).split(b"\n")
    torn = rest[-1:] not in ([], [b""]) or not rest
    header = _parse_header(path, first)
    lines: dict[int, ExchangeLine] = {}
    line_numbers: dict[int, int] = {}
    for number, line in enumerate(rest[:-1], start=2):
        read = _parse_line(path, number, line)
        lines[read.number] = read
        line_numbers[read.number] = number
    exchanges = tuple(
        _read_exchange(path, line_numbers[number], lines[number]) for number in sorted(lines)
    )
    story = Story(exchanges=exchanges, began_utc_s=header.began_utc_s)
    return Session(
        path=path, header=header, lines=lines, line_numbers=line_numbers, story=story, torn=torn
    )


def read_file(path: Path) -> bytes:
    """Return what is in a file of a session; raises `RecordingError` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"{path}: it cannot be read: {error.strerror or error}"
        raise RecordingError(reason, "see to it that you may read it") from error


def _explain_absence(folder: Path) -> RecordingError:
    hint = f"`segmock record --out {folder}` makes one"
    if not folder.exists():
        return RecordingError(f"{folder}: there is no such folder", hint)
    if not folder.is_dir():
        return RecordingError(
            f"{folder}: it is a file, and a recording is a folder", "name the folder that it is in"
        )
    return RecordingError(f"{folder}: no session is in it, which is a file *.jsonl", hint)


def _parse_header(path: Path, line: bytes) -> HeaderRecord:
    try:
        return parse_header(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        version = find_version(line)
        if version not in {None, VERSION}:
            raise RecordingError(
                f"{path}:1: this recording has version {version} of the format, and this release "
                f"of segmock reads version {VERSION}",
                "read it with the release that made it, or a later one",
            ) from error
        raise RecordingError(f"{path}:1: this is no header of a recording: {error}") from error


def _parse_line(path: Path, number: int, line: bytes) -> ExchangeLine:
    try:
        return parse_exchange(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordingError(f"{path}:{number}: this is no exchange: {error}") from error


def _read_exchange(path: Path, number: int, line: ExchangeLine) -> Observed:
    try:
        request_body, body = (read_body(path.parent, each) for each in line.bodies)
    except OSError as error:
        raise RecordingError(f"{path}:{number}: a body cannot be read: {error}") from error
    return make_observed(line, request_body, body)


def read_body(folder: Path, line: BodyLine | None) -> Body:
    """Return the body that a line tells of; raises `OSError` if its file cannot be read."""
    if line is None:
        return EMPTY
    if not line.kept:
        return Body(size=line.size, digest=line.sha256)
    if line.text is not None:
        return Body.of(line.text.encode())
    return Body(
        size=line.size,
        digest=line.sha256,
        content=(folder / BODIES / line.sha256).read_bytes(),
    )
