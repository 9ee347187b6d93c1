"""What a request says that is small enough to be answered as it is read."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import httptools

from mockserver.base.bounds import SMALL_BODY_BYTES
from mockserver.edges.own_paths import OWN_PATHS, OWN_PREFIXES

LONGEST_TARGET = 1024

_UNUSUAL = frozenset({b"expect", b"transfer-encoding", b"upgrade"})
_VERSION = b" HTTP/1.1\r\n"
_END = b"\r\n\r\n"


class Head:
    """What header fields say.

    Args:
        headers: The fields, with names in lower case.
    """

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self.headers = headers
        self.fields = fields = dict(headers)
        self.names_connection = b"connection" in fields
        self.body_bytes = int(fields.get(b"content-length", 0))
        self.is_plain = (
            _UNUSUAL.isdisjoint(fields)
            and self.body_bytes <= SMALL_BODY_BYTES
            and bool(fields.get(b"host"))
        )


class Target(NamedTuple):
    """What a request is for, as uvicorn reads it."""

    path: str
    query: str
    is_own: bool
    """It may be the emulator's own."""


@lru_cache(maxsize=256)
def read_target(target: bytes) -> Target:
    """Read the target of a request; clients ask for the same again and again.

    Raises:
        HttpParserInvalidURLError: it is no URL.
        UnicodeError: its path is not ASCII.
    """
    url = httptools.parse_url(target)
    path = unquote(url.path.decode("ascii"))
    query = url.query.decode("latin-1") if url.query else ""
    return Target(path, query, path.startswith(OWN_PREFIXES) or path in OWN_PATHS)


class Pattern(NamedTuple):
    """The bytes of a request but for its target and its body, which are what clients change.

    Attributes:
        start: What comes before the target, and how that begins: the method, a space, a slash.
        rest: What comes between target and body.
        body_bytes: How long the body is, as the rest says.
        method: As the start says.
    """

    start: bytes
    rest: bytes
    body_bytes: int
    method: str


def read_pattern(data: bytes, body_bytes: int) -> Pattern | None:
    """Return the pattern of bytes that are one whole request, as the parser has found."""
    method, _, target = data.partition(b" ")
    rest = target[target.find(b" ") : len(target) - body_bytes]
    is_whole = rest.startswith(_VERSION) and rest.find(_END) == len(rest) - len(_END)
    if not (is_whole and method.isalpha() and target.startswith(b"/")):
        return None
    return Pattern(method + b" /", rest, body_bytes, method.decode())


def split_alike(pattern: Pattern, data: bytes) -> tuple[bytes, bytes] | None:
    """Return target and body of bytes that are one whole request of a pattern, if they are that."""
    start, rest, body_bytes, _ = pattern
    end = data.find(b" ", len(start))
    body_at = end + len(rest)
    if len(data) != body_at + body_bytes or not data.startswith(rest, end):
        return None
    return (data[len(start) - 1 : end], data[body_at:]) if data.startswith(start) else None
