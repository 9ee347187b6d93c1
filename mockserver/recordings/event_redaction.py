"""Redaction of event streams: of each event, and of what only several of them together say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.recordings.json_redaction import JsonRedaction
from mockserver.recordings.json_text import Place, Rewrite, rewrite_json
from mockserver.recordings.names import is_prompt
from mockserver.recordings.text_redaction import TextRedaction

_DATA = re.compile(r"data:[ \t]?(?=[{\[])")
_PIECES = {"arguments", "delta", "partial_json"}
"""What comes in pieces, beside what a model says: parts of JSON."""


class EventRedaction:
    """Hides what is secret in the event streams of one session.

    Args:
        texts: What hides it in texts.
        json: What hides it in JSON.
    """

    def __init__(self, texts: TextRedaction, json: JsonRedaction) -> None:
        self._texts = texts
        self._json = json

    def redact_events(self, text: str, *, is_answer: bool) -> str:
        """Return a stream without secrets, with as many events as before.

        A model says its text in pieces, so they are read together first.
        """
        lines = self._redact_pieces(text.splitlines(keepends=True))
        return "".join(self._redact_line(line, is_answer=is_answer) for line in lines)

    def _redact_line(self, line: str, *, is_answer: bool) -> str:
        start = _DATA.match(line)
        if start is None:
            return self._texts.redact_text(line)
        data = line[start.end() :]
        return start[0] + self._json.redact_json(data, is_answer=is_answer)

    def _redact_pieces(self, lines: list[str]) -> list[str]:
        pieces: dict[str, list[str]] = {}

        def collect(value: str | float, place: Place) -> str | float:
            if isinstance(value, str) and _comes_in_pieces(place):
                pieces.setdefault(place.name, []).append(value)
            return value

        _rewrite_lines(lines, collect)
        changed = {
            name: iter(shown)
            for name, each in pieces.items()
            if (shown := self._redact_together(name, each)) != each
        }

        def replace(value: str | float, place: Place) -> str | float:
            is_piece = isinstance(value, str) and _comes_in_pieces(place)
            return next(changed[place.name]) if is_piece and place.name in changed else value

        return _rewrite_lines(lines, replace) if changed else lines

    def _redact_together(self, name: str, pieces: list[str]) -> list[str]:
        """Return pieces that say together what they said, without a secret in it."""
        said = "".join(pieces)
        if self._json.shortens_prompts and is_prompt(name, is_answer=True):
            return [self._json.redact_prompt(said), *("" for _ in pieces[1:])]
        with self._texts.narrow(said):
            shown = self._texts.redact_text(said)
        return pieces if shown == said else list(_split(shown, pieces))


def _comes_in_pieces(place: Place) -> bool:
    return not place.is_name and (place.name in _PIECES or is_prompt(place.name, is_answer=True))


def _rewrite_lines(lines: list[str], rewrite: Rewrite) -> list[str]:
    return [rewrite_json(line, rewrite) if _DATA.match(line) else line for line in lines]


def _split(text: str, pieces: list[str]) -> Iterator[str]:
    """Split a text into pieces as long as these; the last one has what is left."""
    at = 0
    for piece in pieces[:-1]:
        yield text[at : at + len(piece)]
        at += len(piece)
    yield text[at:]
