"""The look of a mock image: a flat scene with a caption card on it.

Everything is drawn as the numbers of palette entries.  Of a large picture the scene has a row for
several rows, in steps that the eye takes for an edge; what can be read has every row of its own.
"""

from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageDraw

from mockserver.media.card import (
    Caption,
    Card,
    draw_card,
    draw_ground,
    draw_mark,
    find_mark_bottom,
    lay_out,
)
from mockserver.media.inset import draw_inset
from mockserver.media.palette import SKY, make_palette
from mockserver.media.scenes import SCENES, Canvas, Stage
from mockserver.media.seeded_random import SeededRandom
from mockserver.media.strips import Drawing, Strip, join_strips

__all__ = ["Caption", "draw"]

_FEWEST_ROWS: Final = 256
"""A scene as high as the picture has that many rows at least, or those of the picture."""


def draw(
    size_px: tuple[int, int], caption: Caption, digest: bytes, thumbnail: bytes = b""
) -> Drawing:
    """Return a picture of exactly the given width and height.

    The digest, 64 bytes, decides the colours and the scene.  The caption may hold any text and is
    shown as far as it fits, as is the thumbnail of a source.
    """
    random = SeededRandom(digest)
    colours = make_palette(random)
    paint = SCENES[random.draw_index(len(SCENES))]
    card = lay_out(size_px, caption)
    stage = _find_stage(size_px, card)
    times = max(1, size_px[1] // _FEWEST_ROWS)
    floor, has_ground = _find_floor(size_px, card, times)
    scene = Image.new("L", (size_px[0], -(-(floor if has_ground else size_px[1]) // times)), SKY)
    paint(Canvas(ImageDraw.Draw(scene), times), stage, random)
    upper = _lay_upper(scene, times, floor, card)
    if has_ground:
        strips = (*upper, *draw_ground(size_px, floor, card))
    else:
        strips = (*upper, *_lay_rest(size_px, scene, times, floor, card))
    if thumbnail:
        image = join_strips(size_px, strips).copy()
        if more := draw_inset(image, ImageDraw.Draw(image), card, thumbnail):
            colours, strips = colours + more, (Strip(image, 0, size_px[1]),)
    return Drawing(size_px, colours, strips)


def _find_floor(size_px: tuple[int, int], card: Card, times: int) -> tuple[int, bool]:
    """Return the row in which nothing but scene and mark ends, and if flat ground begins there.

    It is a little above the card, or 0 where there is no room for a mark above it.  There is ground
    below a card as wide as the picture; beside another the scene goes on.
    """
    margin = card.measures.margin
    floor = (card.top - margin) // times * times
    if floor < find_mark_bottom(card):
        return 0, False
    return floor, bool(card.lines) and card.right == size_px[0] - margin


def _lay_upper(scene: Image.Image, times: int, floor: int, card: Card) -> Iterator[Strip]:
    """Yield the scene down to the floor, with the mark on it."""
    if not floor:
        return
    first, end = card.measures.margin // times, -(-find_mark_bottom(card) // times)
    marked = _show_rows(scene, times, first * times, end * times)
    draw_mark(marked, ImageDraw.Draw(marked), card, first * times)
    yield Strip(scene, 0, first, times)
    yield Strip(marked, 0, marked.height)
    yield Strip(scene, end, floor // times, times)


def _lay_rest(
    size_px: tuple[int, int], scene: Image.Image, times: int, top: int, card: Card
) -> Iterator[Strip]:
    """Yield the picture from a row down: scene, card, and the mark if it is all of the picture."""
    image = _show_rows(scene, times, top, size_px[1])
    canvas = ImageDraw.Draw(image)
    draw_card(image, canvas, card._replace(top=card.top - top, bottom=card.bottom - top))
    if not top:
        draw_mark(image, canvas, card)
    yield Strip(image, 0, image.height)


def _show_rows(scene: Image.Image, times: int, top: int, bottom: int) -> Image.Image:
    """Return the scene as it is in these rows of the picture; the first is a multiple of times."""
    strip = Strip(scene, top // times, -(-bottom // times), times)
    return join_strips((scene.width, bottom - top), [strip]).copy()


def _find_stage(size_px: tuple[int, int], card: Card) -> Stage:
    """Return what the card leaves free: the part above it or, if larger, the part beside it."""
    width, height = size_px
    if not card.lines or width * card.top >= (width - card.right) * height:
        return Stage(0, width, max(1, card.top), width, height)
    return Stage(card.right, width, height, width, height)
