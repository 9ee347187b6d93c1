"""Reproducible numbers that look random, read off a digest."""

__all__ = ["SeededRandom"]


class SeededRandom:
    """Numbers that look random; each byte of the digest gives one of them."""

    def __init__(self, digest: bytes) -> None:
        """Start at the first byte."""
        self._bytes = iter(digest)

    def draw_float(self, low: float, high: float) -> float:
        """Return the next number, at least ``low`` and at most ``high``.

        Raises StopIteration when the digest is used up.
        """
        return low + (high - low) * next(self._bytes) / 255

    def draw_index(self, limit: int) -> int:
        """Return the next number as an index, at least 0 and less than ``limit``."""
        return next(self._bytes) * limit // 256
