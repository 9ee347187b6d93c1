"""Rows come back from a zlib stream as they were."""

import zlib
from itertools import groupby

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.media.deflate import MAX_BAND_BYTES, Band, compress_rows
from mockserver.tests.media.test_png import unfilter


@st.composite
def pictures(draw: st.DrawFn) -> tuple[list[bytes], int]:
    """Return rows of equal length, many of which repeat the one above, and how many a band has."""
    length = draw(st.integers(1, 40))
    row = st.binary(min_size=length, max_size=length)
    groups = draw(st.lists(st.tuples(row, st.integers(1, 40)), min_size=1, max_size=12))
    return [row for row, count in groups for _ in range(count)], draw(st.integers(1, 200))


def compress(rows: list[bytes], count: int) -> bytes:
    """Compress rows in bands of so many."""
    whole = [b"\x00" + row for row in rows]
    bands = [Band(b"".join(whole[top : top + count])) for top in range(0, len(whole), count)]
    return compress_rows(bands, len(whole[0]))


@given(picture=pictures())
@example(picture=([b"\x05"] * 200, 200))
@example(picture=([b"\x00" * 5] * 9 + [b"\x05" * 5] * 9 + [b"\x00" * 5] * 7, 25))
@example(picture=([bytes([n]) * 9 for n in range(200)], 200))
@example(picture=([bytes(range(256)) * 2] * 120, MAX_BAND_BYTES // 513))
def test_rows_come_back_whatever_repeats(picture: tuple[list[bytes], int]) -> None:
    """The stream ends where it should with the right sum, and holds every row."""
    rows, count = picture
    inflater = zlib.decompressobj()
    stream = inflater.decompress(compress(rows, count))
    assert (inflater.eof, inflater.unused_data) == (True, b"")
    assert unfilter(stream, 1 + len(rows[0])) == rows


@given(parts=st.lists(st.tuples(pictures(), st.integers(1, 9), st.booleans()), max_size=5))
def test_rows_are_shown_as_often_as_their_band_says(
    parts: list[tuple[tuple[list[bytes], int], int, bool]],
) -> None:
    """Bands of any kind follow each other, and one that recurs is the same in every stream."""
    bands, expected = [], []
    for (rows, count), times, recurs in parts:
        same = [row[:1] * 7 for row in rows[:count]]
        bands.append(Band(b"".join(b"\x00" + row for row in same), times, recurs))
        expected += [row for row in same for _ in range(times)]
    first = compress_rows(bands, 8)
    assert unfilter(zlib.decompress(first), 8) == expected
    assert compress_rows(bands, 8) == first


def test_a_row_that_is_shown_again_is_not_written_again() -> None:
    """It is the difference to itself, which is nothing."""
    rows = b"".join(b"\x00" + bytes([number]) * 500 for number in range(1, 13))
    stream = zlib.decompress(compress_rows([Band(rows, 4)], 501))
    assert stream[::501] == b"\x00\x02\x02\x02" * 12
    assert stream.count(b"\x00" * 500) == 36


@settings(deadline=None, max_examples=60)
@given(picture=pictures())
def test_long_repeats_are_told_by_their_number(picture: tuple[list[bytes], int]) -> None:
    """Of eight rows or more that are like the one above within a band, none is written."""
    rows, count = picture
    filters = zlib.decompress(compress(rows, count))[:: 1 + len(rows[0])]
    for top in range(0, len(rows), count):
        place = top
        for _, group in groupby(rows[top : top + count]):
            size = len(list(group))
            repeats = filters[place + 1 : place + size]
            assert repeats == (b"\x02" if size > 8 else b"\x00") * (size - 1)
            place += size


@given(picture=pictures())
def test_equal_rows_are_equal_streams(picture: tuple[list[bytes], int]) -> None:
    """What was compressed before changes nothing."""
    assert compress(*picture) == compress(*picture)


def test_a_full_band_is_compressed_at_once() -> None:
    """A band of the largest size has room, whatever is in it."""
    noise = b"".join(
        zlib.crc32(bytes([n % 256, n // 256])).to_bytes(4, "big") for n in range(16_319)
    )
    band = noise[:MAX_BAND_BYTES]
    assert zlib.decompress(compress_rows([Band(band), Band(band)], len(band))) == band * 2
