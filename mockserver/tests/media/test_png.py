"""A PNG file is one to every decoder."""

import zlib
from io import BytesIO
from struct import unpack

from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from mockserver.media.png import MAX_COLOURS, encode_png
from mockserver.media.strips import Drawing, Strip, assemble


@settings(deadline=None, max_examples=60)
@given(
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    palette=st.binary(min_size=3, max_size=3 * MAX_COLOURS).map(lambda b: b[: len(b) // 3 * 3]),
    noise=st.binary(min_size=1, max_size=400),
    text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1),
)
@example(size=(3, 60_000), palette=bytes(range(48)), noise=bytes(range(16)), text="in parts")
@example(size=(16_384, 9), palette=bytes(range(48)), noise=bytes(range(7)), text="in parts")
def test_a_png_shows_every_pixel_and_says_every_word(
    size: tuple[int, int], palette: bytes, noise: bytes, text: str
) -> None:
    """Any palette image comes back from its file as it was, and so does the text beside it."""
    colours = bytes(byte % (len(palette) // 3) for byte in noise)
    pixels = (colours * (size[0] * size[1] // len(colours) + 1))[: size[0] * size[1]]
    image = Image.frombytes("L", size, pixels)
    file = encode_png(Drawing(size, palette, (Strip(image, 0, size[1]),)), "word", text)
    decoded = Image.open(BytesIO(file))
    decoded.load()
    assert (decoded.format, decoded.mode, decoded.size) == ("PNG", "P", size)
    assert decoded.tobytes() == pixels
    assert bytes(decoded.getpalette() or ())[: len(palette)] == palette
    assert decoded.info == {"word": text}
    assert read_by_hand(file) == (size, palette, pixels)


def test_flat_colours_take_little() -> None:
    """A picture of one colour takes less than a hundredth of its packed pixels."""
    size = (3_000, 2_000)
    drawing = Drawing(size, bytes(48), (Strip(Image.new("L", size, 5), 0, size[1]),))
    assert len(encode_png(drawing, "word", "")) < 3_000 * 2_000 / 2 / 100


@settings(deadline=None, max_examples=60)
@given(
    noise=st.binary(min_size=1, max_size=400),
    width=st.integers(1, 70),
    cuts=st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 30), st.integers(1, 9), st.booleans()),
        min_size=1,
        max_size=6,
    ),
)
def test_a_png_shows_every_strip(
    noise: bytes, width: int, cuts: list[tuple[int, int, int, bool]]
) -> None:
    """Strips of one image or of many, shown once or often, are what they are when put together."""
    pixels = bytes(byte % 16 for byte in noise)
    image = Image.frombytes("L", (width, 60), (pixels * (60 * width))[: 60 * width])
    strips = tuple(
        Strip(image, top, top + height, times, recurs) for top, height, times, recurs in cuts
    )
    size = (width, sum(height * times for _, height, times, _ in cuts))
    drawing = Drawing(size, bytes(range(48)), strips)
    for _ in range(2):
        shown = read_by_hand(encode_png(drawing, "word", ""))
        assert shown == (size, drawing.palette, assemble(drawing).tobytes())


def read_by_hand(file: bytes) -> tuple[tuple[int, int], bytes, bytes]:
    """Return size, palette and pixels of a PNG as the standard has them, without its library."""
    chunks = dict(read_chunks(file))
    *size, bits, colour_type, compression, filtering, interlace = unpack(
        ">IIBBBBB", chunks[b"IHDR"]
    )
    assert (colour_type, compression, filtering, interlace) == (3, 0, 0, 0)
    width, height = size
    inflater = zlib.decompressobj()
    rows = inflater.decompress(chunks[b"IDAT"])
    assert (inflater.eof, inflater.unused_data) == (True, b"")
    pitch = 1 + (width * bits + 7) // 8
    assert len(rows) == pitch * height
    pixels = b"".join(unpack_row(row, bits)[:width] for row in unfilter(rows, pitch))
    return (width, height), chunks[b"PLTE"], pixels


def unfilter(rows: bytes, pitch: int) -> list[bytes]:
    """Return each row without its filter, which is none or the difference to the row above."""
    plain: list[bytes] = []
    for top in range(0, len(rows), pitch):
        row = rows[top + 1 : top + pitch]
        assert rows[top] in (0, 2)
        if rows[top] == 2:
            above = plain[-1] if plain else bytes(pitch - 1)
            row = bytes((a + b) % 256 for a, b in zip(row, above, strict=True))
        plain.append(row)
    return plain


def read_chunks(file: bytes) -> list[tuple[bytes, bytes]]:
    """Return kind and data of every chunk; each has the right sum."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = [], 8
    while place < len(file):
        (length,) = unpack(">I", file[place : place + 4])
        kind, data = file[place + 4 : place + 8], file[place + 8 : place + 8 + length]
        place += 12 + length
        assert unpack(">I", file[place - 4 : place]) == (zlib.crc32(kind + data),)
        chunks.append((kind, data))
    assert [chunks[0][0], chunks[-1]] == [b"IHDR", (b"IEND", b"")]
    return chunks


def unpack_row(row: bytes, bits: int) -> bytes:
    """Return a byte for each pixel of eight bits or four."""
    return row if bits == 8 else bytes(half for byte in row for half in (byte >> 4, byte & 15))
