"""Vectors for texts: of length 1, the same for the same text, and near where words are shared.

A word adds to a few places that its digest names, some of them among the first of the vector, so
that the first part of a vector tells texts apart as the whole does.  A direction that all texts of
a model have in common makes every number differ from nothing, as those of real models do.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from math import fsum, sqrt
from struct import Struct, unpack
from typing import Final

__all__ = ["count_words", "embed"]

_WORD: Final = re.compile(r"\w+")
_PLACES: Final = 12
"""Places to which a word adds."""
_SHORTEST_PART: Final = 8
_COMMON: Final = 0.3
"""How long the direction is that all texts have in common, beside 1 for their words."""
_DIGITS: Final = 8


def count_words(text: str, most: int) -> int:
    """Return how many words a text has; `most` where it has more."""
    return sum(1 for _ in islice(_WORD.finditer(text), most))


def embed(model: str, text: str, dimensions: int, kept: int) -> list[float]:
    """Return the first `kept` of `dimensions` numbers for a text, brought to length 1."""
    words = _sum_words(model, text, dimensions)
    length = _measure(words) or 1.0
    common = _make_common(model, dimensions)
    vector = [shared + own / length for shared, own in zip(common[:kept], words, strict=False)]
    scale = 1 / _measure(vector)
    return [round(each * scale, _DIGITS) for each in vector]


def _sum_words(model: str, text: str, dimensions: int) -> list[float]:
    """Return what the words of a text add up to: each adds 1 to some places, or takes 1 away."""
    parts = _choose_parts(dimensions)
    read, start = Struct(f"<{_PLACES}I"), hashlib.blake2b(digest_size=4 * _PLACES)
    start.update(model.encode() + b"\0")
    total = [0.0] * dimensions
    for word, times in Counter(_WORD.findall(text.casefold())).items():
        weight = sqrt(times)
        digest = start.copy()
        digest.update(word.encode())
        for number, part in zip(read.unpack(digest.digest()), parts, strict=True):
            total[(number >> 1) % part] += weight if number & 1 else -weight
    return total


def _choose_parts(dimensions: int) -> list[int]:
    """Return within how many first numbers each place of a word is: from all down to a few."""
    halvings = max(0, dimensions.bit_length() - _SHORTEST_PART.bit_length())
    return [dimensions >> halvings * index // (_PLACES - 1) for index in range(_PLACES)]


@lru_cache(maxsize=32)
def _make_common(model: str, dimensions: int) -> array[float]:
    """Return the direction that all texts of a model have in common."""
    drawn = hashlib.shake_256(model.encode()).digest(2 * dimensions)
    numbers = [number * 2 - 65_535 for number in unpack(f"<{dimensions}H", drawn)]
    scale = _COMMON / _measure(numbers)
    return array("d", (number * scale for number in numbers))


def _measure(vector: Iterable[float]) -> float:
    return sqrt(fsum(each * each for each in vector))
