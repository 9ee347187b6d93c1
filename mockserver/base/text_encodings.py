"""What bytes are that are not UTF-8 text, so that a refusal can name it."""

from __future__ import annotations

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""How UTF-8 text of some Windows programs begins; a reader may ignore it (RFC 8259, 8.1)."""

_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_PLACES_OF_ZEROS = {(1, 2, 3): "UTF-32", (0, 1, 2): "UTF-32", (1, 3): "UTF-16", (0, 2): "UTF-16"}
"""Where zeros are among the first four bytes of text that begins with ASCII (RFC 4627, 3)."""

_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x78\x01": "deflate",
    b"\x78\x9c": "deflate",
    b"\x78\xda": "deflate",
}


def find_encoding(data: bytes) -> str:
    """Return "UTF-16" or "UTF-32" if bytes look like it, else nothing."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    zeros = tuple(place for place, byte in enumerate(data[:4]) if byte == 0)
    return _PLACES_OF_ZEROS.get(zeros, "")


def find_compression(data: bytes) -> str:
    """Return the content coding that bytes begin like, if it can be told; brotli cannot."""
    return next((name for start, name in _COMPRESSED.items() if data.startswith(start)), "")


def decode_text(data: bytes) -> str:
    """Return the text of a file that somebody wrote: UTF-8, with or without a byte order mark.

    Raises:
        ValueError: it is something else; the message says what, and what to do.
    """
    if encoding := find_encoding(data):
        raise ValueError(f"it is {encoding}, as PowerShell's Out-File writes it; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8; save it as UTF-8") from None
