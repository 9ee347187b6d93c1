"""A source that cannot be read."""

from __future__ import annotations


class SourceError(ValueError):
    """What is wrong with a source, in one line: where, what came, and what was expected."""

    def __init__(self, reason: str) -> None:
        super().__init__(" ".join(reason.split()))
