"""What bodies say that came compressed, or as text in another encoding than UTF-8."""

from __future__ import annotations

import codecs
import json
import zlib
from typing import Any

import msgspec

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""What zlib calls the format; 47 takes either of its headers."""

_RAW = -15
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def unpack(content: bytes, codings: str, most: int) -> bytes | None:
    """Return what a body was before it was compressed; None if that cannot be had.

    Args:
        content: All of it.
        codings: Its Content-Encoding (RFC 9110, 8.4), the last of which was applied last.
        most: How many bytes it may have.
    """
    names = [each.strip().lower() for each in codings.split(",")]
    unpacked: bytes | None = content
    for name in reversed([each for each in names if each not in {"", "identity"}]):
        if unpacked is None or name not in _WINDOWS:
            return None
        unpacked = _inflate(unpacked, _WINDOWS[name], most)
        if unpacked is None and name == "deflate":
            unpacked = _inflate(content, _RAW, most)  # as some servers have it, without a header
    return unpacked


def _inflate(content: bytes, window: int, most: int) -> bytes | None:
    """Return what was compressed, in however many members (RFC 1952, 2.2)."""
    found, size = [], 0
    while content:
        decoder = zlib.decompressobj(window)
        try:
            found.append(decoder.decompress(content, most - size + 1))
        except zlib.error:
            return None
        size += len(found[-1])
        if not decoder.eof or size > most:
            return None
        content = decoder.unused_data
    return b"".join(found)


def split_mark(content: bytes) -> tuple[bytes, bytes, str]:
    """Return the byte order mark of JSON, what follows it, and how that is encoded."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return mark, content[len(mark) :], encoding
    return b"", content, json.detect_encoding(content)


def parse_leniently(text: bytes) -> Any:
    """Return a JSON value as the most lenient of clients reads it: with NaN, and huge numbers.

    Args:
        text: In UTF-8, in which bytes may be wrong.

    Raises:
        ValueError: it is none.
        RecursionError: it is nested too deeply.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # `int` itself reads no more than 4,300 digits
        return json.loads(text.decode("utf-8", "surrogateescape"), parse_int=len)
