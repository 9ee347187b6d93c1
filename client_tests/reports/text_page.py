"""Something to write text on: lines of a width, in colour or not."""

from __future__ import annotations

from dataclasses import dataclass

from client_tests.reports.text import cells, wrap

PLAIN = ""
"""The style of what stands out in nothing."""

STYLES = {"bad": "1;31", "warn": "33", "good": "32", "strong": "1", "dim": "2"}


@dataclass(frozen=True)
class TextPage:
    """Something to write on: lines of a width, in colour or not."""

    width: int
    colour: bool

    def paint(self, text: str, style: str) -> str:
        """Return a text in a style, if there is one and colours are wanted."""
        if not self.colour or not style or not text:
            return text
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m"

    def text(self, text: str, *, lead: str = "", hang: str | None = None, style: str = "") -> str:
        """Return a paragraph: `lead` before its first line, `hang` before the others."""
        hang = " " * cells(lead) if hang is None else hang
        lines = wrap(text, self.width - max(cells(lead), cells(hang))) or [""]
        return "\n".join(
            self.paint((hang if index else lead) + line, style) for index, line in enumerate(lines)
        )
