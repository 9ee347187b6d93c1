"""Setting text: measuring, wrapping and drawing lines.

A word is drawn once for each font size and kept as a mask, of which lines are made; a line is kept
too.  Prompts repeat words, and requests repeat prompts, so most text costs next to nothing.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, islice
from math import ceil
from typing import Final, NamedTuple
from unicodedata import combining, normalize

from PIL import Image, ImageDraw, ImageFont

__all__ = ["draw_line", "measure_line_height", "measure_width", "wrap"]

_ELLIPSIS: Final = "…"

# The bundled font has none of these.
_PLAIN_MARKS: Final = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201c\u201d", "-----''\"\""
)

# More characters than any page shows; what comes after them is never looked at.
_MAX_CHARS: Final = 2_000


class _Drawn(NamedTuple):
    """A drawn word or line: its image, where it sits, and how far the pen moves, in pixels."""

    image: Image.Image
    left: int
    top: int
    advance: int


def measure_line_height(size: int) -> int:
    """Return the distance between the tops of two lines, in pixels."""
    return size * 13 // 10


def measure_width(line: str, size: int) -> int:
    """Return the width of a line in pixels."""
    advances = [_draw_word(text, size).advance for text in line.split()]
    return sum(advances) + _measure_space(size) * (len(advances) - 1)


def wrap(text: str, size: int, max_width: int, max_lines: int) -> list[str]:
    """Break any text into at most ``max_lines`` lines of at most ``max_width`` pixels.

    White space and unprintable characters separate words.  A word wider than a line is broken;
    text that does not fit ends in an ellipsis.
    """
    if max_lines < 1 or max_width < 3 * size:
        return []
    lines = list(islice(_break_lines(text, size, max_width), max_lines + 1))
    if len(lines) <= max_lines:
        return lines
    return [*lines[: max_lines - 1], _elide(lines[max_lines - 1], size, max_width)]


def draw_line(
    image: Image.Image, corner: tuple[int, int], line: str, size: int, inks: tuple[int, int]
) -> None:
    """Draw a line of one word or more with its top left corner at the given pixel.

    The inks are the colour of the letters and that of the paper below them.
    """
    drawn = _draw_line(line, size, inks)
    image.paste(drawn.image, (corner[0] + drawn.left, corner[1] + drawn.top))


def _break_lines(text: str, size: int, max_width: int) -> Iterator[str]:
    line: list[str] = []
    room = max_width
    for piece in _cut_pieces(text, size, max_width):
        advance = _draw_word(piece, size).advance
        if line and advance > room:
            yield " ".join(line)
            line, room = [], max_width
        line.append(piece)
        room -= advance + _measure_space(size)
    if line:
        yield " ".join(line)


def _cut_pieces(text: str, size: int, max_width: int) -> Iterator[str]:
    """Yield the words of a text, those wider than a line in parts as wide as a line."""
    shown = text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + _ELLIPSIS
    for word in _to_plain(shown).split():
        rest = word
        while (count := _count_fitting(rest, size, max_width)) < len(rest):
            yield rest[:count]
            rest = rest[count:]
        yield rest


def _to_plain(text: str) -> str:
    """Spell a text with the letters that the font has: no accents, no typographic marks."""
    if text.isascii() and text.isprintable():
        return text
    letters = normalize("NFKD", text.translate(_PLAIN_MARKS))
    return "".join(c if c.isprintable() else " " for c in letters if not combining(c))


def _count_fitting(word: str, size: int, max_width: int) -> int:
    """Return how many characters of a word fit on a line, at least one."""
    # A character is about a quarter of the size to the whole size wide.
    if len(word) * size <= max_width:
        return len(word)
    count = min(len(word), 4 * max_width // size)
    while count > 1 and (length := ceil(_load_font(size).getlength(word[:count]))) > max_width:
        count = max(1, min(count - 1, count * max_width // length))
    return count


def _elide(line: str, size: int, max_width: int) -> str:
    """Return a line with an ellipsis at its end, without the words that leave no room for it."""
    while measure_width(line + _ELLIPSIS, size) > max_width and line:
        line = line.rpartition(" ")[0] or line[:-1]
    return line + _ELLIPSIS


@lru_cache(maxsize=64)
def _load_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


@lru_cache(maxsize=64)
def _measure_space(size: int) -> int:
    return ceil(_load_font(size).getlength(" "))


@lru_cache(maxsize=1024)
def _draw_word(text: str, size: int) -> _Drawn:
    """Draw a word as a mask.

    A number is made of its digits, which the font never moves closer: most seeds are new.
    """
    if text.isdecimal() and text.isascii() and len(text) > 1:
        return _join([_draw_word(digit, size) for digit in text], 0, (255, 0))
    font = _load_font(size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
    mask = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(mask).text((-left, -top), text, fill=255, font=font)
    return _Drawn(mask, left, top, ceil(font.getlength(text)))


@lru_cache(maxsize=32)
def _draw_line(line: str, size: int, inks: tuple[int, int]) -> _Drawn:
    return _join([_draw_word(text, size) for text in line.split()], _measure_space(size), inks)


def _join(words: list[_Drawn], space: int, inks: tuple[int, int]) -> _Drawn:
    """Draw words, one or more, beside each other in the first ink on paper of the second."""
    pens = list(accumulate((word.advance + space for word in words), initial=0))
    left = min(pen + word.left for pen, word in zip(pens, words, strict=False))
    right = max(pen + word.left + word.image.width for pen, word in zip(pens, words, strict=False))
    top = min(word.top for word in words)
    bottom = max(word.top + word.image.height for word in words)
    image = Image.new("L", (right - left, bottom - top), inks[1])
    canvas = ImageDraw.Draw(image)
    for pen, word in zip(pens, words, strict=False):
        canvas.bitmap((pen + word.left - left, word.top - top), word.image, fill=inks[0])
    return _Drawn(image, left, top, pens[-1] - space)
