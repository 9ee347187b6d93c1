"""Recorded answers as they are given again: headers and text with gaps, and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from mockserver.base.clock import parse_iso, render_iso
from mockserver.base.errors import EmulatorError
from mockserver.base.wire import Headers
from mockserver.gateway.handlers.inference import Reply
from mockserver.replay.recorded import Recorded
from mockserver.replay.recording_index import RecordingIndex
from mockserver.replay.runs import RecordedRun
from mockserver.replay.templates import Filling, Template, fill

_OWN = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"),
        *("transfer-encoding", "content-length", "date", "set-cookie", "alt-svc"),
        *("strict-transport-security", "content-range", "accept-ranges", "etag", "last-modified"),
    }
)
"""What is said of one connection, one moment or one host, which the emulator says for itself."""

_INSTANTS = frozenset({"x-rate-limit-reset-at-utc"})
"""Headers that tell an instant: it is as far off as it was."""

_CORS = "access-control-"

_AnswerTemplates: TypeAlias = tuple[tuple[tuple[str, Template], ...], Template | None]


class Answers:
    """Makes replies of recorded answers.

    Args:
        index: The recording.
    """

    def __init__(self, index: RecordingIndex) -> None:
        self._index = index
        self._made: dict[str, _AnswerTemplates] = {}

    def render(
        self,
        recorded: Recorded,
        filling: Filling,
        find_instant: Callable[[int], int],
        run: RecordedRun | None = None,
    ) -> Reply:
        """Return status, headers and body of a recorded answer, told now.

        Args:
            recorded: The exchange; it has a status, and its body was kept.
            filling: What fills the gaps.
            find_instant: Returns the instant that lies so many microseconds ahead of now, for the
                client.
            run: The run that it is about, if it is about one that was queued.
        """
        exchange = recorded.exchange
        headers, body = self._find_templates(recorded, run)
        told_at = recorded.answered_at

        def _tell(name: str, value: str) -> str:
            return _move_instant(value, told_at, find_instant) if name in _INSTANTS else value

        filled = tuple(
            (name.encode("latin-1"), _tell(name, fill(value, filling)).encode("latin-1"))
            for name, value in headers
        )
        content = exchange.body.content or b""
        if body is not None:
            content = fill(body, filling).encode("latin-1")
        return exchange.status or 0, filled, content

    def _find_templates(self, recorded: Recorded, run: RecordedRun | None) -> _AnswerTemplates:
        found = self._made.get(recorded.place)
        if found is None:
            found = self._made[recorded.place] = self._make_templates(recorded, run)
        return found

    def _make_templates(self, recorded: Recorded, run: RecordedRun | None) -> _AnswerTemplates:
        asked = (run.submitted if run else recorded).exchange
        sent = (asked.request_body.content or b"").decode("latin-1").replace("\\/", "/")
        tells_files = recorded.is_success and (run is not None or asked.route.blocks)

        def is_file(url: str) -> bool:
            return tells_files and not self._index.is_own_host(url) and url not in sent

        exchange, maker = recorded.exchange, self._index.maker
        headers = tuple(
            (name, maker.make(value, is_file))
            for name, value in list_kept_headers(exchange.headers)
        )
        content = exchange.body.content
        if not content or not is_text(exchange.find_header("content-type") or ""):
            return headers, None
        return headers, maker.make(content.decode("latin-1"), is_file)


def list_kept_headers(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return the headers of an answer that are told again."""
    return [
        (name, value) for name, value in headers if name not in _OWN and not name.startswith(_CORS)
    ]


def is_text(content_type: str) -> bool:
    """Tell whether ids and addresses may stand in a body of this type."""
    media = content_type.partition(";")[0].strip().lower()
    return media.startswith("text/") or media.endswith(("json", "xml", "javascript"))


def make_pending(source: Recorded, state: str) -> bytes:
    """Return what a poll says of a run in this state (T2, T8), of what another answer says."""
    told = ("status", "request_id", "status_url", "response_url")
    body = {name: source.document[name] for name in told if name in source.document}
    return msgspec.json.encode({**body, "status": state, "metrics": {}})


def make_light(source: Recorded) -> bytes:
    """Return the light answer of a status (T3), of what the result says."""
    told = ("status", "request_id", "metrics")
    return msgspec.json.encode(
        {name: source.document[name] for name in told if name in source.document}
    )


def find_content_type(recorded: Recorded) -> Headers:
    """Return what is told of a file."""
    media = recorded.exchange.find_header("content-type") or "application/octet-stream"
    return ((b"content-type", media.encode("latin-1")),)


def _move_instant(value: str, told_at: int, find_instant: Callable[[int], int]) -> str:
    """Return an instant as far ahead of now as it was of when it was told."""
    try:
        return render_iso(find_instant(parse_iso(value) - told_at))
    except (EmulatorError, OverflowError):
        return value
