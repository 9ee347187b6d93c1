"""JSON and TOML that somebody wrote: what is wrong with a text that is neither, and where."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import msgspec

_BYTE = re.compile(r"(?:JSON is malformed: )?(?P<reason>.*) \(byte (?P<at>\d+)\)")
_TOML_PLACE = re.compile(r"(?P<reason>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)")


def parse_json(text: str) -> Any:
    """Return the document that a text is as JSON.

    Raises:
        ValueError: it is none; the message names line and column, and says why.
    """
    if not text.strip():
        raise ValueError("it is empty; JSON was expected")
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(_explain_json(text, str(error))) from None
    except RecursionError:
        raise ValueError("it is not JSON: it is nested too deeply") from None


def parse_toml(text: str) -> dict[str, Any]:
    """Return the document that a text is as TOML.

    Raises:
        ValueError: it is none; the message names line and column, and says why.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.fullmatch(str(error))
        if found is None:
            raise ValueError(f"it is not TOML: {error}") from None
        is_inside = found["line"] is not None
        place = f"line {found['line']}, column {found['column']}" if is_inside else _find_end(text)
        raise ValueError(f"{place}: it is not TOML: {found['reason']}") from None
    except RecursionError:
        raise ValueError("it is not TOML: it is nested too deeply") from None


def _explain_json(text: str, reason: str) -> str:
    """Say where and why a text is not JSON: in the words of `json`, which names places best."""
    found = _BYTE.fullmatch(reason)
    at = len(text.encode()[: int(found["at"])].decode(errors="ignore")) if found else len(text)
    why = found["reason"] if found else reason
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        at, why = error.pos, error.msg
    except (ValueError, RecursionError):  # what it reads in other ways than msgspec does
        pass
    if not text[at:].strip():
        return f"{_find_end(text)}: it is not JSON: it ends too early ({why})"
    return f"{_render_place(text, at)}: it is not JSON: {why}"


def _render_place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"


def _find_end(text: str) -> str:
    """Return the place of the last thing that a text says."""
    return _render_place(text, max(0, len(text.rstrip()) - 1))
