"""Texts that somebody could send to have a page do or show what it should not."""

from __future__ import annotations

HOSTILE = {
    "a script": "<script>window.ran = true</script>",
    "a handler": '"><img src=x onerror="window.ran = true">',
    "an override of direction": "safe\u202egnp.exe",
    "an escape of a terminal": "\x1b[31mred\x1b[0m\x07",
    "100 kB": "long " * 20_000,
}
"""By what they are; each sets `window.ran` if it can."""

_NAMED = {"\x1b": "␛", "\x07": "␇", "\u202e": "⟨U+202E⟩"}
_ENOUGH = 60


def find_shown(text: str) -> str:
    """Return how a text must begin where the page shows it: what cannot be seen is named."""
    start = text[:_ENOUGH].rstrip()
    return "".join(_NAMED.get(character, character) for character in start)
