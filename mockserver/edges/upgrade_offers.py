"""Requests that offer to go on in another protocol, read as if they did not."""

from __future__ import annotations

from collections.abc import Sequence

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def read_without_offer(
    protocol: HttpToolsProtocol, fields: Sequence[tuple[bytes, bytes]], rest: bytes
) -> tuple[Exception | None, bytes]:
    """Have a request read again without its offer.

    The parser stops after a head with an offer, `Upgrade`, and takes its body for bytes of another
    protocol. So the head is given to a new parser without that field.

    Args:
        protocol: What the parser calls, with the target and the parser that has stopped.
        fields: The header fields of the request, all of them.
        rest: What came after the head.

    Returns:
        What the new parser has stopped at, if it has, and the bytes that it was given.
    """
    kept = [field for field in fields if field[0] != b"upgrade"]
    data = _render_head(protocol.parser, protocol.url, kept) + rest
    protocol.parser = httptools.HttpRequestParser(protocol)
    protocol.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
    try:
        protocol.parser.feed_data(data)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade) as stop:
        return stop, data
    return None, data


def _render_head(
    parser: httptools.HttpRequestParser, target: bytes, fields: Sequence[tuple[bytes, bytes]]
) -> bytes:
    version = parser.get_http_version().encode()
    lines = [parser.get_method() + b" " + target + b" HTTP/" + version]
    lines += [name + b": " + value for name, value in fields]
    return b"\r\n".join([*lines, b"", b""])
