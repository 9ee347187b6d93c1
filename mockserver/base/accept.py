"""Reading an Accept header: what a client would rather have (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_BYTES = 2_048
"""A longer header prefers nothing."""

_HTML, _JSON = ("text/html", "text/*", "*/*"), ("application/json", "application/*", "*/*")
"""Each with the ranges that it is in, the narrowest first."""

_WEIGHT = re.compile(
    r"[ \t]*q[ \t]*=[ \t]*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*", re.IGNORECASE
)


@lru_cache(maxsize=64)
def prefers_html(header: bytes) -> bool:
    """Tell whether a client would rather have HTML than JSON, as every browser would.

    Whoever takes both alike, says nothing or is not understood is a program.
    """
    if len(header) > MAX_BYTES:
        return False
    weights: dict[str, float] = {}
    for text in header.decode("latin-1").split(","):
        media, *parameters = text.split(";")
        weights[media.strip().lower()] = _find_weight(parameters)
    return _weigh(weights, _HTML) > _weigh(weights, _JSON)


def _find_weight(parameters: list[str]) -> float:
    matches = filter(None, map(_WEIGHT.fullmatch, parameters))
    return next((float(match[1]) for match in matches), 1.0)


def _weigh(weights: dict[str, float], ranges: tuple[str, ...]) -> float:
    return next((weights[each] for each in ranges if each in weights), 0.0)
