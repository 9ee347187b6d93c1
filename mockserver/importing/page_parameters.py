"""The table of parameters of a model page, as text: names, types, defaults and values run together.

A page that was copied has a line for each part (`Default: "AUTO"`, `Allowed values :`); one that
was flattened by a tool has no labels left, and puts default and values into one row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from mockserver.importing.errors import SourceError
from mockserver.importing.page_values import NUMBER, read_number, read_value

UNSTATED = msgspec.UNSET
SHOWN = 10
"""A page that cuts a list of values shows so many of them."""

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
_SPACE = re.compile(r"\s*")
_LINE = re.compile(r"[^\n]*")


class PageParameter(msgspec.Struct):
    """What a page says of a parameter.

    Attributes:
        name: Its name; of a variant its title.
        is_required: What the page calls it.
        type: Its type in the page's words.
        line: Where its row begins.
        description: What it is for.
        default: Its default; `UNSTATED` if the page has none.
        values: The values that are shown.
        hidden: How many values are not.
        bare: Values that no label belongs to, as they stand.
        low: The lowest number.
        high: The highest.
        is_title: It is a title of a variant, no parameter.
    """

    name: str
    is_required: bool
    type: str
    line: int
    description: str = ""
    default: Any = UNSTATED
    values: list[Any] = []
    hidden: int = 0
    bare: list[Any] = []
    low: float | None = None
    high: float | None = None
    is_title: bool = False


def read_rows(text: str, known: Collection[str] = ()) -> list[PageParameter]:
    """Return the rows of a table in their order, those of variants among them.

    Args:
        text: The table, without its heading.
        known: Names of parameters that the page's samples send.

    Raises:
        SourceError: a row has a type that is not known; the message names its line.
    """
    reader = _TableReader(text, known)
    return [_settle(row) for row in reader.read()]


class _TableReader:
    """Reads a table from its begin to its end; what is no part of a row is a description."""

    def __init__(self, text: str, known: Collection[str]) -> None:
        self._text = text
        self._known = known
        self._at = 0
        self._may_be_title = False
        self._rows: list[PageParameter] = []

    def read(self) -> list[PageParameter]:
        while True:
            self._skip(_SPACE)
            if self._at >= len(self._text):
                return self._rows
            if not (self._read_row() or self._read_label() or self._read_bare()):
                self._read_line()

    def _skip(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go behind what is here, if it is so."""
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

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
        value = read_value(self._text, found.start())
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
        read = read_value(self._text, self._at)
        if read is not None and self._is_end(read[1]):
            self._at = read[1]
            return read[0]
        line = self._skip(_LINE)
        return line[0].strip().strip('"') if line else ""

    def _read_values(self) -> Iterator[Any]:
        while (read := read_value(self._text, self._at)) and self._is_end(read[1]):
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
        read = read_value(self._text, self._at) if self._rows else None
        if read is None or not self._is_end(read[1]):
            return False
        self._rows[-1].bare = [*self._rows[-1].bare, read[0]]
        self._at = read[1]
        return True

    def _is_end(self, at: int) -> bool:
        """Tell whether a value may end here: another, a label, a row or a new line follows."""
        follows = self._text[at : at + 1]
        if follows in {"", "\n", '"', "{", "["} or self._text[at : at + 2] in {", ", " \n", " |"}:
            return True
        labels = (pattern.match(self._text, at) for pattern in _LABELS.values())
        return any(labels) or self._match_row(at) is not None

    def _read_line(self) -> None:
        strange = _STRANGE.match(self._text, self._at)
        begin = self._at
        line = self._skip(_LINE)
        words = line[0].strip(" ,|") if line else ""
        if strange is not None and " " not in words[: strange.end() - begin]:
            number = self._text.count("\n", 0, begin) + 1
            raise UnknownRowError(number, words)
        if self._rows:
            row = self._rows[-1]
            row.description = f"{row.description} {words}".strip()


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


def _settle(row: PageParameter) -> PageParameter:
    """Tell default and values apart where a page puts them into one row without labels.

    The default comes first: it comes again in the list, or is one more than a cut list shows.
    """
    bare = row.bare
    if not bare:
        return row
    first, rest = bare[0], bare[1:]
    is_default = not rest or first in rest or first is None
    if is_default or (row.hidden and len(rest) == SHOWN):
        row.default, row.values = first, row.values or rest
    else:
        row.values = row.values or bare
    return row
