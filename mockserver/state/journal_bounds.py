"""How much of a text, a header or a body the journal keeps of an exchange that is too large."""

from __future__ import annotations

import re
from hashlib import blake2b

import msgspec

from mockserver.base.wire import Headers, Request

MAX_BODY = 64 * 1024

MAX_TEXT = 1024
"""Characters of a path, a query, a header or an id."""

MAX_HEADERS, MAX_HEADER_BYTES = 64, 8 * 1024
MAX_PARAMS, MAX_PARAM = 64, 64
"""How many unknown parameters are named, and the characters of a name."""

_READ_FIRST = (b"x-api-key", b"authorization", b"content-type", b"content-length", b"host")
"""Headers that verdicts and the hiding of keys need: they are kept before any other."""

_MARK = re.compile(r"\.\.\.\[[0-9]+:[0-9a-f]{16}\]\Z")


def cut_body(body: bytes) -> bytes:
    """Return what the journal keeps of a body: at most 64 KiB and one byte that marks the cut."""
    return body if len(body) <= MAX_BODY else body[: MAX_BODY + 1]


def cut(text: str, most: int = MAX_TEXT) -> str:
    """Return a text of at most so many characters.

    A longer one ends in its length and a digest of the whole, so that two that differ anywhere
    still differ.
    """
    if len(text) <= most:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    mark = f"...[{len(text)}:{digest}]"
    return text[: most - len(mark)] + mark


def split_mark(text: str) -> tuple[str, str]:
    """Return what is left of a text, and the mark of `cut`; an empty one if it is whole."""
    found = _MARK.search(text)
    return (text[: found.start()], found[0]) if found else (text, "")


def cut_headers(headers: Headers) -> Headers:
    """Return as many headers as there is room for, each cut, in the order in which they came."""
    by_need = sorted(enumerate(headers), key=lambda item: item[1][0].lower() not in _READ_FIRST)
    found, room = [], MAX_HEADER_BYTES
    for place, (name, value) in by_need[:MAX_HEADERS]:
        pair = (_cut_bytes(name), _cut_bytes(value))
        room -= sum(map(len, pair))
        if room >= 0:
            found.append((place, pair))
    return tuple(pair for _, pair in sorted(found))


def cut_request(request: Request) -> Request:
    """Return a request with every field cut."""
    return msgspec.structs.replace(
        request,
        method=cut(request.method),
        path=cut(request.path),
        query=cut(request.query),
        scheme=cut(request.scheme),
        headers=dict(cut_headers(tuple(request.headers.items()))),
        body=cut_body(request.body),
    )


def cut_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return as many names as are kept, each cut."""
    return tuple(cut(name, MAX_PARAM) for name in names[:MAX_PARAMS])


def _cut_bytes(text: bytes) -> bytes:
    return cut(text.decode("latin-1")).encode("latin-1")
