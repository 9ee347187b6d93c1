"""Compressing the rows of a picture of few flat colours, fast.

Nothing but runs of equal bytes is looked for, which is the fastest that deflate can do.  Rows that
repeat the row above them are written as the difference to it, which is the same in all pictures,
so it is compressed once for each number of rows.  What is between such rows, if little, is kept
too: lines of text come again in other pictures.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from struct import pack
from typing import Final, NamedTuple

__all__ = ["MAX_BAND_BYTES", "Band", "compress_rows"]

# The largest window has room for the largest bands.  The rest of deflate's memory does nothing for
# runs but cost time; this is little of it, and yet the file is not cut into many blocks.
_LEVEL, _WINDOW_BITS, _MEMORY_LEVEL = 1, 15, 6

MAX_BAND_BYTES: Final = 64 * 1024 - 263
"""How many bytes are compressed at once.

Having read all but 262 bytes of the 64 KiB there are, deflate would move its window on by half and
correct tables that runs do not need: more work than everything that they do need.
"""

_HEAD: Final = b"\x78\x01"
_EMPTY_LAST_BLOCK: Final = b"\x03\x00"
_ADLER_MODULUS: Final = 65_521

_UP: Final = b"\x02"
"""The filter of a row that is written as the difference to the row above."""

# Of fewer rows, compressing the pieces apart would take more than compressing them.  Of rows that
# are shown several times most are zeros and not summed up, so more of them make up for it.
_FEWEST_REPEATS: Final = 8
_FEWEST_SHOWN: Final = 32

_MOST_KEPT_ROWS: Final = 64
"""How many rows are kept at most as they were compressed; a line of text has less."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Rows that are shown several times each; at most ``MAX_BAND_BYTES`` when shown.

    Attributes:
        rows: The rows.
        times: How often each is shown.
        recurs: Whether this very band may be in many pictures.
    """

    rows: bytes
    times: int = 1
    recurs: bool = False


class _Piece(NamedTuple):
    """A part of any stream: as compressed, and what the sum at the end of the stream needs."""

    compressed: bytes
    adler: int
    length: int


def compress_rows(bands: Iterable[Band], pitch: int) -> bytes:
    """Return rows, each after a byte for its filter, as a zlib stream.

    A row is ``pitch`` bytes long, and its filter is 0, for none.  In the stream some are of the
    filter 2 instead.
    """
    runs = _make_compressor()
    pieces: list[_Piece] = []
    for band in bands:
        pieces.extend(
            _keep_compressed(band, pitch) if band.recurs else _compress_band(runs, band, pitch)
        )
    compressed = b"".join(piece.compressed for piece in pieces)
    adler = _add_up((piece.adler, piece.length) for piece in pieces)
    return _HEAD + compressed + _EMPTY_LAST_BLOCK + pack(">I", adler)


def _add_up(sums: Iterable[tuple[int, int]]) -> int:
    """Return the Adler-32 sum of parts behind each other, given their sums and lengths."""
    low, high = 1, 0
    for adler, length in sums:
        high += (adler >> 16) + length * (low - 1)
        low += (adler & 0xFFFF) - 1
    return high % _ADLER_MODULUS << 16 | low % _ADLER_MODULUS


@lru_cache(maxsize=64)
def _keep_compressed(band: Band, pitch: int) -> tuple[_Piece, ...]:
    return tuple(_compress_band(_make_compressor(), band, pitch))


def _compress_band(runs: "zlib._Compress", band: Band, pitch: int) -> Iterator[_Piece]:
    rows, times = band.rows, band.times
    start = 0
    for first, end in [*_find_repeats(band, pitch), (len(rows), len(rows))]:
        between = rows[start:first]
        if times > 1 and between:
            yield _compress_repeating(runs, between, pitch, times)
        elif len(between) > _MOST_KEPT_ROWS * pitch:
            yield _compress(runs, between)
        elif between:
            yield _compress_few(between)
        yield from _compress_repeats((end - first) // pitch * times, pitch)
        start = end


def _find_repeats(band: Band, pitch: int) -> Iterator[tuple[int, int]]:
    """Yield where rows begin and end, in bytes, that all repeat the row above them.

    There are ``_FEWEST_REPEATS`` of them or more, so one in so many rows is looked at; in a band
    of rows that are shown several times they make ``_FEWEST_SHOWN`` rows or more.
    """
    rows, times = band.rows, band.times
    fewest = _FEWEST_REPEATS if times == 1 else -(-_FEWEST_SHOWN // times)
    step, end = fewest * pitch, 0
    for place in range(step, len(rows), step):
        row = rows[place - pitch : place]
        if place < end or not rows.startswith(row, place):
            continue
        first, end = place, place + pitch
        while first > pitch and rows.startswith(row, first - 2 * pitch):
            first -= pitch
        while rows.startswith(row, end):
            end += pitch
        if end - first >= step:
            yield first, end


def _compress_repeats(count: int, pitch: int) -> Iterator[_Piece]:
    """Yield pieces that show the row above them so many times: few kinds for all counts."""
    while count:
        part = 1 << count.bit_length() - 1
        yield _compress_copies(part, pitch)
        count -= part


@lru_cache(maxsize=256)
def _compress_copies(count: int, pitch: int) -> _Piece:
    return _compress(_make_compressor(), (_UP + bytes(pitch - 1)) * count)


@lru_cache(maxsize=64)
def _compress_few(rows: bytes) -> _Piece:
    return _compress(_make_compressor(), rows)


def _compress_repeating(runs: "zlib._Compress", rows: bytes, pitch: int, times: int) -> _Piece:
    """Compress rows that are shown several times each, of which only the first is summed up."""
    repeats = (_UP + bytes(pitch - 1)) * (times - 1)
    below = zlib.adler32(repeats), len(repeats)
    lines = [rows[start : start + pitch] for start in range(0, len(rows), pitch)]
    sums = [part for line in lines for part in ((zlib.adler32(line), pitch), below)]
    compressed = runs.compress(repeats.join([*lines, b""])) + runs.flush(zlib.Z_FULL_FLUSH)
    return _Piece(compressed, _add_up(sums), len(rows) * times)


def _compress(runs: "zlib._Compress", rows: bytes) -> _Piece:
    """Compress rows so that others may follow: up to a whole byte, with no reference to others."""
    compressed = runs.compress(rows) + runs.flush(zlib.Z_FULL_FLUSH)
    return _Piece(compressed, zlib.adler32(rows), len(rows))


def _make_compressor() -> "zlib._Compress":
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, -_WINDOW_BITS, _MEMORY_LEVEL, zlib.Z_RLE)
