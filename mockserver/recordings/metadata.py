"""Where pictures, films and sound keep words: what is said of them beside what they show."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""From which byte to which, the last not included."""

PNG = b"\x89PNG\r\n\x1a\n"

_PNG_DATA = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"fdAT", b"fcTL", b"acTL", b"iCCP"}
_RIFF_DATA = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANMF", b"ANIM", b"ICCP", b"data", b"fmt "}
_MAX_TEXT = 16 * 1024 * 1024


def find_metadata(content: bytes) -> list[Span]:
    """Return the spans of a file that hold words; none of a format that is not known."""
    for at, start, find in _FORMATS:
        if content.startswith(start, at):
            return list(find(content))
    return []


def rewrite_png(content: bytes, before: bytes, rewrite: Callable[[bytes], bytes]) -> bytes:
    """Return a picture whose compressed texts are as `rewrite` has them, with sums that are right.

    Args:
        content: A PNG, or what is none, which stays as it is.
        before: The same before anything was replaced in it: sums of what is as it was stay.
        rewrite: Is given what a chunk zTXt or iTXt has compressed.
    """
    if not content.startswith(PNG):
        return content
    parts, last = [PNG], len(PNG)
    for at, end in _split_png(content):
        kind, data = content[at + 4 : at + 8], content[at + 8 : end]
        shown = _rewrite_compressed(kind, data, rewrite)
        check = zlib.crc32(kind + shown).to_bytes(4, "big")
        if shown == before[at + 8 : end]:
            check = content[end : end + 4]
        parts += [len(shown).to_bytes(4, "big"), kind, shown, check]
        last = end + 4
    return b"".join([*parts, content[last:]])


def _rewrite_compressed(kind: bytes, data: bytes, rewrite: Callable[[bytes], bytes]) -> bytes:
    """Return the data of a chunk; that of a text which cannot be decompressed is left out."""
    head, zero, rest = data.partition(b"\0")
    if kind == b"zTXt" and zero:
        head, packed = head + zero + rest[:1], rest[1:]
    elif kind == b"iTXt" and rest[:1] == b"\1":
        language, _, rest = rest[2:].partition(b"\0")
        translated, _, packed = rest.partition(b"\0")
        head += b"\0\1\0" + language + b"\0" + translated + b"\0"
    else:
        return data
    try:
        text = zlib.decompressobj().decompress(packed, _MAX_TEXT)
    except zlib.error:
        return head + zlib.compress(b"")
    shown = rewrite(text)
    return data if shown == text else head + zlib.compress(shown)


def _split_png(content: bytes) -> Iterator[Span]:
    """Return where each chunk begins, at its length, and where its data ends."""
    at = len(PNG)
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        if end + 4 > len(content):
            return
        yield at, end
        at = end + 4


def _find_jpeg_segments(content: bytes) -> Iterator[Span]:
    """Return the segments of applications, and comments, before the picture itself."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:  # noqa: PLR2004 (SOS)
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == 0xFE or 0xE0 <= content[at + 1] <= 0xEF:  # noqa: PLR2004 (COM, APPn)
            yield at + 4, min(end, len(content))
        at = end


def _find_riff_chunks(content: bytes) -> Iterator[Span]:
    at = 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = min(at + 8 + size, len(content))
        if content[at : at + 4] not in _RIFF_DATA:
            yield at + 8, end
        at = end + size % 2


def _find_mp4_boxes(content: bytes) -> Iterator[Span]:
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        end = min(at + size, len(content)) if size else len(content)
        if content[at + 4 : at + 8] != b"mdat":
            yield at + 8, end
        at = max(end, at + 8)


def _find_png_chunks(content: bytes) -> Iterator[Span]:
    for at, end in _split_png(content):
        if content[at + 4 : at + 8] not in _PNG_DATA:
            yield at + 8, end


def _find_gltf_json(content: bytes) -> Iterator[Span]:
    yield 20, min(len(content), 20 + int.from_bytes(content[12:16], "little"))


def _find_id3(content: bytes) -> Iterator[Span]:
    size = sum(byte << 7 * place for place, byte in enumerate(reversed(content[6:10])))
    yield 10, min(len(content), 10 + size)


_FORMATS: tuple[tuple[int, bytes, Callable[[bytes], Iterator[Span]]], ...] = (
    (0, PNG, _find_png_chunks),
    (0, b"\xff\xd8", _find_jpeg_segments),
    (0, b"RIFF", _find_riff_chunks),
    (4, b"ftyp", _find_mp4_boxes),
    (0, b"glTF", _find_gltf_json),
    (0, b"ID3", _find_id3),
)
"""At which byte a format begins with what, and where it keeps words."""
