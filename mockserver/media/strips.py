"""A drawn picture as strips below each other, the rows of some of which are shown several times.

Rows that repeat are drawn, packed and summed up once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

__all__ = ["Drawing", "Strip", "assemble", "join_strips"]


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Rows of an image of numbers of palette entries.

    Attributes:
        image: The image.
        top: The first of the rows.
        bottom: The one after the last.
        times: How often each is shown.
        recurs: Whether this very strip may be in many pictures.
    """

    image: Image.Image
    top: int
    bottom: int
    times: int = 1
    recurs: bool = False


class Drawing(NamedTuple):
    """A picture: its size in pixels, its colours as red, green and blue bytes, and its strips.

    The strips are as wide as the picture and all together as high.
    """

    size: tuple[int, int]
    palette: bytes
    strips: tuple[Strip, ...]


def assemble(drawing: Drawing) -> Image.Image:
    """Return a drawing as one palette image."""
    image = join_strips(drawing.size, drawing.strips)
    image.putpalette(drawing.palette)
    return image


def join_strips(size_px: tuple[int, int], strips: Iterable[Strip]) -> Image.Image:
    """Return the image of that size that strips below each other are; rows that are more are cut.

    It is not to be drawn on but as a copy.
    """
    rows: list[bytes] = []
    for strip in strips:
        rows += _list_rows(strip)
    return Image.frombuffer("L", size_px, b"".join(rows), "raw", "L", 0, 1)


def _list_rows(strip: Strip) -> list[bytes]:
    """Return the rows of a strip, a byte for each pixel, each as often as it is shown."""
    width, times = strip.image.width, strip.times
    pixels = strip.image.tobytes()
    if times == 1:
        return [pixels[strip.top * width : strip.bottom * width]]
    rows: list[bytes] = []
    for start in range(strip.top * width, strip.bottom * width, width):
        rows += [pixels[start : start + width]] * times
    return rows
