"""Numbers of a list that a page shows with nothing between them: `468` is 4, 6, 8.

Pages list them in ascending order, and mostly of the same length.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

LONGEST = 30
"""Digits of such a list."""

_MOST_WAYS = 200
"""Ways to part digits that are looked at."""


def part_digits(digits: str, used: Collection[int]) -> tuple[list[int], bool]:
    """Return the numbers that digits most likely are, and whether there is no other way.

    Args:
        digits: A row of ASCII digits.
        used: Numbers that are known to be among them: a default, values of samples.
    """
    ways = list(islice(_find_ways(digits, 0), _MOST_WAYS)) if len(digits) <= LONGEST else []
    fitting = [way for way in ways if set(used) <= set(way)]
    best = min(fitting or ways or [[int(digits)]], key=_rate)
    return best, len(fitting) == 1 and (bool(used) or len(ways) == 1)


def part_default(digits: str, used: Collection[int]) -> tuple[int, list[int]] | None:
    """Return a default and the list after it that digits are, if what is used speaks for that.

    `8468` is the default 8, and then 4, 6, 8, where a sample sends 8.
    """
    if not used or int(digits) in used:
        return None
    for end in range(1, len(digits)):
        default, rest = int(digits[:end]), digits[end:]
        numbers, _ = part_digits(rest, {default, *used})
        if len(numbers) > 1 and {default, *used} <= set(numbers):
            return default, numbers
    return None


def _find_ways(digits: str, above: int) -> Iterator[list[int]]:
    """Yield the ways to part digits into ascending numbers, all of them above another."""
    if not digits:
        yield []
    if digits.startswith("0"):
        return
    for end in range(1, len(digits) + 1):
        first = int(digits[:end])
        if first > above:
            yield from ([first, *rest] for rest in _find_ways(digits[end:], first))


def _rate(way: list[int]) -> tuple[bool, int, int]:
    """Return what is less the likelier a way is: several numbers, alike in length, and many."""
    lengths = [len(str(number)) for number in way]
    return len(way) == 1, max(lengths) - min(lengths), -len(way)
