"""A picture in a few hundred bytes: of any file, without an error."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mockserver.contract.files import find_data_dir
from mockserver.media.source_sizes import read_source_size
from mockserver.media.thumbnails import (
    COLOURS,
    MAX_FILE_BYTES,
    SIDE_PX,
    make_thumbnail,
    unpack_thumbnail,
)

FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]
MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"]
MOST_BYTES = 2 + 3 * COLOURS + SIDE_PX * SIDE_PX // 2 + 4
RED, BLUE = (220, 40, 40), (40, 60, 200)
GIGA = 65_000


def encode(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    """Return an image as a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def make_flag(size=(300, 200)) -> Image.Image:
    """Return an image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def distance(one, other) -> int:
    """Return how far two colours are apart."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_thumbnail_shows_what_the_picture_shows(kind):
    """Left and right, in its colours and its shape."""
    thumbnail = make_thumbnail(encode(make_flag(), kind))
    shown = unpack_thumbnail(thumbnail).convert("RGB")
    assert shown.size == (SIDE_PX, 21)
    assert distance(shown.getpixel((4, 10)), RED) < 16
    assert distance(shown.getpixel((27, 10)), BLUE) < 16
    assert make_thumbnail(encode(make_flag(), kind)) == thumbnail


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_a_picture_is_shown(mode):
    """Grey, with a palette, transparent, for print: as far as a file can hold it."""
    kind = {"CMYK": "JPEG", "YCbCr": "JPEG"}.get(mode, "PNG")
    image = make_flag().convert("L").convert("I;16") if mode == "I;16" else make_flag()
    content = encode(image if mode == "I;16" else image.convert(mode), kind)
    assert unpack_thumbnail(make_thumbnail(content)).size == (SIDE_PX, 21)


def test_what_is_transparent_is_white():
    """Whatever colour it has beneath."""
    image = Image.new("RGBA", (64, 64), (*RED, 0))
    shown = unpack_thumbnail(make_thumbnail(encode(image))).convert("RGB")
    assert set(shown.get_flattened_data()) == {(255, 255, 255)}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_thumbnail_says_how_large_the_picture_is(kind):
    """Of a JPEG too, which is decoded smaller."""
    for size in ((1, 1), (1500, 1000), (640, 33)):
        assert read_source_size(make_thumbnail(encode(make_flag(size), kind))) == size


@settings(max_examples=40)
@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from(FORMATS))
def test_any_size_fits(width, height, kind):
    """No side is longer than a thumbnail's, none is nothing, and few bytes are enough."""
    thumbnail = make_thumbnail(encode(make_flag((width, height)), kind))
    assert len(thumbnail) <= MOST_BYTES < 600
    shown = unpack_thumbnail(thumbnail)
    assert max(shown.size) <= SIDE_PX
    assert min(shown.size) >= 1
    assert max(shown.get_flattened_data()) < COLOURS


def make_claiming_png(width: int, height: int) -> bytes:
    """Return a PNG that says it is this large and has nothing in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


def make_scans(count: int) -> bytes:
    """Return a JPEG with that many more scans, each of which would go over the whole of it."""
    whole = encode(make_flag(), "JPEG", progressive=True)
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + scan * count + whole[-2:]


HOSTILE = {
    "nothing": b"",
    "a text": b"hello",
    "no more than a signature": b"\x89PNG\r\n\x1a\n",
    "half a file": encode(make_flag())[:200],
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a BMP": encode(make_flag(), "BMP"),
    "a WAV": b"RIFF\x24\0\0\0WAVEfmt ",
    "an enormous size": make_claiming_png(GIGA, GIGA),
    "a large size": make_claiming_png(2049, 2048),
    "too many pixels": encode(Image.new("1", (2049, 2048))),
    "too many scans": make_scans(20),
    "too many bytes": encode(make_flag()) + bytes(MAX_FILE_BYTES),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_shown_leaves_no_trace(content):
    """Neither an error nor a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert make_thumbnail(content) == b""


@given(st.data(), st.sampled_from(FORMATS))
def test_a_file_that_is_damaged_anywhere_raises_nothing(data, kind):
    """Bytes that are changed, left out or put in."""
    content = bytearray(encode(make_flag((40, 30)), kind))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        size = data.draw(st.integers(0, 8))
        content[at : at + size] = data.draw(st.binary(max_size=8))
    assert len(make_thumbnail(bytes(content))) <= MOST_BYTES


def test_large_pictures_within_the_limits_are_shown():
    """A photograph of sixteen million pixels is a JPEG."""
    assert make_thumbnail(encode(Image.new("L", (4096, 4096)), "JPEG"))
    assert make_thumbnail(encode(Image.new("1", (2048, 2048))))


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_the_pictures_of_the_fixtures_are_shown(kind):
    """Each kind shows the same picture."""
    content = (find_data_dir("fixtures") / "media" / f"input.{kind}").read_bytes()
    assert unpack_thumbnail(make_thumbnail(content)).size == (32, 21)
