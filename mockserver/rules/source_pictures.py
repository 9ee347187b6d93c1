"""Pictures among the parameters of a run: in the body itself, or at an address of our own.

What is at any other address is never fetched, so there is nothing to see of it.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from mockserver.rules.outputs import PART, parse_part

_MOST_TRIED = 4
"""Of the pictures that a run takes, so many are looked at to find one that can be shown."""

_MOST_CHARACTERS = 12 * 1024 * 1024
"""Of a picture in base64; longer ones are not decoded."""

_HEAD = re.compile(
    r"data:image/[a-z0-9.+-]{1,40}(?:;[a-z0-9=._-]{1,80}){0,4};base64,", re.IGNORECASE
)
_LONGEST_HEAD = 400
_BARE = ("iVBORw0KGgo", "/9j", "R0lGOD", "UklGR")
"""How base64 begins of a PNG, a JPEG, a GIF and a WebP."""

_MARKS_IN_TEXT = (b";base64,", *(start.encode() for start in _BARE))
_MARKS = (*_MARKS_IN_TEXT, b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_SMALLEST = 200
"""Bytes of a body in which there is no picture that would show anything."""

_OWN_FILE = re.compile(
    r"https?://[^/?#]{1,300}/(?P<folder>outputs|assets)/(?P<id>[0-9a-f]{32})"
    rf"(?:{PART})?\.[a-z0-9]{{1,5}}"
)
_LONGEST_ADDRESS = 400


class OwnFile(NamedTuple):
    """A file of the emulator's: `folder` is `outputs` or `assets`, `number` which of a run's."""

    folder: str
    file_id: str
    number: int = 1


def may_hold_picture(body: bytes) -> bool:
    """Tell whether there may be a picture in the body of a request."""
    if len(body) <= _SMALLEST:
        return False
    marks = _MARKS_IN_TEXT if body.isascii() else _MARKS
    # `in` would try the mark as a number first, which costs more than to look for it
    return any(body.find(mark) >= 0 for mark in marks)


def list_texts(params: dict[str, Any], names: Iterable[str]) -> list[str]:
    """Return the first few texts that these parameters have, those in lists too."""
    return list(islice(_find_texts(params, names), _MOST_TRIED))


def _find_texts(params: dict[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value = params.get(name)
        for item in islice(value, _MOST_TRIED) if isinstance(value, list) else (value,):
            if isinstance(item, str):
                yield item


def decode_picture(text: str) -> bytes:
    """Return the bytes that a data URL or bare base64 stands for; none where it is neither."""
    head = _HEAD.match(text[:_LONGEST_HEAD])
    is_picture = head is not None or text.startswith(_BARE)
    if not is_picture or len(text) > _MOST_CHARACTERS:
        return b""
    try:
        return a2b_base64(text[head.end() :] if head else text)
    except (Error, ValueError):
        return b""


def parse_own_file(text: str) -> OwnFile | None:
    """Return which output or uploaded file is at an address, if it looks like one of ours."""
    match = _OWN_FILE.fullmatch(text) if len(text) <= _LONGEST_ADDRESS else None
    return OwnFile(match["folder"], match["id"], parse_part(match["part"])) if match else None
