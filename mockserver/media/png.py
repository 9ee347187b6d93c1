"""Writing a PNG of few flat colours, fast.

Two pixels of sixteen colours share a byte, which halves the work of every step after drawing.  The
rows are not filtered, but for those that repeat the row above, as flat colours are runs of equal
bytes already.  Pillow's own encoder takes three times as long: it tries every filter on every row
that has less than a byte a pixel.
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from struct import pack
from typing import Final

from mockserver.media.deflate import MAX_BAND_BYTES, Band, compress_rows
from mockserver.media.strips import Drawing, Strip

__all__ = ["MAX_COLOURS", "encode_png"]

MAX_COLOURS: Final = 256

_FEW_COLOURS: Final = 16
"""How many colours four bits can tell apart."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3


def encode_png(drawing: Drawing, keyword: str, text: str) -> bytes:
    """Return a drawing of at most ``MAX_COLOURS`` colours as a PNG file.

    The file carries the text, uncompressed UTF-8, under the keyword, which is ASCII.
    """
    size, palette, strips = drawing
    bits = 4 if len(palette) <= 3 * _FEW_COLOURS else 8
    header = pack(">IIBBBBB", *size, bits, _PALETTE, 0, 0, 0)
    note = keyword.encode() + bytes(5) + text.encode()
    pitch = 1 + -(-size[0] * bits // 8)
    rows = compress_rows(_pack_strips(strips, bits, pitch), pitch)
    parts = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"iTXt", note),
        (b"IDAT", rows),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(piece for kind, data in parts for piece in _make_chunk(kind, data))


def _pack_strips(strips: Iterable[Strip], bits: int, pitch: int) -> Iterator[Band]:
    for strip in strips:
        yield from (_keep_packed if strip.recurs else _pack_rows)(strip, bits, pitch)


@lru_cache(maxsize=64)
def _keep_packed(strip: Strip, bits: int, pitch: int) -> tuple[Band, ...]:
    return tuple(_pack_rows(strip, bits, pitch))


def _pack_rows(strip: Strip, bits: int, pitch: int) -> Iterator[Band]:
    """Yield a strip in bands of packed pixels, each row after a byte for its filter.

    That byte is 0, for none: a byte's worth of pixels of colour 0 to the left of the image.  In
    bands, as the allocator then uses the same memory again and again: asking the system for fresh
    pages can take as long as compressing what is written on them.
    """
    mode = "L" if bits == 8 else "L;4"  # noqa: PLR2004
    count = max(1, MAX_BAND_BYTES // (pitch * strip.times))
    for top in range(strip.top, strip.bottom, count):
        bottom = min(top + count, strip.bottom)
        part = strip.image.crop((-(8 // bits), top, strip.image.width, bottom))
        yield Band(part.tobytes("raw", mode), strip.times, strip.recurs)


def _make_chunk(kind: bytes, data: bytes) -> tuple[bytes, ...]:
    check = zlib.crc32(data, zlib.crc32(kind))
    return pack(">I", len(data)), kind, data, pack(">I", check)
