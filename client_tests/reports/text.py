"""Text from clients made fit to be shown: nothing in it can move a cursor or reverse a line."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_UNSEEN = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}
_KEPT = "\n\t"
_LONG_ID = re.compile(r"[0-9a-f]{24,}")
_SHOWN_OF_ID = 8
_MARKS = {"Mn", "Me"}


def visible(text: str) -> str:
    r"""Return a text in which what cannot be seen is spelled as JSON would: ESC as `\u001b`.

    Line feeds and tabs stay what they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escape_sign(sign) if unicodedata.category(sign) in _UNSEEN and sign not in _KEPT else sign
        for sign in text
    )


def _escape_sign(sign: str) -> str:
    data = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))


def flat(text: str) -> str:
    """Return a text in one visible line."""
    if text.isascii() and text.isalnum():
        return text
    return " ".join(visible(text).split())


def short(path: str) -> str:
    """Return a path with its long ids cut to their beginnings."""
    return _LONG_ID.sub(lambda found: found[0][:_SHOWN_OF_ID] + "…", flat(path))


def to_json_line(value: Any) -> str:
    """Return a value as JSON in a line."""
    return visible(json.dumps(value, ensure_ascii=False, default=str))


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(sign) in _MARKS
        else 1 + (unicodedata.east_asian_width(sign) in {"W", "F"})
        for sign in text
    )


def clip(text: str, width: int) -> str:
    """Return a text that takes so many columns at the most."""
    return text if cells(text) <= width else _head(text, width - 1) + "…"


def pad(text: str, width: int) -> str:
    """Return a text that takes exactly so many columns."""
    text = clip(text, width)
    return text + " " * (width - cells(text))


def wrap(text: str, width: int) -> list[str]:
    """Return a text as lines of so many columns at the most; its own line feeds stay."""
    return [line for part in visible(text).split("\n") for line in _fill(part.split(), width)]


def _fill(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if cells(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while cells(line) > width:
            head, line = _cut(line, width)
            lines.append(head)
    return [*lines, line] if line else lines


def _cut(text: str, width: int) -> tuple[str, str]:
    """Return what of a text fits, but at least one sign of it, and the rest."""
    head = _head(text, width) or text[:1]
    return head, text[len(head) :]


def _head(text: str, width: int) -> str:
    """Return what of a text fits, which may be nothing."""
    taken = 0
    for at, sign in enumerate(text):
        taken += cells(sign)
        if taken > width:
            return text[:at]
    return text
