"""The caption card: what was asked, in legible text, and the mark that tells a mock.

The card lies at the bottom of a picture, or in the lower left of a wide one, and is as tall as its
text.  Text that does not fit is left out, so a tiny picture has no card at all.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import isqrt
from typing import Final, NamedTuple

from PIL.Image import Image, new
from PIL.ImageDraw import Draw, ImageDraw

from mockserver.media.lettering import draw_line, measure_line_height, measure_width, wrap
from mockserver.media.palette import ACCENT, FAINT, INK, LAYERS, PAPER
from mockserver.media.strips import Strip

__all__ = [
    "Caption",
    "Card",
    "draw_card",
    "draw_ground",
    "draw_mark",
    "find_mark_bottom",
    "lay_out",
]

_MARK: Final = "segmock"

# The smallest font sizes that can be read, and one beyond which a larger card tells no more.
_MIN_BODY, _MAX_BODY, _MIN_SMALL = 10, 64, 9


class Caption(NamedTuple):
    """What a card says; any text will do."""

    model: str
    seed: int
    prompt: str


class Measures(NamedTuple):
    """The lengths a card is made of, in pixels: space around it and in it, and font sizes."""

    margin: int
    padding: int
    heading: int
    body: int
    small: int


class Line(NamedTuple):
    """A line of text, its font size, its colour and its distance from the first line's top."""

    text: str
    size: int
    ink: int
    top: int


class Card(NamedTuple):
    """A card's lines and its place in pixels; without lines it has no height."""

    left: int
    top: int
    right: int
    bottom: int
    measures: Measures
    lines: tuple[Line, ...]


def lay_out(size_px: tuple[int, int], caption: Caption) -> Card:
    """Return the card of a picture of the given width and height."""
    canvas_width, canvas_height = size_px
    measures = _measure(canvas_width, canvas_height)
    margin, padding = measures.margin, measures.padding
    if 2 * canvas_width >= 3 * canvas_height:
        right, tallest = canvas_width * 46 // 100, canvas_height - 2 * margin
    else:
        right, tallest = canvas_width - margin, canvas_height * 44 // 100
    column = _Column(right - margin - 2 * padding, tallest - 2 * padding)
    column.set_caption(caption, f"{canvas_width} x {canvas_height}", measures)
    bottom = canvas_height - margin
    top = bottom - column.height - 2 * padding if column.lines else bottom
    return Card(margin, top, right, bottom, measures, tuple(column.lines))


def draw_card(image: Image, draw: ImageDraw, card: Card) -> None:
    """Draw the card with its text, or nothing when it has no lines."""
    if card.lines:
        _draw_paper(image, draw, card)


def _draw_paper(image: Image, draw: ImageDraw, card: Card) -> None:
    padding = card.measures.padding
    _draw_panel(draw, (card.left, card.top, card.right - 1, card.bottom - 1), padding // 3, PAPER)
    bar = (card.left, card.top + padding, card.left + padding // 4, card.bottom - 1 - padding)
    draw.rectangle(bar, fill=ACCENT)
    left, top = card.left + padding, card.top + padding
    for line in card.lines:
        draw_line(image, (left, top + line.top), line.text, line.size, (line.ink, PAPER))


class _Rows(NamedTuple):
    """Rows of a picture in which there is nothing but a card on flat ground.

    Attributes:
        width: That of the picture.
        height: How many.
        card: The card, its place told from the first of them, with the lines that are in them.
    """

    width: int
    height: int
    card: Card


def draw_ground(size_px: tuple[int, int], floor: int, card: Card) -> Iterator[Strip]:
    """Yield the flat ground from a row of a picture down to its lower edge, with a card on it.

    Each line of text is a strip that comes again wherever a card as wide says the same.
    """
    width, height = size_px
    padding = card.measures.padding
    first, last = card.top + padding, card.bottom - padding
    edges = [floor, *(first + line.top for line in card.lines), last, height]
    texts = [(), *((line,) for line in card.lines), ()]
    for top, bottom, lines in zip(edges, edges[1:], texts, strict=False):
        above = max(card.top - top, -2 * padding)
        below = min(card.bottom - top, bottom - top + 2 * padding)
        raised = tuple(line._replace(top=-above - padding) for line in lines)
        part = card._replace(top=above, bottom=below, lines=raised)
        yield _draw_rows(_Rows(width, bottom - top, part))


@lru_cache(maxsize=64)
def _draw_rows(rows: _Rows) -> Strip:
    width, height, card = rows
    image = new("L", (width, height), LAYERS[-1])
    _draw_paper(image, Draw(image), card)
    return Strip(image, 0, height, recurs=True)


def draw_mark(image: Image, draw: ImageDraw, card: Card, top: int = 0) -> None:
    """Draw the mark in the upper right corner, unless it would touch the card or the edge.

    The image may be a part of the picture, from the row ``top`` down.
    """
    margin, size = card.measures.margin, card.measures.small
    border = size // 2
    right, bottom = image.width - margin, find_mark_bottom(card)
    left = right - measure_width(_MARK, size) - 2 * border
    touches_card = left < card.right and bottom > card.top
    if touches_card or left < margin or bottom > card.bottom:
        return
    _draw_panel(draw, (left, margin - top, right - 1, bottom - 1 - top), border, INK)
    draw_line(image, (left + border, margin - top + border // 2), _MARK, size, (PAPER, INK))


def find_mark_bottom(card: Card) -> int:
    """Return where the mark ends below, in pixels from the top."""
    size = card.measures.small
    return card.measures.margin + measure_line_height(size) + size // 2


def _draw_panel(draw: ImageDraw, box: tuple[int, int, int, int], radius: int, ink: int) -> None:
    """Draw a rectangle with round corners, which all sides are longer than.

    Pillow draws each corner as a slice of a pie, which takes longer than these four whole ones.
    """
    left, top, right, bottom = box
    draw.rectangle((left + radius, top, right - radius, bottom), fill=ink)
    draw.rectangle((left, top + radius, right, bottom - radius), fill=ink)
    for x in (left, right - 2 * radius):
        for y in (top, bottom - 2 * radius):
            draw.ellipse((x, y, x + 2 * radius, y + 2 * radius), fill=ink)


class _Column:
    """Lines of text below each other, in a space of a given width and height in pixels."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.width = width_px
        self.limit = height_px
        self.height = 0
        self.lines: list[Line] = []

    def set_caption(self, caption: Caption, dimensions: str, measures: Measures) -> None:
        """Add the model, the size and seed, and as much of the prompt as there is room for."""
        self.add(wrap(caption.model, measures.heading, self.width, 1), measures.heading, INK)
        facts = [f"{dimensions} · seed {caption.seed}"]
        if measure_width(facts[0], measures.small) > self.width:
            facts = [dimensions, f"seed {caption.seed}"]
        self.add(facts, measures.small, FAINT)
        gap = measures.body // 2
        count = (self.limit - self.height - gap) // measure_line_height(measures.body)
        prompt = wrap(caption.prompt, measures.body, self.width, count)
        if prompt:
            self.height += gap
            self.add(prompt, measures.body, INK)

    def add(self, texts: list[str], size: int, ink: int) -> None:
        """Add those lines that fit."""
        for text in texts:
            below = self.height + measure_line_height(size)
            if below <= self.limit and measure_width(text, size) <= self.width:
                self.lines.append(Line(text, size, ink, self.height))
                self.height = below


def _measure(canvas_width: int, canvas_height: int) -> Measures:
    unit = min(isqrt(canvas_width * canvas_height), 17 * min(canvas_width, canvas_height) // 10)
    body = min(max(_MIN_BODY, unit // 34), _MAX_BODY)
    return Measures(
        margin=max(2, unit // 26),
        padding=max(3, unit // 26),
        heading=min(max(_MIN_BODY, unit // 24), body * 14 // 10),
        body=body,
        small=max(_MIN_SMALL, body * 8 // 10),
    )
