"""Heads of requests to a proxy: read, rewritten for the server behind, and refused in words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.programs.proxy_requests import RequestError, parse_head


def head_of(*lines):
    """Return a head of these lines."""
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("target", "host", "port"),
    [
        ("api.segmind.com:443", "api.segmind.com", 443),
        ("[2001:db8::1]:8443", "2001:db8::1", 8443),
        ("127.0.0.1:80", "127.0.0.1", 80),
        ("example.com", "example.com", None),
    ],
)
def test_a_tunnel_is_asked_for_by_host_and_port(target, host, port):
    """IPv6 stands in brackets; a port may be missing, and then is not known."""
    asked = parse_head(head_of(f"CONNECT {target} HTTP/1.1", "Host: whatever"))
    assert (asked.host, asked.port, asked.head, asked.is_over_tls) == (host, port, None, False)
    assert asked.authority == target


def test_an_ipv6_address_without_brackets_is_understood():
    """As the standard library of Python sends it."""
    asked = parse_head(head_of("CONNECT 2001:db8::1:443 HTTP/1.0"))
    assert (asked.host, asked.port) == ("2001:db8::1", 443)


@pytest.mark.parametrize(
    ("target", "port", "path", "is_over_tls"),
    [
        ("http://api.segmind.com/v1/x?a=1", 80, "/v1/x?a=1", False),
        ("https://api.segmind.com/v1/x", 443, "/v1/x", True),
        ("HTTP://api.segmind.com", 80, "/", False),
        ("http://api.segmind.com?a", 80, "/?a", False),
        ("http://api.segmind.com:8080/#x", 8080, "/", False),
        ("http://user:secret@api.segmind.com/", 80, "/", False),
    ],
)
def test_a_request_with_the_whole_url_is_rewritten_for_its_server(target, port, path, is_over_tls):
    """What is between client and proxy stays there, and the server closes after its answer."""
    asked = parse_head(
        head_of(
            f"POST {target} HTTP/1.1",
            "host: wrong.example",
            "X-API-Key: SG_1",
            "Proxy-Connection: keep-alive",
            "proxy-authorization: Basic eDp5",
            "Connection: keep-alive",
            "Content-Length: 2",
        )
    )
    assert (asked.host, asked.port, asked.is_over_tls) == ("api.segmind.com", port, is_over_tls)
    authority = "api.segmind.com:8080" if port == 8080 else "api.segmind.com"
    assert asked.head == head_of(
        f"POST {path} HTTP/1.1",
        f"Host: {authority}",
        "X-API-Key: SG_1",
        "Content-Length: 2",
        "Connection: close",
    )


@pytest.mark.parametrize(
    ("field", "seen"),
    [
        ("User-Agent: curl/8.5.0", "the proxy was asked by curl/8.5.0"),
        ("user-agent:  a\x1b[31m\xe9 ", "the proxy was asked by a?[31m?"),
        (f"User-Agent: {'x' * 500}", f"the proxy was asked by {'x' * 60}"),
        ("Accept: */*", "the proxy was asked"),
        ("Segmock-Seen: a connection in Node", "a connection in Node"),
    ],
)
def test_who_asked_is_told(field, seen):
    """As far as it fits into a line of a terminal; hooks say it for themselves."""
    assert parse_head(head_of("CONNECT example.com:443 HTTP/1.1", field)).seen == seen


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("GET / HTTP/1.1", "at the URL in SEGMOCK_URL"),
        ("GET ftp://example.com/ HTTP/1.1", "at the URL in SEGMOCK_URL"),
        ("CONNECT a@b:443 HTTP/1.1", "no host with a port"),
        ("CONNECT example.com:99999 HTTP/1.1", "no host with a port"),
        ("GET http:///x HTTP/1.1", "no host with a port"),
        ("PRI * HTTP/2.0", "no request line"),
        ("\x16\x03\x01", "no request line"),
        ("", "no request line"),
    ],
)
def test_what_no_proxy_is_asked_is_said(line, reason):
    """Somebody who takes it for the emulator is told where that is."""
    with pytest.raises(RequestError, match=reason):
        parse_head(head_of(line))


def test_a_refusal_is_readable_where_only_the_status_line_is_shown():
    """It names the host, in the status line as in the body."""
    asked = parse_head(head_of("CONNECT example.com:443 HTTP/1.1"))
    status, *_, body = asked.render_refusal().decode().split("\r\n")
    assert status.startswith("HTTP/1.1 403 segmock exec: refused example.com:443: only")
    assert status.removeprefix("HTTP/1.1 403 ") == body.removesuffix("\n")


@given(st.binary(max_size=200))
@example(b"CONNECT \r\n")
@example(b"GET http://[::1 HTTP/1.1")
@example(b"GET http://a\xff/ HTTP/1.1")
def test_nothing_that_is_sent_breaks_the_reading(text):
    """It is a request, or refused as none."""
    try:
        read = parse_head(text + b"\r\n\r\n").host
    except RequestError as error:
        read = str(error)
    assert read
