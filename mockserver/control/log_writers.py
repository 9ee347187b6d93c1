"""The two forms of a log: folded lines for people, one JSON object a line for programs."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from datetime import tzinfo
from typing import Any, Protocol

import msgspec

from client_tests.reports.text import visible
from mockserver.base import plurals
from mockserver.control.log_entries import LogEntry
from mockserver.control.log_folder import LogFolder
from mockserver.control.log_lines import (
    PLAIN,
    Mark,
    Palette,
    encode_event,
    render_call,
    render_entry,
    render_json,
    render_key,
)
from mockserver.verdicts.verdicts import Verdict

HOLD_S = 5.0
"""So long, in real seconds, repetitions are counted before a line says how many there were, and a
rule that the same client breaks again and again is not told of again."""

_MOST_KNOWN = 4096


class Offence(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a client broke, again or for the first time.

    Attributes:
        api_key: The end of the client's key; None where it sent none.
        verdict: The rule, and the exchanges that broke it and were not told of before.
        at_s: When the last of these came, in seconds since 1970.
        newest: The last of these, if it is known.
        is_marked: Whether the lines of all these exchanges have said so.
    """

    api_key: str | None
    verdict: Verdict
    at_s: float
    newest: LogEntry | None = None
    is_marked: bool = False


class LogWriter(Protocol):
    """Yields the lines, without their ends, that tell of something; moments are since 1970.

    Attributes:
        folds: Whether what says the same again of a call is folded.
    """

    folds: bool

    @property
    def is_counting(self) -> bool:
        """Whether `flush` may have something to tell."""

    def write_exchange(
        self, entry: LogEntry, at_s: float, marks: Collection[Mark] = ()
    ) -> Iterator[str]:
        """Tell of an exchange, with the rules that it broke."""

    def write_offence(self, offence: Offence) -> Iterator[str]:
        """Tell that a client broke a rule."""

    def write_text(self, text: str, at_s: float) -> Iterator[str]:
        """Tell what the emulator has to say of itself."""

    def write_dropped(self, count: int, at_s: float) -> Iterator[str]:
        """Tell that so many lines are missing here."""

    def flush(self, before_s: float | None = None) -> Iterator[str]:
        """Tell of what was counted; if a moment is given, only where that began before it."""


class LineWriter:
    """Writes lines for people.

    Args:
        palette: In which colours.
        zone: Where the time of day is told; the machine's own unless given.
    """

    folds = True

    def __init__(self, palette: Palette = PLAIN, zone: tzinfo | None = None) -> None:
        self._palette = palette
        self._folder = LogFolder(palette, zone)
        self._rendered: dict[Hashable, tuple[LogEntry, str]] = {}
        self._told_s: dict[tuple[str | None, str], float] = {}

    @property
    def is_counting(self) -> bool:
        """Whether something was said again and not told of."""
        return self._folder.is_counting

    def write_exchange(
        self, entry: LogEntry, at_s: float, marks: Collection[Mark] = ()
    ) -> Iterator[str]:
        """Yield a line, or none if it says of the same call what the line before said."""
        call = (entry.api_key, entry.method, entry.path)
        rendered = self._rendered.get(call)
        if rendered is None or rendered[0] is not entry:
            _make_room(self._rendered)
            rendered = self._rendered[call] = (entry, render_entry(entry, (), self._palette))
        text = rendered[1] if not marks else render_entry(entry, marks, self._palette)
        return self._folder.add(call, text, at_s)

    def write_offence(self, offence: Offence) -> Iterator[str]:
        """Yield what is to be done, the first time; later, that it happened again, now and then."""
        verdict, at_s = offence.verdict, offence.at_s
        key = (offence.api_key, verdict.id)
        told_s = self._told_s.get(key)
        is_enough = told_s is not None and (offence.is_marked or at_s < told_s + HOLD_S)
        if is_enough:
            return
        _make_room(self._told_s)
        self._told_s[key] = at_s
        words = f": {verdict.title}" if told_s is None else f" again, {_times(verdict)}"
        rule = self._palette.paint(f"{verdict.level} {verdict.id}", verdict.level)
        line = f"{render_key(offence.api_key):<5} {rule}{words}{_render_newest(offence)}"
        yield from self._folder.write(line, at_s)

    def write_text(self, text: str, at_s: float) -> Iterator[str]:
        """Yield a text, line by line."""
        for line in text.splitlines():
            yield from self._folder.write(visible(line), at_s)

    def write_dropped(self, count: int, at_s: float) -> Iterator[str]:
        """Yield how many there were, and why."""
        reason = "not written in time; GET /_mock/requests has what came"
        lines = plurals.count(count, "line is", "lines are")
        yield from self._folder.write(f"… {lines} missing here: {reason}", at_s)

    def flush(self, before_s: float | None = None) -> Iterator[str]:
        """Yield how often what was said again."""
        return self._folder.flush(before_s)


class JsonWriter:
    """Writes JSON for programs: nothing is folded, and every object has the same fields."""

    folds = False
    is_counting = False

    def write_exchange(
        self, entry: LogEntry, at_s: float, marks: Collection[Mark] = ()
    ) -> Iterator[str]:
        """Yield an exchange; the rules that it broke are events of their own."""
        del marks
        yield render_json(entry, at_s)

    def write_offence(self, offence: Offence) -> Iterator[str]:
        """Yield the rule, whose client broke it, and with which exchanges."""
        verdict = offence.verdict
        fields = {
            "api_key": offence.api_key,
            "id": verdict.id,
            "level": verdict.level,
            "title": verdict.title,
            "requests": list(verdict.requests),
        }
        yield encode_event("verdict", offence.at_s, fields)

    def write_text(self, text: str, at_s: float) -> Iterator[str]:
        """Yield a text."""
        yield encode_event("message", at_s, {"text": text})

    def write_dropped(self, count: int, at_s: float) -> Iterator[str]:
        """Yield how many there were."""
        yield encode_event("dropped", at_s, {"count": count})

    def flush(self, before_s: float | None = None) -> Iterator[str]:  # noqa: ARG002
        """Yield nothing: nothing was counted."""
        return iter(())


def _render_newest(offence: Offence) -> str:
    """Return with which call the rule was broken: a line that has been written may be far off."""
    newest = offence.newest
    return f" ({' '.join(render_call(newest).split())})" if newest else ""


def _times(verdict: Verdict) -> str:
    count = len(verdict.requests)
    return "once" if count == 1 else f"{count} times"


def _make_room(known: dict[Any, Any]) -> None:
    """Forget the oldest entry of a table that is full."""
    if len(known) >= _MOST_KNOWN:
        del known[next(iter(known))]
