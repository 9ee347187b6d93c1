"""Rewriting the strings and numbers in a JSON text, and leaving every other character as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

_TOKEN = re.compile(
    r'"[^"\\]*(?:\\(?:.|\Z)[^"\\]*)*(?:"|\Z)(\s*:)?|-?\d[0-9.eE+-]*|[{}\[\]]', re.DOTALL
)
"""Each alternative matches wherever its first character is, so no text is read twice.

A string that does not end is one up to the end of the text.
"""

_TELLS_NAME = {"name", "key", "header", "field", "param", "parameter"}
"""Members whose value is the name of the others: `{"name": "x-api-key", "value": …}`."""


class Place(NamedTuple):
    """Where a value is.

    Attributes:
        name: The name of the member that it is, or that the array around it is; empty without.
        parent: The same of the object around it.
        is_name: Whether it is a member's name itself.
        said: The string before it in its array, or what its object says is the name of something.
    """

    name: str
    parent: str
    is_name: bool = False
    said: str = ""


Rewrite: TypeAlias = Callable[[str | float, Place], str | float]
"""Returns what comes in the place of a string or a number: the same, if nothing."""


def rewrite_json(text: str, rewrite: Rewrite) -> str:
    """Return a JSON text with each string and number as `rewrite` has it.

    A text that ends too early, or is else no JSON, is rewritten as far as it is like JSON.
    """
    rewriter = _Rewriter(rewrite)
    return _TOKEN.sub(rewriter.take, text)


class _Around:
    """An object or an array that has begun.

    Attributes:
        is_object: Whether it is an object.
        name: By which it goes, or, in an object, the member that is being read.
        parent: By which the innermost object goes.
        said: As `Place` has it.
    """

    __slots__ = ("is_object", "name", "parent", "said")

    def __init__(self, name: str, parent: str, *, is_object: bool) -> None:
        self.is_object = is_object
        self.name = name
        self.parent = parent
        self.said = ""


class _Rewriter:
    """Follows the tokens of a text, and knows by what name a value goes."""

    def __init__(self, rewrite: Rewrite) -> None:
        self._rewrite = rewrite
        self._outside = _Around("", "", is_object=False)
        self._inner: list[_Around] = [self._outside]

    def take(self, token: re.Match[str]) -> str:
        text = token[0]
        first = text[0]
        if first == '"':
            colon = token[1]
            return self._take_name(text, colon) if colon else self._take_string(text)
        if first in "{[":
            self._open(is_object=first == "{")
        elif first in "}]":
            if len(self._inner) > 1:
                self._inner.pop()
        else:
            return self._take_number(text)
        return text

    def _open(self, *, is_object: bool) -> None:
        around = self._inner[-1]
        parent = around.name if is_object else around.parent
        self._inner.append(_Around(around.name, parent, is_object=is_object))

    def _take_name(self, text: str, colon: str) -> str:
        text = text[: -len(colon)]
        value = _read_string(text)
        around = self._inner[-1]
        around.name = value
        shown = self._rewrite(value, Place(value, around.parent, is_name=True))
        return (text if shown == value else _encode(shown, text)) + colon

    def _take_string(self, text: str) -> str:
        value = _read_string(text)
        around = self._inner[-1]
        shown = self._rewrite(value, Place(around.name, around.parent, said=around.said))
        if not around.is_object or around.name in _TELLS_NAME:
            around.said = value
        return text if shown == value else _encode(shown, text)

    def _take_number(self, text: str) -> str:
        try:
            value = json.loads(text)
        except ValueError:
            return text
        around = self._inner[-1]
        shown = self._rewrite(value, Place(around.name, around.parent))
        return text if shown == value else json.dumps(shown)


def _read_string(text: str) -> str:
    """Return what a token says; one that is not as JSON has it says what is between its quotes."""
    if "\\" not in text and len(text) > 1:
        return text[1:-1] if text[-1] == '"' else text[1:]
    end = -1 if _has_end(text) else len(text)
    try:
        value: str = json.loads(text, strict=False)
    except ValueError:
        return text[1:end]
    return value


def _has_end(text: str) -> bool:
    """Tell whether a token ends with a quote that is not escaped."""
    before = text[1:-1]
    slashes = len(before) - len(before.rstrip("\\"))
    return len(text) > 1 and text[-1] == '"' and slashes % 2 == 0


def _encode(value: str | float, before: str) -> str:
    """Return a value as JSON, with characters beyond ASCII escaped if they were so before."""
    shown = json.dumps(value, ensure_ascii=before.isascii() or not _is_encodable(value))
    return shown if before[0] != '"' or _has_end(before) else shown[:-1]


def _is_encodable(value: str | float) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in str(value))
