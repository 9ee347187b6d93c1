"""An answer as the bytes that go over a connection which stays open."""

from __future__ import annotations

from functools import lru_cache

from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE

from mockserver.base.wire import Headers, Outcome, Respond
from mockserver.edges.send import PIECE_BYTES

_OF_CONNECTIONS = {b"connection", b"transfer-encoding"}
_FIRST_FINAL = 200
_BODILESS = {204, 304}


def spell_answer(outcome: Outcome | Exception, method: str) -> bytes | None:
    """Return head and body of an answer, as uvicorn would write them.

    None stands for what is no answer, or none that can be written at once: a large one, one that
    says something of the connection, and one that uvicorn would not send as it is.
    """
    if type(outcome) is not Respond:  # `isinstance` takes longer
        return None
    spelled = _spell_head(outcome.status, outcome.headers)
    body = outcome.body
    if spelled is None or spelled[1] != len(body):
        return None
    return spelled[0] if method == "HEAD" else spelled[0] + body


@lru_cache(maxsize=512)
def _spell_head(status: int, headers: Headers) -> tuple[bytes, int] | None:
    """Return the head of a small answer, and the length it tells; many answers have the same."""
    if status not in STATUS_LINE or status < _FIRST_FINAL or status in _BODILESS:
        return None
    lines, length = [STATUS_LINE[status]], None
    for name, value in headers:
        lowered = name.lower()
        if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value) or lowered in _OF_CONNECTIONS:
            return None
        if lowered == b"content-length":
            if length is not None or not value.isdigit():
                return None
            length = int(value)
        lines.append(b"%b: %b\r\n" % (lowered, value))
    if length is None or length > PIECE_BYTES:
        return None
    return b"".join([*lines, b"\r\n"]), length
