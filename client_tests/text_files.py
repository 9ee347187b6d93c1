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
