"""Long values, written short: files of cases say what is repeated, and how often."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any


def expand(value: Any) -> Any:
    """Return a JSON value in which what was written short is written out.

    `{"$times": [3, "ab"]}` is `"ababab"`, `{"$times": [2, [0]]}` is `[0, 0]`, and
    `{"$join": ["a", {"$times": [2, "b"]}]}` is `"abb"`.
    """
    if isinstance(value, list):
        return [expand(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$times": [int(times), part]} if len(value) == 1:
            return expand(part) * times
        case {"$join": [_, *_] as parts} if len(value) == 1:
            return reduce(add, map(expand, parts))
    return {name: expand(item) for name, item in value.items()}
