"""Answering a part of a file: one range of bytes, as RFC 9110, 14 has it (R10).

Several ranges, other units and what is malformed get the whole file, which the RFC allows. Files
carry no validator, so no `If-Range` ever holds: such a client gets the whole file, too.
"""

from __future__ import annotations

import re

from mockserver.base.errors import ApiError
from mockserver.base.wire import Headers, Request

# R10: players and resumed downloads expect ranges of a host of images and films; nobody recorded
# the vendor's (inferred).
ACCEPTED: Headers = ((b"accept-ranges", b"bytes"),)
_RANGE = re.compile(rb"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
_MOST_DIGITS = 20
"""Enough for a number that no file reaches; Python does not read thousands of digits."""


def select_range(request: Request, headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
    """Return the file, or the range of it that a GET asks for, as status, headers and body.

    Args:
        request: Whose `Range` counts, if it is a GET and has no `If-Range`.
        headers: What is said of the file.
        body: All bytes of the file.

    Raises:
        ApiError: 416; the range begins behind the last byte.
    """
    headers += ACCEPTED
    bounds = _find_bounds(request, len(body))
    if bounds is None:
        return 200, headers, body
    first, last = bounds
    # RFC 9110, 15.5.17: 416 tells the size in Content-Range, so that the client can ask again.
    if first > last:
        size = (b"content-range", b"bytes */%d" % len(body))
        raise ApiError("range_not_satisfiable", size=len(body), headers=(*ACCEPTED, size))
    part = (b"content-range", b"bytes %d-%d/%d" % (first, last, len(body)))
    return 206, (*headers, part), body[first : last + 1]


def _find_bounds(request: Request, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte asked for, within the file; None asks for all of it.

    Where nothing of the file is asked for, the first is greater than the last.
    """
    asked = request.headers.get(b"range")
    # RFC 9110, 14.2: Range has a meaning for GET alone; 13.1.5: with If-Range it counts only if
    # the validator matches, and files have none here.
    if asked is None or request.method != "GET" or b"if-range" in request.headers:
        return None
    match = _RANGE.fullmatch(asked)
    # 14.2: a Range that cannot be read, or is in another unit than bytes, may be ignored.
    if match is None or not (match[1] or match[2]):
        return None
    # 14.1.2: without a first position it is the last so many bytes.
    if not match[1]:
        return max(0, size - _read_number(match[2])), size - 1
    first = _read_number(match[1])
    last = _read_number(match[2]) if match[2] else size
    # 14.1.1: a last position before the first is no range at all; one behind the end means the end.
    return None if first > last and match[2] else (first, min(last, size - 1))


def _read_number(digits: bytes) -> int:
    return int(digits.lstrip(b"0")[:_MOST_DIGITS] or b"0")
