"""What crosses the edge of the core: the root of the URLs that a client is given."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.hosts import parse_authority
from mockserver.base.wire import Pieces, Request, Respond

BAD_HOSTS = [b"", b"a b", b'a"b', b"x/y?", b"u@h", b"h:x", b"\xff", b"[::1", b"javascript:alert(1)"]
BAD_SCHEMES = [b"", b"javascript", b"ftp", b"http:", b"ht tp", b"file, https", b"\xff"]


def origin_of(scheme="http", **headers):
    """Return the root of the URLs for a request with these headers."""
    named = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    return Request(method="GET", path="/", headers=named, scheme=scheme).origin


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({"host": b"h:1"}, "http://h:1"),
        ({"host": b"h", "x_forwarded_proto": b"HTTPS"}, "https://h"),
        ({"host": b"h", "x_forwarded_host": b"[::1]:8, inner"}, "http://[::1]:8"),
        ({}, "http://localhost"),
    ],
)
def test_the_origin_is_what_the_client_sees(headers, origin):
    """Host and scheme are those of the request, or of the proxy nearest to the client."""
    assert origin_of(**headers) == origin


@pytest.mark.parametrize("bad", BAD_HOSTS)
def test_a_forwarded_host_that_is_none_is_ignored(bad):
    """Nothing but a host with or without a port goes into a URL."""
    assert origin_of(host=b"h", x_forwarded_host=bad) == "http://h"
    assert origin_of(host=bad) == "http://localhost"


@pytest.mark.parametrize("bad", BAD_SCHEMES)
def test_a_forwarded_scheme_that_is_not_of_http_is_ignored(bad):
    """A URL that was handed out is fetched, not run."""
    assert origin_of("https", host=b"h", x_forwarded_proto=bad) == "https://h"


@given(host=st.binary(max_size=20), forwarded=st.binary(max_size=20), proto=st.binary(max_size=12))
def test_whatever_the_headers_an_origin_is_a_root(host, forwarded, proto):
    """It has a scheme of HTTP, a host, and nothing else."""
    parts = urlsplit(origin_of(host=host, x_forwarded_host=forwarded, x_forwarded_proto=proto))
    assert parts.scheme in {"http", "https"}
    assert parse_authority(parts.netloc)
    assert [*parts[2:]] == [""] * 3


@given(
    st.binary(max_size=40),
    st.none() | st.integers(1, 50),
    st.none() | st.integers(0, 50),
    st.floats(0, 9),
    st.floats(0, 9),
)
def test_an_answer_in_pieces_is_all_that_is_to_be_sent_at_its_pace(
    body, piece_bytes, sent_bytes, first_after_s, every_s
):
    """No piece is larger than asked for, and an empty body has one, so that there is a pause."""
    pieces = Pieces(
        respond=Respond(200, (), body),
        piece_bytes=piece_bytes,
        first_after_s=first_after_s,
        every_s=every_s,
        sent_bytes=sent_bytes,
    )
    pauses, parts = zip(*pieces.split_body(), strict=True)
    assert b"".join(parts) == body[:sent_bytes]
    assert max(map(len, parts)) <= (piece_bytes or len(body))
    assert all(parts) or parts == (b"",)
    assert pauses == (first_after_s, *[every_s] * (len(parts) - 1))
