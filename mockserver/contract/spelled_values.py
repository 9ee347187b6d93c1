"""Numbers and booleans that came as text, and texts that came as numbers (P1)."""

from __future__ import annotations

import re
from math import isfinite

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<rest>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
"""A number as JSON spells it."""

LONGEST_NUMBER = 40
"""Characters of a number; what is longer is a text, so that none takes long to read."""

_BOOLEANS = {"true": True, "True": True, "false": False, "False": False}
"""As JSON spells them, and as Python and .NET do where one is made a text."""


def parse_number(text: str) -> int | float | None:
    """Return the number that a text spells in the manner of JSON; None if it spells none."""
    match = _NUMBER.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if match is None:
        return None
    if not match["rest"]:
        return int(text)
    return number if isfinite(number := float(text)) else None


def parse_boolean(text: str) -> bool | None:
    """Return the boolean that a text spells; None if it spells none."""
    return _BOOLEANS.get(text)


def list_spellings(value: float) -> tuple[str, ...]:
    """Return the texts that stand for a number or a boolean, in the order in which they count."""
    if isinstance(value, bool):
        return ("true", "True") if value else ("false", "False")
    if abs(value) >= 10**LONGEST_NUMBER:
        return ()
    whole = int(value)
    spelled = (f"{whole}", f"{whole}.0") if value == whole else (repr(value),)
    return tuple(text for text in spelled if len(text) <= LONGEST_NUMBER)
