"""Saved pages as plain text: HTML without its tags, one block a line."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from mockserver.importing.errors import SourceError

_TAG = re.compile(
    r"<(?:!doctype|html|head|body|main|div|section|article|h1|p|table)\b", re.IGNORECASE
)
_UNSEEN = {"script", "style", "noscript", "template", "svg", "head", "nav", "footer", "button"}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "img", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
}  # fmt: skip
_VOID = {"img", "wbr", "br", "hr", "input", "meta", "link", "source"}


def is_html(text: str) -> bool:
    """Tell whether a text has tags, as a saved page has."""
    return _TAG.search(text) is not None


def flatten_html(text: str) -> str:
    """Return what a page shows: its heading first, and every block on lines of its own.

    Raises:
        SourceError: it cannot be read as HTML.
    """
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError as error:  # what the library ends in for declarations that are none
        raise SourceError(f"it is not HTML that can be read: {error}") from None
    return reader.render()


class _Reader(HTMLParser):
    """Collects what a page shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._heading: list[str] = []
        self._unseen: list[str] = []
        self._kept = 0
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNSEEN and tag not in _VOID:
            self._unseen.append(tag)
        if tag == "pre":
            self._kept += 1
        if tag == "h1":
            self._in_heading = not self._heading
        if tag not in _INLINE:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
        if tag == "pre":
            self._kept = max(0, self._kept - 1)
        if tag == "h1":
            self._in_heading = False
        if tag not in _INLINE:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._in_heading:
            self._heading.append(data)
        self._pieces.append(data if self._kept else re.sub(r"\s+", " ", data))

    def render(self) -> str:
        lines = (line.strip() for line in "".join(self._pieces).split("\n"))
        body = "\n".join(line for line in lines if line)
        heading = " ".join("".join(self._heading).split())
        return f"{heading}\n{body.removeprefix(heading)}" if heading else body
