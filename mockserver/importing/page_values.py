"""Values as a page prints them: JSON, mostly, one behind the other."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, NoReturn

NUMBER = r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?"
_BEGIN = re.compile(r'["\[{]|-?\d|(?:true|false|null|None|True|False)')
_WORDS = {"None": None, "True": True, "False": False}


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _parse_float(text: str) -> float:
    value = float(text)
    return value if isfinite(value) else _refuse(text)


_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse, parse_float=_parse_float)


def read_value(text: str, at: int) -> tuple[Any, int] | None:
    """Return the value that stands at a place, and where it ends; None if there is none."""
    if not _BEGIN.match(text, at):
        return None
    for word, meant in _WORDS.items():
        if text.startswith(word, at):
            return meant, at + len(word)
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None


def read_number(text: str) -> float:
    """Return a number that matches `NUMBER`, whole where it is spelled so."""
    return float(text) if re.search(r"[.eE]", text) else int(text)
