"""What a connection says of requests that never reach the emulator."""

from __future__ import annotations

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from mockserver.base.json_encoding import encode

_BAD_REQUEST = 400


class RequestError(Exception):
    """What came is not a request that can be answered.

    Attributes:
        status: With which HTTP status it is refused.
    """

    def __init__(self, message: str, status: int = _BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status


def explain_error(error: Exception) -> RequestError:
    """Say what the parser, or what it called, found wrong.

    Raises:
        HttpParserCallbackError: what it called has failed, which is nobody's fault but ours.
    """
    cause = error.__context__
    if isinstance(cause, RequestError):
        return cause
    if isinstance(cause, httptools.HttpParserInvalidURLError | UnicodeError):
        return RequestError("The target of the request is no URL.")
    if isinstance(error, httptools.HttpParserCallbackError):
        raise error
    return RequestError(f"This is no HTTP request: {error}. Send HTTP/1.1.")


def render_refusal(refusal: RequestError) -> bytes:
    """Spell the answer to a request that cannot be answered, the last one on its connection."""
    body = encode({"error": str(refusal)})
    head = STATUS_LINE[refusal.status] + b"content-type: application/json\r\n"
    return b"%bcontent-length: %d\r\nconnection: close\r\n\r\n%b" % (head, len(body), body)
