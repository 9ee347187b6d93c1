"""The value of a parameter under all its names, and what a text spells: numbers, flags, seconds.

A number or boolean may come as text (P1), and null is as if it were left out (P2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.contract.spelled_values import parse_boolean, parse_number

_SECONDS = re.compile(r"([0-9.]{1,20}) ?(?:s|sec|secs|second|seconds)", re.IGNORECASE)

_MOST_EXACT = 2**53
"""Up to here every whole number is a float of its own."""


def find_value(params: Mapping[str, Any], names: Iterable[str]) -> Any:
    """Return the value under the first of these names that has one; None where none has."""
    for name in names:
        value = params.get(name)
        if value is not None:
            return value
    return None


def read_number(value: object) -> int | float | None:
    """Return the number that a value is, or that a text spells as JSON does (P1)."""
    if isinstance(value, str):
        return parse_number(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def read_whole(value: object) -> int | None:
    """Return the whole number that a value is or spells, with a fraction of nothing or none."""
    if type(value) is int:  # what nearly every request has
        return value
    number = read_number(value)
    if isinstance(number, float):
        return int(number) if number.is_integer() and abs(number) <= _MOST_EXACT else None
    return number


def read_count(value: object, most: int) -> int | None:
    """Return the whole number from 1 to `most` that a value is or spells."""
    number = read_whole(value)
    return number if number is not None and 1 <= number <= most else None


def read_seconds(value: object) -> int | float | None:
    """Return the seconds that a value is or spells: `5`, and `5s` or `5 sec` as well."""
    match = _SECONDS.fullmatch(value) if isinstance(value, str) else None
    return read_number(match[1] if match else value)


def read_flag(value: object) -> bool:
    """Tell whether a value is true, or a text that spells it."""
    return value is True or (isinstance(value, str) and parse_boolean(value) is True)


def spell(value: object) -> str:
    """Return a scalar as JSON spells it, a whole number without its fraction; others as nothing.

    So `5`, `5.0` and `"5"` are the same word.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    whole = read_whole(value)
    if whole is not None:
        return str(whole) if abs(whole) <= _MOST_EXACT else ""
    return repr(value) if isinstance(value, float) else ""
