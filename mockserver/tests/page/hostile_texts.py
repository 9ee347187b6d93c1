"""Texts that somebody could send to have a page do or show what it should not."""

from __future__ import annotations

HOSTILE = {
    "a script": "<script>window.ran = true</script>",
    "a handler": '"><img src=x onerror="window.ran = true">',
    "an address": "javascript:window.ran=1",
    "an override of direction": "safe\u202egnp.exe",
    "what has no width": "a\u200b\u2066b\u2069c\ufeffd",
    "an escape of a terminal": "\x1b[31mred\x1b[0m\x07",
    "the title of a terminal": "\x1b]0;title\x07",
    "100 kB": "long " * 20_000,
}
"""By what they are; each sets `window.ran` if it can."""

SHORT = [text for text in HOSTILE.values() if len(text) < 100]
"""Those of them that stand in a line."""

UNSEEN = "\x07\x1b\u200b\u202e\u2066\u2069\ufeff"
"""Characters in them that nobody sees."""

_NAMED = {
    **{character: f"⟨U+{ord(character):04X}⟩" for character in UNSEEN},
    "\x1b": "␛",
    "\x07": "␇",
}
_ENOUGH = 60


def find_shown(text: str) -> str:
    """Return how a text must begin where the page shows it: what cannot be seen is named."""
    start = text[:_ENOUGH].rstrip()
    return "".join(_NAMED.get(character, character) for character in start)
