"""A picture in a few hundred bytes, so that what was made of it can show what it was made of.

A thumbnail is two bytes for its width and height, its palette, four bits for each pixel, and the
size of what it was made of (`media/source_sizes`). The same file gives the same thumbnail with the
same release of Pillow.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final, NamedTuple

from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from mockserver.media.source_sizes import pack_source_size

__all__ = ["COLOURS", "MAX_FILE_BYTES", "SIDE_PX", "make_thumbnail", "shrink", "unpack_thumbnail"]

SIDE_PX: Final = 32
COLOURS: Final = 16
_PALETTE_BYTES: Final = 3 * COLOURS
_HEAD_BYTES: Final = 2 + _PALETTE_BYTES
_WHITE: Final = (255, 255, 255, 255)

MAX_FILE_BYTES: Final = 8 * 1024 * 1024
_MIB_PIXELS: Final = 1024 * 1024
_ROUGHLY: Final = 4 * SIDE_PX
"""A side in pixels to which a picture is brought at once, by the mean of each block."""


class _Kind(NamedTuple):
    """A kind of file, and how much of one is read.

    Attributes:
        start: The bytes with which it begins.
        open: What reads it; `Image.open` would warn of a large one, to stderr.
        most_pixels: How many it may have. A JPEG is not decoded whole.
        part: What begins a part that costs much more to read than to write: a scan of a JPEG, which
            goes over all of it, or a compressed text in a PNG.
        most_parts: How often that may occur.
    """

    start: bytes
    open: Callable[[BytesIO], Any]
    most_pixels: int = 4 * _MIB_PIXELS
    part: bytes = b""
    most_parts: int = 0


_KINDS: Final = (
    _Kind(b"\x89PNG", PngImageFile, part=b"zTXt", most_parts=8),
    _Kind(b"\xff\xd8\xff", JpegImageFile, 16 * _MIB_PIXELS, b"\xff\xda", 16),
    _Kind(b"GIF8", GifImageFile),
    _Kind(b"RIFF", WebPImageFile),
)


def make_thumbnail(content: bytes) -> bytes:
    """Return the thumbnail of a PNG, JPEG, GIF or WebP file.

    Returns:
        Nothing where the file is none of these, is broken, or would take long to decode.
    """
    kind = next((each for each in _KINDS if content.startswith(each.start)), None)
    if kind is None or len(content) > MAX_FILE_BYTES:
        return b""
    if kind.part and content.count(kind.part) > kind.most_parts:
        return b""
    try:
        return _decode(content, kind)
    except Exception:  # noqa: BLE001 (a decoder raises anything at a file that is broken)
        return b""


def unpack_thumbnail(thumbnail: bytes) -> Image.Image:
    """Return a thumbnail as a palette image of `COLOURS` colours."""
    width, height = thumbnail[0], thumbnail[1]
    digits = thumbnail[_HEAD_BYTES:].hex()[: width * height]
    image = Image.frombytes("L", (width, height), bytes.fromhex("0" + "0".join(digits)))
    image.putpalette(thumbnail[2:_HEAD_BYTES])
    return image


def shrink(image: Image.Image, source_px: tuple[int, int]) -> bytes:
    """Return the thumbnail of an image, whatever is transparent in it on white.

    `source_px` is the size that it says: the image may have been decoded, or drawn, smaller.
    """
    whole = image if image.mode in {"L", "RGB", "RGBA"} else image.convert("RGBA")
    rough = whole.reduce(max(1, max(image.size) // _ROUGHLY)).convert("RGBA")
    rough.thumbnail((SIDE_PX, SIDE_PX))
    ground = Image.new("RGBA", rough.size, _WHITE)
    small = Image.alpha_composite(ground, rough).convert("RGB")
    return _pack(small) + pack_source_size(*source_px)


def _decode(content: bytes, kind: _Kind) -> bytes:
    """Return the thumbnail of a file.

    Raises:
        ValueError: it has more pixels than are decoded.
        Exception: it is broken, or no picture.
    """
    with kind.open(BytesIO(content)) as image:
        size = image.size
        if size[0] * size[1] > kind.most_pixels:
            raise ValueError(f"{size} are too many pixels")
        image.draft("RGB", (_ROUGHLY, _ROUGHLY))
        return shrink(image, size)


def _pack(image: Image.Image) -> bytes:
    drawn = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = bytes(drawn.getpalette() or ())[:_PALETTE_BYTES].ljust(_PALETTE_BYTES, b"\0")
    digits = drawn.tobytes().hex()[1::2]
    even = digits + "0" * (len(digits) % 2)
    return bytes(drawn.size) + palette + bytes.fromhex(even)
