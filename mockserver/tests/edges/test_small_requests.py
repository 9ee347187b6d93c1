"""What is read of a request that is answered as it is read."""

import httptools
import pytest

from mockserver.base.bounds import SMALL_BODY_BYTES
from mockserver.edges.small_requests import (
    Head,
    Pattern,
    Target,
    read_pattern,
    read_target,
    split_alike,
)

REST = b" HTTP/1.1\r\nhost: h\r\n\r\n"
GET, POST = Pattern(b"GET /", REST, 0, "GET"), Pattern(b"POST /", REST, 2, "POST")


@pytest.mark.parametrize(
    ("data", "pattern"),
    [
        (b"GET /a" + REST, GET),
        (b"POST /a" + REST + b"{}", POST),
        (b"GET /a HTTP/1.0\r\n\r\n", None),
        (b"GET /a" + REST + b"\r\n", None),
        (b"GET http://h/a" + REST, None),
        (b"\r\nGET /a" + REST, None),
        (b"{}", None),
        (b"", None),
    ],
)
def test_the_pattern_of_a_request_is_all_but_its_target_and_its_body(data, pattern):
    """Bytes that are anything else than one whole request of HTTP/1.1 have none."""
    assert read_pattern(data, pattern.body_bytes if pattern else 0) == pattern


@pytest.mark.parametrize(
    ("pattern", "data", "parts"),
    [
        (GET, b"GET /b" + REST, (b"/b", b"")),
        (POST, b"POST /b" + REST + b"[]", (b"/b", b"[]")),
        (GET, b"PUT /b" + REST, None),
        (GET, b"GET /b" + REST[:-1], None),
        (GET, b"GET /b" + REST + b"\r", None),
        (GET, b"GET /b c" + REST, None),
        (GET, b"GET /b" + REST.replace(b"h\r", b"i\r"), None),
        (GET, b"GET http://h/b" + REST, None),
        (GET, b"GET", None),
        (POST, b"POST /b" + REST + b"[0]", None),
    ],
)
def test_bytes_are_of_a_pattern_or_not(pattern, data, parts):
    """To the last byte: a body has the length that its head tells."""
    assert split_alike(pattern, data) == parts


@pytest.mark.parametrize(
    ("target", "read"),
    [
        (b"/a%20b?q=%20", Target("/a b", "q=%20", is_own=False)),
        (b"/_mock/jobs", Target("/_mock/jobs", "", is_own=True)),
        (b"/%64ocs", Target("/docs", "", is_own=True)),
    ],
)
def test_a_target_is_read_as_uvicorn_does(target, read):
    """And it is known whether it may be the emulator's own."""
    assert read_target(target) == read


@pytest.mark.parametrize("target", [b"", b"/\xe9", b"/a?\xe9", b"/a\tb"])
def test_what_is_no_target_is_none(target):
    """It is an error, whose words the connection has."""
    with pytest.raises((httptools.HttpParserInvalidURLError, UnicodeError)):
        read_target(target)


@pytest.mark.parametrize(
    ("fields", "is_plain"),
    [
        ({b"host": b"h"}, True),
        ({b"host": b"h", b"content-length": b"%d" % SMALL_BODY_BYTES}, True),
        ({b"host": b"h", b"content-length": b"%d" % (SMALL_BODY_BYTES + 1)}, False),
        ({b"host": b""}, False),
        ({b"host": b"h", b"expect": b"100-continue"}, False),
        ({b"host": b"h", b"transfer-encoding": b"chunked"}, False),
        ({b"host": b"h", b"upgrade": b"h2c"}, False),
    ],
)
def test_a_head_is_plain_or_not(fields, is_plain):
    """What is not needs more than an answer."""
    assert Head(list(fields.items())).is_plain is is_plain
