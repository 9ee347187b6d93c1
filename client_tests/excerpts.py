"""Long texts in short, for people."""

from __future__ import annotations

MOST = 240
"""Characters of a text that are shown of it, in a line of a report."""

_END = 40


def shorten(text: str, most: int = MOST) -> str:
    """Return a text, or the beginning and the end of one that is too long, and how long it is."""
    if len(text) <= most:
        return text
    return f"{text[: most - _END]}… ({len(text):,} characters) …{text[-_END:]}"
