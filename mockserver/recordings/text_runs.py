"""Where texts are in bytes that are none: runs of characters, of one byte each or of UTF-16."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class RunKind(NamedTuple):
    """What a run is made of.

    Attributes:
        classes: The class of each byte, for `bytes.translate`.
        start: The classes of the shortest run: so most bytes are passed over by one search.
        pattern: A run.
    """

    classes: bytes
    start: bytes
    pattern: re.Pattern[bytes]


_ASCII = {9, 10, 13, *range(0x20, 0x7F)}
_LATIN = _ASCII | set(range(0x80, 0x100))

PLAIN = RunKind(
    bytes(each in _ASCII for each in range(256)),
    b"\1" * 6,
    re.compile(rb"[\t\n\r\x20-\x7e]{6,}"),
)
WIDE = RunKind(
    bytes(1 if each in _LATIN else 2 if each == 0 else 0 for each in range(256)),
    b"\1\2" * 6,
    re.compile(rb"(?:[\t\n\r\x20-\x7e\x80-\xff]\0){6,}"),
)


def find_runs(content: bytes, kind: RunKind) -> Iterator[tuple[int, int]]:
    """Return from which byte to which each run is, the last not included."""
    classes = content.translate(kind.classes)
    at = classes.find(kind.start)
    while at >= 0:
        found = kind.pattern.match(content, at)
        end = found.end() if found else at + 1
        yield at, end
        at = classes.find(kind.start, end)


def join_runs(content: bytes) -> str:
    """Return all runs of ASCII, each by itself."""
    return "\n\n".join(
        content[start:end].decode("latin-1") for start, end in find_runs(content, PLAIN)
    )


def rewrite_runs(content: bytes, kind: RunKind, rewrite: Callable[[bytes], bytes]) -> bytes:
    """Return bytes with each run as `rewrite` has it, which keeps its length."""
    parts, last = [], 0
    for start, end in find_runs(content, kind):
        parts += [content[last:start], rewrite(content[start:end])]
        last = end
    return b"".join([*parts, content[last:]]) if parts else content
