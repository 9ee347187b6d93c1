"""The source of a picture, shown in the upper right of the poster that was made of it."""

from typing import Final

from PIL import Image
from PIL.ImageDraw import ImageDraw

from mockserver.media.card import Card, find_mark_bottom
from mockserver.media.palette import INK, PAPER
from mockserver.media.thumbnails import unpack_thumbnail

__all__ = ["draw_inset"]

_SHARE: Final = 45
"""How much of what the card leaves free a source takes, in percent of the shorter side."""

_FIRST_COLOUR: Final = INK + 1


def draw_inset(image: Image.Image, draw: ImageDraw, card: Card, thumbnail: bytes) -> bytes:
    """Draw a thumbnail below the mark, each of its pixels as a square; nothing without room.

    Returns:
        The colours that it adds to the palette of the poster.
    """
    source = unpack_thumbnail(thumbnail)
    top = find_mark_bottom(card) + card.measures.margin // 2
    right = image.width - card.measures.margin
    scale = _measure_room(image.size, card, top) * _SHARE // 100 // max(source.size)
    if not scale:
        return b""
    width, height = source.width * scale, source.height * scale
    frame = max(1, card.measures.margin // 6)
    draw.rectangle((right - width - 2 * frame, top, right - 1, top + height + 2 * frame - 1), PAPER)
    numbers = Image.frombytes("L", source.size, source.tobytes())
    large = numbers.point(lambda number: number + _FIRST_COLOUR).resize(
        (width, height), Image.Resampling.NEAREST
    )
    image.paste(large, (right - width - frame, top + frame))
    return bytes(source.getpalette() or ())


def _measure_room(size_px: tuple[int, int], card: Card, top: int) -> int:
    """Return the shorter side of what is free, in pixels: beside the card, or above it."""
    width, height = size_px
    margin = card.measures.margin
    beside = min(width - margin - card.right - margin, height - margin - top)
    above = min(width - 2 * margin, card.top - margin - top)
    return max(0, beside, above)
