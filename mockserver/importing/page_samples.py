"""The payloads in the code samples of a page: Python, JavaScript or curl, with line numbers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

_LINE_NUMBER = re.compile(r"^[ \t]*(\d{1,4})(?=\D|$)", re.MULTILINE)
_PAYLOAD = re.compile(
    r"(?:\b(?:payload|data|body|json|params|input)\s*[=:]\s*|JSON\.stringify\(\s*"
    r"|(?:-d|--data|--data-raw)\s+')(?=\{)"
)
_CALL = re.compile(r"\bsegmind\.run\((?=\s)")
_SLUG = re.compile(r"\s*[\"']([A-Za-z0-9._-]{1,200})[\"']")
_ENDS = {"{": "}", "(": ")", "[": "]"}
_BRACKET = re.compile(r"""["'{}()\[\]]""")
_QUOTE_ENDS = {
    "'": re.compile(r"(?:[^'\\]|\\.)*+'", re.DOTALL),
    '"': re.compile(r'(?:[^"\\]|\\.)*+"', re.DOTALL),
}
_LONGEST = 100_000
"""Characters of a payload."""

_MOST = 50
"""Payloads of a page that are looked at, and calls."""


def read_samples(code: str) -> list[dict[str, Any]]:
    """Return the payloads that a text has in its code, each once, in their order."""
    text = strip_line_numbers(code)
    found: list[dict[str, Any]] = []
    for sample in (*_read_payloads(text), *_read_calls(text)):
        plain = _make_plain(sample)
        if plain and plain not in found:
            found.append(plain)
    return found


def find_called_slugs(code: str) -> list[str]:
    """Return the slugs that the code calls through the SDK."""
    text = strip_line_numbers(code)
    calls = (_SLUG.match(text, call.end()) for call in islice(_CALL.finditer(text), _MOST))
    return [call[1] for call in calls if call]


def strip_line_numbers(code: str) -> str:
    """Return code without the numbers that its lines begin with, if the lines are numbered."""
    numbers = [int(found[1]) for found in _LINE_NUMBER.finditer(code)]
    is_numbered = any(after == before + 1 for before, after in pairwise(numbers))
    return _LINE_NUMBER.sub("", code) if is_numbered else code


def _make_plain(sample: Any) -> dict[str, Any]:
    """Return a payload as JSON has it; empty if it has what JSON has not."""
    try:
        plain = json.loads(json.dumps(sample, allow_nan=False))
    except (ValueError, TypeError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) else {}


def _read_payloads(text: str) -> Iterator[Any]:
    for match in islice(_PAYLOAD.finditer(text), _MOST):
        piece = _cut_bracket(text, match.end())
        yield _parse_object(piece) if piece else None


def _read_calls(text: str) -> Iterator[dict[str, Any]]:
    """Yield the keyword arguments of each call of the SDK."""
    for match in islice(_CALL.finditer(text), _MOST):
        piece = _cut_bracket(text, match.end() - 1)
        try:
            call = ast.parse(f"f{piece}", mode="eval").body
            keywords = call.keywords if isinstance(call, ast.Call) else []
            yield {each.arg: ast.literal_eval(each.value) for each in keywords if each.arg}
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue


def _parse_object(piece: str) -> Any:
    """Read an object as JSON, else as Python writes it; None if it is neither."""
    try:
        return json.loads(piece)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(piece)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _cut_bracket(text: str, begin: int) -> str:
    """Return the text from an opening bracket to the one that closes it; empty if none does."""
    opened: list[str] = []
    at = begin
    while (found := _BRACKET.search(text, at, begin + _LONGEST)) is not None:
        sign, at = found[0], found.end()
        if sign in "\"'":
            at = _find_quote(text, at, sign)
        elif sign in _ENDS:
            opened.append(_ENDS[sign])
        elif not opened or sign != opened.pop():
            return ""
        if not opened:
            return text[begin:at]
    return ""


def _find_quote(text: str, at: int, quote: str) -> int:
    """Return the place behind the quote that ends a text; the end of all if none does."""
    found = _QUOTE_ENDS[quote].match(text, at)
    return found.end() if found else len(text)
