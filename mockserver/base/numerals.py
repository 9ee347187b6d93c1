"""Numbers as people write them: in ASCII digits, with nothing between, before or behind them.

Python's own `int`, `float` and `Decimal` also read `1_000`, ` 5 `, digits of other scripts, `nan`
and `inf`, which in a setting are slips.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def is_whole(text: str) -> bool:
    """Tell whether a text is a whole number."""
    return _WHOLE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Tell whether a text is a number, with or without a point and an exponent."""
    return _NUMBER.fullmatch(text) is not None
