"""Log entries as text: in a line for people, or as JSON for programs.

`segmock serve --log`, `segmock tail` and whoever else shows exchanges in lines has them made here.
Nothing that a client sent can move a cursor, reverse a line or begin one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import quote

import msgspec

from client_tests.reports.exchange_text import describe_answer
from client_tests.reports.text import clip, flat, to_json_line, visible
from mockserver.base.clock import SECOND, render_iso
from mockserver.control.log_entries import LogEntry

_MOST_OF_PATH, _MOST_OF_ERROR = 240, 120
"""Columns. The path of a poll has 53 and is whole, so that its id can be copied."""

_STYLES = {"MUST": "1;31", "SHOULD": "33", "dim": "2", "fault": "35"}
_GOOD, _WRONG, _BROKEN = "32", "33", "31"
_FIRST_WRONG, _FIRST_BROKEN = 400, 500

Level: TypeAlias = Literal["MUST", "SHOULD"]


class Mark(NamedTuple):
    """A rule that an exchange broke."""

    level: Level
    rule: str


class Palette:
    """Colours of a terminal, or none.

    Args:
        has_colour: Whether there are any.
    """

    def __init__(self, *, has_colour: bool) -> None:
        self._has_colour = has_colour

    def paint(self, text: str, style: str) -> str:
        """Return a text in a style: `MUST`, `SHOULD`, `dim`, `fault`, or a code of the terminal."""
        if not self._has_colour or not text:
            return text
        return f"\x1b[{_STYLES.get(style, style)}m{text}\x1b[0m"


PLAIN = Palette(has_colour=False)


def render_entry(entry: LogEntry, marks: Iterable[Mark] = (), palette: Palette = PLAIN) -> str:
    """Return an exchange in a line, without its time.

    It looks like `…cdef POST /v2/ideogram-3 200 QUEUED 0f1e2d3c4b5a69788796a5b4c3d2e1f0`, with the
    fault that struck it in brackets, a hint in parentheses, and at the end the rules that it broke.
    """
    key = palette.paint(f"{render_key(entry.api_key):<5}", "dim")
    parts = [key, render_call(entry), palette.paint(_render_answer(entry), _find_style(entry))]
    if entry.request_id and entry.request_id not in entry.path:
        parts.append(palette.paint(flat(entry.request_id), "dim"))
    if entry.fault_id:
        words = f"{entry.fault_id}: {entry.fault}" if entry.fault else entry.fault_id
        parts.append(palette.paint(f"[{flat(words)}]", "fault"))
    if entry.hint:
        parts.append(palette.paint(f"({flat(entry.hint)})", "dim"))
    parts += [palette.paint(f"{mark.level} {mark.rule}", mark.level) for mark in marks]
    return " ".join(parts)


def render_json(entry: LogEntry, at_s: float) -> str:
    """Return an exchange as a JSON object in a line, with every field; `at_s` is since 1970."""
    fields = msgspec.structs.asdict(entry)
    del fields["received_s"]
    return encode_event("exchange", at_s, fields)


def encode_event(event: str, at_s: float, fields: dict[str, Any]) -> str:
    """Return what happened at a moment, in seconds since 1970, as a JSON object in a line."""
    told = {"event": event, "time": render_iso(round(at_s * SECOND)), **fields}
    return to_json_line(told)


def render_key(shown: str | None) -> str:
    """Return the end of a key as `…cdef`; `-` where there was none."""
    return f"…{flat(shown.removeprefix('...'))}" if shown else "-"


def render_call(entry: LogEntry) -> str:
    """Return what was asked: the method and the path, whose blanks are percent-encoded."""
    path = entry.path
    if not (path.isascii() and path.isprintable()) or " " in path:
        path = "".join(quote(sign) if sign.isspace() else sign for sign in visible(path))
    return f"{flat(entry.method):<4} {clip(path, _MOST_OF_PATH)}"


def _render_answer(entry: LogEntry) -> str:
    error = entry.error
    return describe_answer(
        entry.status,
        state=entry.state and flat(entry.state),
        error=None if error is None else clip(flat(error), _MOST_OF_ERROR),
        content=flat(entry.content or ""),
        delivery=entry.delivery,
    )


def _find_style(entry: LogEntry) -> str:
    status = entry.status
    if status is None or status >= _FIRST_BROKEN:
        return _BROKEN
    return _WRONG if status >= _FIRST_WRONG or entry.delivery != "intact" else _GOOD


def render_time(at_s: float, zone: tzinfo | None = None) -> str:
    """Return a moment, in seconds since 1970, as the time of day of a zone; the machine's own."""
    whole_s = int(at_s)
    return f"{_render_second(whole_s, zone)}.{int((at_s - whole_s) * 1000):03d}"


@lru_cache(maxsize=16)
def _render_second(epoch_s: int, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(epoch_s, zone):%H:%M:%S}"
