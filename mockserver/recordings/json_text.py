"""Rewriting the strings and numbers in a JSON text, and leaving every other character as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d[0-9.eE+-]*|[{}\[\]:,]', re.DOTALL)
_OPENS = {"{": "}", "[": "]"}


class Place(NamedTuple):
    """Where a value is.

    Attributes:
        name: The name of the member that it is, or that the array around it is; empty without.
        parent: The same of the object around it.
        is_name: Whether it is a member's name itself.
    """

    name: str
    parent: str
    is_name: bool = False


Rewrite: TypeAlias = Callable[[str | float, Place], str | float]
"""Returns what comes in the place of a string or a number: the same, if nothing."""


def rewrite_json(text: str, rewrite: Rewrite) -> str:
    """Return a JSON text with each string and number as `rewrite` has it.

    A text that ends too early, or is else no JSON, is rewritten as far as it is like JSON.
    """
    rewriter = _Rewriter(rewrite)
    return _TOKEN.sub(rewriter.take, text)


class _Rewriter:
    """Follows the tokens of a text, and knows by what name a value goes."""

    def __init__(self, rewrite: Rewrite) -> None:
        self._rewrite = rewrite
        self._around: list[tuple[str, str]] = []  # the bracket that opened, and the name it has
        self._name = ""
        self._expects_name = False

    def take(self, token: re.Match[str]) -> str:
        text = token[0]
        if text[0] == '"':
            return self._take_string(text)
        if text in _OPENS:
            self._around.append((text, self._current_name))
            self._expects_name = text == "{"
        elif text in {"}", "]"}:
            if self._around:
                self._around.pop()
        elif text == ",":
            self._expects_name = self._is_object
        elif text == ":":
            self._expects_name = False
        else:
            return self._take_number(text)
        return text

    @property
    def _is_object(self) -> bool:
        return bool(self._around) and self._around[-1][0] == "{"

    @property
    def _current_name(self) -> str:
        if not self._around:
            return ""
        return self._name if self._is_object else self._around[-1][1]

    @property
    def _place(self) -> Place:
        objects = [name for bracket, name in self._around if bracket == "{"]
        return Place(self._current_name, objects[-1] if objects else "")

    def _take_string(self, text: str) -> str:
        try:
            value: str = json.loads(text, strict=False)
        except ValueError:
            value = text[1:-1]
        if self._expects_name:
            self._name = value
            shown = self._rewrite(value, self._place._replace(is_name=True))
        else:
            shown = self._rewrite(value, self._place)
        return text if shown == value else _encode(shown, text)

    def _take_number(self, text: str) -> str:
        try:
            value = json.loads(text)
        except ValueError:
            return text
        shown = self._rewrite(value, self._place)
        return text if shown == value else json.dumps(shown)


def _encode(value: str | float, before: str) -> str:
    """Return a value as JSON, with characters beyond ASCII escaped if they were so before."""
    return json.dumps(value, ensure_ascii=before.isascii() or not _is_encodable(value))


def _is_encodable(value: str | float) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in str(value))
