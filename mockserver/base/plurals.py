"""A number before a noun that agrees with it."""

from __future__ import annotations


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 case`, `0 properties`.

    Args:
        number: How many there are.
        noun: What one of them is called.
        plural: What several are called, where that is not the noun and an s.
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
