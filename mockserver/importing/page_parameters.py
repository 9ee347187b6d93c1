"""The table of parameters of a model page, as text: names, types, defaults and values run together.

A page that was copied has a line for each part (`Default: "AUTO"`, `Allowed values :`); one that
was flattened by a tool has no labels left, and puts default and values into one row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from mockserver.importing.errors import SourceError
from mockserver.importing.page_rows import PageParameter, settle_row
from mockserver.importing.page_values import NUMBER, read_number, read_value

MOST_ROWS = 500
"""No model has so many parameters."""

_ATOM = (
    r"(?:string|integer|number|boolean|object|array|float|image|file|any|null)"
    r"(?: \([^()\n]{1,60}\))?(?:\[\])*"
)
_TYPE = rf"{_ATOM}(?:[ ]?\|[ ]?{_ATOM})*"
_NEED = r"(?P<need>required|optional)"
_NAME = r"(?P<name>[A-Za-z_][\w.-]{0,99}?)"
_GLUED = re.compile(rf"{_NAME}(?:[ \t]*\n\s*)?{_NEED}\s*(?P<type>{_TYPE})")
_SPACED = re.compile(rf"{_NAME}[ \t]+{_NEED}[ \t]+(?P<type>{_TYPE})[ \t]*(?=\n|$)")
_TITLE = re.compile(rf"(?P<name>[A-Z][^\n\"]{{0,60}}?)(?:[ \t]*\n\s*)?{_NEED}\s*(?P<type>{_TYPE})")
_STRANGE = re.compile(r"[A-Za-z_]\w{0,99}?(?:required|optional)(?:\n(?P<word>\S{1,40})\n|[A-Za-z])")

_LABELS = {
    "default": re.compile(r"Default(?: value)?[ \t]*:[ \t]*"),
    "values": re.compile(r"Allowed values[ \t]*(?:\((?P<total>\d{1,6}) total\))?[ \t]*:\s*"),
    "range": re.compile(
        rf"(?:Range[ \t]*:[ \t]*)(?P<low>{NUMBER})[ \t]*(?:-|\u2013|to)[ \t]*(?P<high>{NUMBER})"
    ),
    "bare_range": re.compile(rf"(?P<low>{NUMBER}) - (?P<high>{NUMBER})(?=\n|$)"),
    "lowest": re.compile(rf"Min(?:imum)?[ \t]*:[ \t]*(?P<low>{NUMBER})(?=\s*\n|[A-Z]|$)"),
    "highest": re.compile(rf"Max(?:imum)?[ \t]*:[ \t]*(?P<high>{NUMBER})(?=\s*\n|[A-Z]|$)"),
    "more": re.compile(r"\+[ \t]?(?P<count>\d{1,6}) more"),
    "variants": re.compile(r"One of[ \t]*:"),
}
_OPENING = {"[", "{"}
_MOST_UNREAD = 1000
_SPACE = re.compile(r"\s*")
_LINE = re.compile(r"[^\n]*")
_QUOTE = re.compile('"')
_WORDS = re.compile("(?:true|false|null|None|True|False){0,9}")


def read_rows(
    text: str, sent: Mapping[str, Collection[Any]] = MappingProxyType({})
) -> list[PageParameter]:
    """Return the rows of a table in their order, those of variants among them.

    Args:
        text: The table, without its heading.
        sent: The values that the page's samples send, by the name of the parameter.

    Raises:
        SourceError: a row has a type that is not known; the message names its line.
    """
    rows = _TableReader(text, sent.keys()).read()
    return [settle_row(row, sent.get(row.name, ())) for row in rows]


class _TableReader:
    """Reads a table from its begin to its end; what is no part of a row is a description."""

    def __init__(self, text: str, known: Collection[str]) -> None:
        self._text = text
        self._known = known
        self._at = 0
        self._unread = 0
        self._may_be_title = False
        self._rows: list[PageParameter] = []

    def read(self) -> list[PageParameter]:
        while True:
            self._skip(_SPACE)
            if self._at >= len(self._text):
                return self._rows
            if len(self._rows) > MOST_ROWS:
                raise SourceError(f"its table has more than {MOST_ROWS} parameters")
            if not (self._read_row() or self._read_label() or self._read_bare()):
                self._read_line()

    def _skip(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go behind what is here, if it is so."""
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def _read_value(self, at: int) -> tuple[Any, int] | None:
        """Read a value; each that begins and does not end costs a walk through the rest."""
        read = read_value(self._text, at)
        self._unread += read is None and self._text[at : at + 1] in _OPENING
        if self._unread > _MOST_UNREAD:
            raise SourceError(f"its table has more than {_MOST_UNREAD} brackets that do not close")
        return read

    def _match_row(self, at: int) -> re.Match[str] | None:
        for pattern in (_GLUED, _SPACED):
            if found := pattern.match(self._text, at):
                return found
        return _TITLE.match(self._text, at) if self._may_be_title else None

    def _read_row(self) -> bool:
        found = self._match_row(self._at)
        if found is None or self._is_behind_word(found):
            return False
        is_title = found.re is _TITLE or (
            self._may_be_title and found["name"][0].isupper() and found["name"] not in self._known
        )
        line = self._text.count("\n", 0, self._at)
        is_required = found["need"] == "required"
        row = PageParameter(found["name"], is_required, found["type"], line, is_title=is_title)
        self._rows.append(row)
        self._may_be_title = self._may_be_title or found["type"].startswith("any")
        self._at = found.end()
        return True

    def _is_behind_word(self, found: re.Match[str]) -> bool:
        """Tell whether a row begins with a value of the one before: `nullseedoptionalinteger`."""
        value = self._read_value(found.start())
        if value is None or found["name"] in self._known or not self._rows:
            return False
        behind = self._match_row(value[1])
        return behind is not None and not self._rows[-1].bare

    def _read_label(self) -> bool:
        if not self._rows:
            return False
        row = self._rows[-1]
        for name, pattern in _LABELS.items():
            if found := self._skip(pattern):
                self._take_label(name, found, row)
                return True
        return False

    def _take_label(self, name: str, found: re.Match[str], row: PageParameter) -> None:
        if name == "default":
            row.default = self._read_default()
        elif name == "values":
            row.values = list(self._read_values())
            row.hidden = max(0, int(found["total"] or 0) - len(row.values))
        elif name == "more":
            row.hidden = max(row.hidden, int(found["count"]))
        elif name == "variants":
            self._may_be_title = True
        else:
            stated = found.groupdict()
            row.low = read_number(stated["low"]) if stated.get("low") else row.low
            row.high = read_number(stated["high"]) if stated.get("high") else row.high

    def _read_default(self) -> Any:
        """Read a value, or the rest of the line as a text where it is none."""
        read = self._read_value(self._at)
        if read is not None and self._is_end(read[1]):
            self._at = read[1]
            return read[0]
        line = self._skip(_LINE)
        return line[0].strip().strip('"') if line else ""

    def _read_values(self) -> Iterator[Any]:
        while (read := self._read_value(self._at)) and self._is_end(read[1]):
            yield read[0]
            self._at = read[1]
            if self._is_row_next():
                return
            self._skip(_SPACE)

    def _is_row_next(self) -> bool:
        """Tell whether a row begins behind white space: its name may begin like a value."""
        at = _SPACE.match(self._text, self._at)
        return at is not None and self._match_row(at.end()) is not None

    def _read_bare(self) -> bool:
        """Read a value that no label belongs to."""
        read = self._read_value(self._at) if self._rows else None
        if read is None or not self._is_end(read[1]):
            return False
        self._rows[-1].bare = [*self._rows[-1].bare, read[0]]
        self._at = read[1]
        return True

    def _is_end(self, at: int) -> bool:
        """Tell whether a value may end here: another, a label, a row or a new line follows."""
        words = _WORDS.match(self._text, at)
        at = words.end() if words else at
        follows = self._text[at : at + 1]
        if follows in {"", "\n", '"', "{", "["} or self._text[at : at + 2] in {", ", " \n", " |"}:
            return True
        labels = (pattern.match(self._text, at) for pattern in _LABELS.values())
        return any(labels) or self._match_row(at) is not None

    def _read_line(self) -> None:
        """Read words up to the end of the line, or to a row that follows a quoted text in it."""
        strange = _STRANGE.match(self._text, self._at)
        begin, end = self._at, self._find_line_end()
        words = self._text[begin:end].strip(" ,|")
        if strange is not None and " " not in words[: strange.end() - begin]:
            number = self._text.count("\n", 0, begin) + 1
            raise UnknownRowError(number, words)
        self._at = end
        if not self._rows:
            return
        row = self._rows[-1]
        if end < len(self._text) and self._text[end] != "\n" and words.startswith('"'):
            row.bare = [*row.bare, words.strip('"')]
        else:
            row.description = f"{row.description} {words}".strip()

    def _find_line_end(self) -> int:
        line = _LINE.match(self._text, self._at)
        end = line.end() if line else len(self._text)
        quotes = (found.end() for found in _QUOTE.finditer(self._text, self._at, end))
        return next((at for at in quotes if at < end and self._match_row(at)), end)


class UnknownRowError(SourceError):
    """A line that begins like a row, and whose type is not known.

    Args:
        line: Its number in the table, from 1.
        words: What it says.
    """

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line
        self.words = words
