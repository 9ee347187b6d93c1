"""The size of the picture that a thumbnail was made of: the last four bytes of the thumbnail.

It is a module of its own, because whoever reads a size needs no imaging library.
"""

from struct import pack, unpack
from typing import Final

__all__ = ["pack_source_size", "read_source_size"]

_LONGEST_PX: Final = 65_535
_FORM: Final = "<HH"


def pack_source_size(width_px: int, height_px: int) -> bytes:
    """Return the end of a thumbnail; sides of more than 65,535 pixels are taken for as many."""
    return pack(_FORM, min(width_px, _LONGEST_PX), min(height_px, _LONGEST_PX))


def read_source_size(thumbnail: bytes) -> tuple[int, int]:
    """Return width and height in pixels of what a thumbnail was made of."""
    width, height = unpack(_FORM, thumbnail[-4:])
    return width, height
