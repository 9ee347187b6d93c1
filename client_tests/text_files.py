"""Files that somebody wrote for the kit: read as text or JSON, or refused with place and reason."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EISDIR: "it is a folder; name a file",
    errno.EACCES: "it may not be read (permission denied)",
}


def read_text(path: Path) -> str:
    """Return the text of a file: UTF-8, with or without a byte order mark.

    Raises:
        ValueError: it cannot be read, or is something else; the message says why.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(_REASONS.get(error.errno or 0, error.strerror)) from None
    if b"\0" in data:
        raise ValueError("it is UTF-16 or UTF-32, as PowerShell writes it; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8; save it as UTF-8") from None


def read_json(path: Path) -> Any:
    """Return the document in a file.

    Raises:
        ValueError: it cannot be read or is not JSON; the message says why, and in which line.
    """
    text = read_text(path)
    if not text.strip():
        raise ValueError("it is empty; JSON was expected")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(_explain(text, error)) from None
    except RecursionError:
        raise ValueError("it is not JSON: it is nested too deeply") from None


def _explain(text: str, error: json.JSONDecodeError) -> str:
    """Say where and why a text is not JSON; where it ends too early, after which line."""
    if text[error.pos :].strip():
        return f"line {error.lineno}, column {error.colno}: it is not JSON: {error.msg}"
    *before, last = text.rstrip().splitlines()
    place = f"line {len(before) + 1}, column {len(last)}"
    return f"{place}: it is not JSON: it ends too early ({error.msg})"


def find_lines(text: str, name: str) -> list[int]:
    """Return the line on which each item of a list begins that a JSON object has by this name.

    Nothing is returned where there is no such list. The text has to be JSON.
    """
    at = _find_list(text, name)
    lines: list[int] = []
    if at is None:
        return lines
    at = _skip(text, at + 1)
    while text[at] != "]":
        lines.append(text.count("\n", 0, at) + 1)
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
    return lines


_DECODER = json.JSONDecoder()


def _find_list(text: str, name: str) -> int | None:
    """Return where the list begins that an object has by this name."""
    at = _skip(text, 0)
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if key == name:
            return at if text[at] == "[" else None
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
    return None


def _skip(text: str, at: int) -> int:
    """Return where the next value or bracket is."""
    while text[at] in " \t\r\n,:":
        at += 1
    return at
