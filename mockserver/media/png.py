"""Writing a PNG of few flat colours, fast.

Two pixels of sixteen colours share a byte, which halves the work of every step after drawing.  The
rows are not filtered, but for those that repeat the row above, as flat colours are runs of equal
bytes already.  Pillow's own encoder takes three times as long: it tries every filter on every row
that has less than a byte a pixel.
"""

import zlib
from collections.abc import Iterator
from struct import pack
from typing import Final

from PIL import Image

from mockserver.media.deflate import MAX_BAND_BYTES, compress_rows

__all__ = ["MAX_COLOURS", "encode_png"]

MAX_COLOURS: Final = 256

_FEW_COLOURS: Final = 16
"""How many colours four bits can tell apart."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3


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
    pitch = 1 + -(-image.width * bits // 8)
    return compress_rows(_pack_rows(image, bits, max(1, MAX_BAND_BYTES // pitch)), pitch)


def _pack_rows(image: Image.Image, bits: int, count: int) -> Iterator[bytes]:
    """Yield the image in bands of so many rows of packed pixels, each after a byte for its filter.

    That byte is 0, for none: a byte's worth of pixels of colour 0 to the left of the image.  In
    bands, as the allocator then uses the same memory again and again: asking the system for fresh
    pages can take as long as compressing what is written on them.
    """
    width, height = image.size
    for top in range(0, height, count):
        part = image.crop((-(8 // bits), top, width, min(top + count, height)))
        yield part.tobytes("raw", "P" if bits == 8 else "P;4")  # noqa: PLR2004


def _make_chunk(kind: bytes, data: bytes) -> tuple[bytes, ...]:
    check = zlib.crc32(data, zlib.crc32(kind))
    return pack(">I", len(data)), kind, data, pack(">I", check)
