"""What the parameters of a run ask for: numbers and sizes, however they are spelled."""

from __future__ import annotations

import re
from typing import Any

_SIZE = re.compile(r"(?:^|_)([1-9]\d{0,3})[x_]([1-9]\d{0,3})$")
"""A size as parameters spell it, `1024x640` or `RESOLUTION_1024_640`, below 10,000 pixels."""


def find_value(params: dict[str, Any], name: str | None) -> Any:
    """Return the value of a parameter; None where the model has none for this."""
    return None if name is None else params.get(name)


def parse_whole(value: object, most: int) -> int | None:
    """Return a number from 1 to `most` that may be spelled with a fraction of nothing."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 1 <= value <= most and value == int(value):  # type: ignore[operator,call-overload]
        return int(value)  # type: ignore[call-overload, no-any-return]
    return None


def parse_size(text: str) -> tuple[int, int] | None:
    """Return the width and height that a text holds, as in 1024x768."""
    match = _SIZE.search(text)
    return (int(match[1]), int(match[2])) if match else None
