"""The pictures of a mock film, one after the other."""

from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageDraw

from mockserver.media.palette import ACCENT, HALO, LAYERS, PAPER, SKY, SUN, make_palette
from mockserver.media.seeded_random import SeededRandom
from mockserver.media.thumbnails import unpack_thumbnail

__all__ = ["shoot"]

_HILLS: Final = 7
_EDGE: Final = 4
_RISE: Final = 3 / 8
"""How far the sun rises, as a share of the height."""


def shoot(
    size_px: tuple[int, int], frames: int, digest: bytes, thumbnail: bytes = b""
) -> Iterator[Image.Image]:
    """Yield so many pictures of the given size, in RGB; the digest decides colours and land.

    The thumbnail of a source stands in the upper left of each, where there is room.
    """
    random = SeededRandom(digest)
    colours = make_palette(random)
    width, height = size_px
    start = Image.new("L", size_px, SKY)
    land = Image.new("L", size_px, SKY)
    _raise_hills(land, random)
    mask = land.point(lambda colour: 0 if colour == SKY else 255)
    radius = max(2, min(size_px) // 8)
    source = _open_source(size_px, thumbnail)
    for index in range(frames):
        picture = start.copy()
        _hang_sun(picture, radius, (index + 1) / (frames + 1))
        picture.paste(land, (0, 0), mask)
        _draw_bar(picture, (index + 1) * width // frames, max(2, height // 18))
        picture.putpalette(colours)
        shown = picture.convert("RGB")
        if source is not None:
            shown.paste(source, (_EDGE, _EDGE))
        yield shown


def _open_source(size_px: tuple[int, int], thumbnail: bytes) -> Image.Image | None:
    """Return what a thumbnail shows, unless there is none, or it would cover half a side."""
    if not thumbnail:
        return None
    source = unpack_thumbnail(thumbnail)
    fits = 2 * source.width < size_px[0] and 2 * source.height < size_px[1]
    return source.convert("RGB") if fits else None


def _raise_hills(land: Image.Image, random: SeededRandom) -> None:
    """Draw ridges, the near ones lower and darker."""
    width, height = land.size
    draw = ImageDraw.Draw(land)
    for index, colour in enumerate(LAYERS):
        level = height * (9 + 2 * index) // 16
        ridge = [
            (corner * width // (_HILLS - 1), level - random.draw_index(height // 6 + 1))
            for corner in range(_HILLS)
        ]
        draw.polygon([(0, height), *ridge, (width, height)], fill=colour)


def _hang_sun(picture: Image.Image, radius: int, share: float) -> None:
    """Draw the sun so far on its way from left to right, highest at noon."""
    width, height = picture.size
    x = round(share * width)
    y = round(height * (1 / 2 - _RISE * 4 * share * (1 - share)))
    draw = ImageDraw.Draw(picture)
    halo = radius * 3 // 2
    draw.ellipse((x - halo, y - halo, x + halo, y + halo), fill=HALO)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=SUN)


def _draw_bar(picture: Image.Image, filled_px: int, height_px: int) -> None:
    """Draw how much of the film has been shown."""
    width, height = picture.size
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height - height_px, width, height), fill=PAPER)
    if filled_px:
        draw.rectangle((0, height - height_px, filled_px - 1, height), fill=ACCENT)
