"""What an import took for granted, sentence by sentence."""

from __future__ import annotations

import msgspec


class Assumption(msgspec.Struct, frozen=True):
    """Something that the source does not say, or not in so many words.

    Attributes:
        about: The part of the contract: `price`, or `parameter seed`.
        reason: What the source says, and what is assumed.
    """

    about: str
    reason: str

    def __str__(self) -> str:
        return f"{self.about}: {self.reason}"
