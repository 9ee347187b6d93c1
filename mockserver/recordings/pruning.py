"""Taking out of a recording what is not worth keeping."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from mockserver.facts.observed import Body, Observed
from mockserver.facts.views import read_state
from mockserver.recordings.files import write_whole
from mockserver.recordings.lines import BODIES, BodyLine, ExchangeLine, list_digests
from mockserver.recordings.reader import RecordingError, Session, find_sessions, read_recording
from mockserver.recordings.selection import Selection


@dataclass(frozen=True, kw_only=True)
class Pruning:
    """What is to be taken out; bodies that no exchange names, and torn lines, always are.

    Attributes:
        exchanges: Which exchanges; none of them without.
        polls: Whether of polls that saw a run in one state after the other only the first stays.
        media: Whether files are left out of the exchanges that stay.
    """

    exchanges: Selection | None = None
    polls: bool = False
    media: bool = False


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """What was, or would be, taken out.

    Attributes:
        exchanges: How many exchanges.
        files: How many files of bodies.
        torn: How many lines that were not whole.
        size: Bytes, of lines and files.
    """

    exchanges: int
    files: int
    torn: int
    size: int


def prune_recording(folder: Path, pruning: Pruning, *, is_dry: bool = False) -> Pruned:
    """Take something out of a recording that nobody records into, and say how much it was.

    Raises:
        RecordingError: There is no recording in the folder, or it cannot be read, or changed.
    """
    recording = read_recording(folder)
    left = {session.path: _list_left(session, pruning) for session in recording.sessions}
    named = {name for lines in left.values() for line in lines for name in list_digests(line)}
    bodies = (path for path in (folder / BODIES).glob("*") if path.is_file())
    orphans = [path for path in bodies if path.name not in named]
    before = sum(path.stat().st_size for path in find_sessions(folder))
    contents = {
        session.path: _render_session(session, left[session.path]) for session in recording.sessions
    }
    pruned = Pruned(
        exchanges=sum(len(each.lines) - len(left[each.path]) for each in recording.sessions),
        files=len(orphans),
        torn=sum(session.torn for session in recording.sessions),
        size=before
        - sum(map(len, contents.values()))
        + sum(each.stat().st_size for each in orphans),
    )
    if not is_dry:
        _change(folder, contents, orphans)
    return pruned


def _list_left(session: Session, pruning: Pruning) -> list[ExchangeLine]:
    """Return the lines of a session that stay, in the order in which they are in it."""
    out = _find_repeated_polls(session) if pruning.polls else set()
    if pruning.exchanges:
        began = session.header.began_utc_s
        chosen = session.story.exchanges
        out |= {each.number for each in chosen if pruning.exchanges.includes(each, began)}
    exchanges = {each.number: each for each in session.story.exchanges}
    return [
        _leave_media_out(line, exchanges[number]) if pruning.media else line
        for number, line in session.lines.items()
        if number not in out
    ]


def _find_repeated_polls(session: Session) -> set[int]:
    """Return the numbers of polls that saw what the same poll before had seen."""
    repeated: set[int] = set()
    for run in session.story.runs:
        seen: tuple[str, int | None, str | None] | None = None
        for poll in run.asked:
            sees = (poll.route.name, poll.status, read_state(poll))
            if sees == seen:
                repeated.add(poll.number)
            seen = sees
    return repeated


def _leave_media_out(line: ExchangeLine, exchange: Observed) -> ExchangeLine:
    request, response = line.request, line.response
    if _is_file(exchange.request_body):
        request = msgspec.structs.replace(request, body=_forget(exchange.request_body))
    if response and _is_file(exchange.body):
        response = msgspec.structs.replace(response, body=_forget(exchange.body))
    return msgspec.structs.replace(line, request=request, response=response)


def _is_file(body: Body) -> bool:
    """Tell whether a body is a picture or another file, and no text."""
    try:
        return "\0" in (body.content or b"").decode()
    except UnicodeDecodeError:
        return True


def _forget(body: Body) -> BodyLine:
    return BodyLine(size=body.size, sha256=body.digest, kept=False)


def _render_session(session: Session, lines: list[ExchangeLine]) -> bytes:
    """Return what a session's file has then; empty if no exchange is left in it."""
    if not lines and session.lines:
        return b""
    header = session.path.read_bytes().partition(b"\n")[0]
    return b"".join(each + b"\n" for each in (header, *map(msgspec.json.encode, lines)))


def _change(folder: Path, contents: dict[Path, bytes], orphans: list[Path]) -> None:
    try:
        _write(contents, orphans)
    except OSError as error:
        reason = f"{folder}: it cannot be changed: {error.strerror or error}"
        hint = "what was not changed is whole: see to it that you may write there, and prune again"
        raise RecordingError(reason, hint) from error


def _write(contents: dict[Path, bytes], orphans: list[Path]) -> None:
    """Write sessions first, so that at no time a line names a body that is not there."""
    for path, content in contents.items():
        if content:
            write_whole(path, content)
        else:
            path.unlink()
    for path in orphans:
        path.unlink()
