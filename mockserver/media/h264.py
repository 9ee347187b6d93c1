"""H.264 without compression: every changed block of 16 x 16 pixels is sent as it is.

The stream is Constrained Baseline.  The first picture is made of I_PCM macroblocks, which hold
plain samples; in each later one the macroblocks that did not change are skipped.  So any decoder
gives back exactly the samples that went in.  Section numbers are those of ITU-T H.264.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from PIL import Image

__all__ = ["Stream", "encode"]

BLOCK_PX: Final = 16
_SEQUENCE, _PICTURE, _KEY_SLICE, _SLICE = 7, 8, 5, 1
"""Kinds of NAL units (7.4.1)."""
_PROFILE: Final = bytes((66, 0xC0, 30))
"""Baseline, constrained, level 3."""
_I_PCM_IN_P: Final = 5 + 25
_FRAME_NUM_BITS: Final = 8
_ONLY_I, _ONLY_P = 7, 5
"""Slice types of pictures that have no slices of another type (7.4.3)."""

_EMULATION: Final = re.compile(rb"\0\0(?=[\0-\3])")


class Stream(NamedTuple):
    """Parameter sets and pictures, each as one NAL unit; all but the first build on another."""

    sequence: bytes
    picture: bytes
    slices: list[bytes]


def encode(pictures: Iterable[Image.Image], size_px: tuple[int, int]) -> Stream:
    """Return these RGB pictures, all of the same even width and height, as a stream."""
    width, height = size_px
    across, down = -(-width // BLOCK_PX), -(-height // BLOCK_PX)
    slices: list[bytes] = []
    before: list[bytes] = []
    for picture in pictures:
        blocks = _cut_blocks(picture, across, down)
        slices.append(
            _encode_later_slice(blocks, before, len(slices))
            if before
            else _encode_first_slice(blocks)
        )
        before = blocks
    return Stream(_encode_sequence_set(size_px, across, down), _encode_picture_set(), slices)


def _cut_blocks(picture: Image.Image, across: int, down: int) -> list[bytes]:
    """Return the samples of each macroblock: 256 of luma, then 64 of each chroma (7.3.5)."""
    canvas = Image.new("YCbCr", (across * BLOCK_PX, down * BLOCK_PX), (128, 128, 128))
    canvas.paste(picture.convert("YCbCr"), (0, 0))
    half = (canvas.width // 2, canvas.height // 2)
    luma, *chroma = canvas.split()
    planes = [(luma, 16), *((plane.resize(half, Image.Resampling.BOX), 8) for plane in chroma)]
    return [
        b"".join(
            plane.crop((x * side, y * side, x * side + side, y * side + side)).tobytes()
            for plane, side in planes
        )
        for y in range(down)
        for x in range(across)
    ]


def _encode_first_slice(blocks: list[bytes]) -> bytes:
    bits = Bits()
    bits.add_golomb(0, _ONLY_I, 0)  # first macroblock, slice type, picture parameter set
    bits.add_fixed(0, _FRAME_NUM_BITS)
    bits.add_golomb(0)  # idr_pic_id
    bits.add_flags(0, 0)  # earlier pictures are shown; no long-term reference
    bits.add_golomb(0, 1)  # slice_qp_delta; no deblocking, so that samples stay as they are
    for block in blocks:
        bits.add_golomb(25)  # I_PCM (table 7-11)
        bits.add_bytes(block)
    return _wrap_unit(_KEY_SLICE, bits.end())


def _encode_later_slice(blocks: list[bytes], before: list[bytes], number: int) -> bytes:
    bits = Bits()
    bits.add_golomb(0, _ONLY_P, 0)
    bits.add_fixed(number % (1 << _FRAME_NUM_BITS), _FRAME_NUM_BITS)
    bits.add_flags(0, 0, 0)  # default references, in their order; marked as they come
    bits.add_golomb(0, 1)
    skipped = 0
    for block, earlier in zip(blocks, before, strict=True):
        if block == earlier:
            skipped += 1
            continue
        bits.add_golomb(skipped, _I_PCM_IN_P)
        bits.add_bytes(block)
        skipped = 0
    if skipped:
        bits.add_golomb(skipped)
    return _wrap_unit(_SLICE, bits.end())


def _encode_sequence_set(size_px: tuple[int, int], across: int, down: int) -> bytes:
    bits = Bits()
    bits.add_bytes(_PROFILE)
    bits.add_golomb(0, _FRAME_NUM_BITS - 4)
    bits.add_golomb(2, 1)  # pictures are shown as they come; one reference
    bits.add_flags(0)
    bits.add_golomb(across - 1, down - 1)
    bits.add_flags(1, 1, 1)  # frames only; 8 x 8 inference; cropped
    bits.add_golomb(
        0, (across * BLOCK_PX - size_px[0]) // 2, 0, (down * BLOCK_PX - size_px[1]) // 2
    )
    bits.add_flags(1, 0, 0, 1)  # usability information (annex E): of the video signal alone
    bits.add_fixed(5, 3)
    bits.add_flags(1, 1)  # samples use all 256 values, as those of a JPEG do
    for colour in (1, 13, 6):  # primaries and transfer of sRGB, matrix of BT.601
        bits.add_fixed(colour, 8)
    bits.add_flags(0, 0, 0, 0, 0, 0)
    return _wrap_unit(_SEQUENCE, bits.end())


def _encode_picture_set() -> bytes:
    bits = Bits()
    bits.add_golomb(0, 0)
    bits.add_flags(0, 0)  # CAVLC
    bits.add_golomb(0, 0, 0)
    bits.add_flags(0)
    bits.add_fixed(0, 2)
    bits.add_golomb(0, 0, 0)
    bits.add_flags(1, 0, 0)  # slices say whether they are deblocked
    return _wrap_unit(_PICTURE, bits.end())


def _wrap_unit(kind: int, payload: bytes) -> bytes:
    """Return a NAL unit: no start code can be found in it (7.4.1)."""
    return bytes((3 << 5 | kind,)) + _EMULATION.sub(b"\0\0\3", payload)


class Bits:
    """Bits and whole bytes, one after the other."""

    def __init__(self) -> None:
        self._done = bytearray()
        self._bits = ""

    def add_fixed(self, value: int, count: int) -> None:
        """Add a number of so many bits."""
        self._bits += format(value, f"0{count}b")

    def add_flags(self, *flags: int) -> None:
        """Add bits."""
        self._bits += "".join(map(str, flags))

    def add_golomb(self, *values: int) -> None:
        """Add numbers in Exp-Golomb code (9.1)."""
        for value in values:
            digits = format(value + 1, "b")
            self._bits += "0" * (len(digits) - 1) + digits

    def add_bytes(self, data: bytes) -> None:
        """Add bytes, at the next border of one."""
        self._align()
        self._done += data

    def end(self) -> bytes:
        """Return everything, with the bit that marks the end."""
        self._bits += "1"
        self._align()
        return bytes(self._done)

    def _align(self) -> None:
        padded = self._bits + "0" * (-len(self._bits) % 8)
        self._done += int(padded or "0", 2).to_bytes(len(padded) // 8)
        self._bits = ""
