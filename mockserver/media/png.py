"""Writing a PNG of few flat colours, fast.

Two pixels of sixteen colours share a byte, which halves the work of every step after drawing.  The
rows are not filtered, as flat colours are runs of equal bytes already, and nothing but runs is
looked for, which is the fastest that deflate can do.  Pillow's own encoder takes more than twice as
long: it tries every filter on every row that has less than a byte a pixel.
"""

import zlib
from collections.abc import Iterator
from struct import pack
from typing import Final

from PIL import Image

__all__ = ["MAX_COLOURS", "encode_png"]

MAX_COLOURS: Final = 256

_FEW_COLOURS: Final = 16
"""How many colours four bits can tell apart."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3

# An image is packed in parts small enough for the allocator to use the same memory again and again.
# Asking the system for fresh pages can take as long as compressing what is written on them.
#
# Each part ends in a full flush, with which deflate begins anew at the start of its window.  Or
# else, having read all but 262 bytes of the 64 KiB there are, it would move the window on by half
# and correct tables that runs do not need: more work than everything that they do need.
_PART_BYTES: Final = 64 * 1024 - 263

# The largest window holds the largest parts.  The rest of deflate's memory does nothing for runs
# but cost time; this is little of it, and yet the file is not cut into many blocks.
_LEVEL, _WINDOW_BITS, _MEMORY_LEVEL = 1, 15, 6


def encode_png(image: Image.Image, keyword: str, text: str) -> bytes:
    """Return a palette image of at most ``MAX_COLOURS`` colours as a PNG file.

    The file carries the text, uncompressed UTF-8, under the keyword, which is ASCII.
    """
    palette = bytes(image.getpalette() or ())
    bits = 4 if len(palette) <= 3 * _FEW_COLOURS else 8
    header = pack(">IIBBBBB", *image.size, bits, _PALETTE, 0, 0, 0)
    note = keyword.encode() + bytes(5) + text.encode()
    parts = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"iTXt", note),
        (b"IDAT", _deflate(image, bits)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(piece for kind, data in parts for piece in _make_chunk(kind, data))


def _deflate(image: Image.Image, bits: int) -> bytes:
    runs = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zlib.Z_RLE)
    parts = (
        runs.compress(rows) + runs.flush(zlib.Z_FULL_FLUSH) for rows in _pack_rows(image, bits)
    )
    return b"".join([*parts, runs.flush()])


def _pack_rows(image: Image.Image, bits: int) -> Iterator[bytes]:
    """Yield the image as rows of packed pixels, each after the byte for its filter.

    That byte is 0, for none: a byte's worth of pixels of colour 0 to the left of the image.
    """
    width, height = image.size
    filter_pixels = 8 // bits
    row_bytes = 1 + -(-width // filter_pixels)
    count = max(1, _PART_BYTES // row_bytes)
    for top in range(0, height, count):
        part = image.crop((-filter_pixels, top, width, min(top + count, height)))
        yield part.tobytes("raw", "P" if bits == 8 else "P;4")  # noqa: PLR2004


def _make_chunk(kind: bytes, data: bytes) -> tuple[bytes, ...]:
    check = zlib.crc32(data, zlib.crc32(kind))
    return pack(">I", len(data)), kind, data, pack(">I", check)
