"""Values that mean the same to the gateway: a number or boolean, and the text that spells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any

from mockserver.base.numerals import is_number, is_whole

_BOOLEANS = {"true": True, "false": False}


def find_spellings(value: Any) -> Iterator[Any]:
    """Yield a value as it is, and then in the other ways in which it may be read (P1)."""
    yield value
    if isinstance(value, str):
        if value.lower() in _BOOLEANS:
            yield _BOOLEANS[value.lower()]
        elif is_number(value) and isfinite(float(value)):
            yield int(value) if is_whole(value) else float(value)
    elif isinstance(value, bool | int | float):
        yield json.dumps(value)
