"""Requests over sockets, to servers that answer as they like and as long as they like."""

from __future__ import annotations

import gzip
from contextlib import contextmanager, suppress
from itertools import repeat
from socket import create_server
from threading import Thread

import pytest

from mockserver.verifier import http_transport
from mockserver.verifier.calls import SentRequest
from mockserver.verifier.http_transport import HttpTransport

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SHORT_S = 0.3


@contextmanager
def serving(*parts, endless=()):
    """Serve these bytes to each that asks, and then others until nobody listens."""
    with create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_serve, args=(listener, parts, endless), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        with suppress(OSError):
            listener.shutdown(2)
        thread.join()


def _serve(listener, parts, endless):
    with suppress(OSError):
        while True:
            connected, _ = listener.accept()
            with connected, suppress(OSError):
                _answer(connected, parts, endless)


def _answer(connected, parts, endless):
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += connected.recv(65536)
    for part in parts:
        connected.sendall(part.replace(b"ASKED", asked.partition(b" HTTP")[0]))
    connected.settimeout(0.01)  # between two parts, so that nothing spins
    for part in endless:
        connected.sendall(part)
        with suppress(TimeoutError):
            if connected.recv(1) == b"":
                return


def send(url, transport=None, **fields):
    """Send a GET, with little patience."""
    given = {"method": "GET", "url": url, "headers": (), "body": b"", "patience_s": SHORT_S}
    transport = transport or HttpTransport(least_patience_s=SHORT_S)
    return transport.send(SentRequest(**(given | fields)))


def test_an_answer_is_what_came():
    """Names of headers are in lower case."""
    with serving(JSON, b"Content-Length: 2\r\n\r\n{}") as url:
        reply = send(f"{url}/path")
    assert (reply.status, reply.body) == (200, b"{}")
    assert ("content-type", "application/json") in reply.headers


@pytest.mark.parametrize(
    ("parts", "endless"),
    [
        ((JSON,), repeat(b"x")),
        ((JSON,), (b"x-%d: y\r\n" % number for number in range(90))),
        ((JSON, b"Content-Length: 1000000\r\n\r\n"), repeat(b" ")),
        ((JSON, b"Transfer-Encoding: chunked\r\n\r\n"), repeat(b"1\r\n \r\n")),
        ((JSON, b"\r\n"), repeat(b" ")),
        ((), repeat(b"HTTP/1.1 100 Continue\r\n\r\n")),
        ((), repeat(b"")),
    ],
    ids=["header", "headers", "body", "chunks", "until the end", "100", "nothing"],
)
def test_an_answer_that_never_ends_is_none_when_patience_is_over(parts, endless):
    """Though something comes all the time, or nothing does."""
    with serving(*parts, endless=endless) as url:
        assert send(url) is None


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 100\r\n\r\n{}",
        b"Content-Length: 99999999999999999999\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nwhat\r\n{}",
        b"x: %b\r\n\r\n" % (b"y" * 100_000),
        b"x: y\r\n" * 200 + b"\r\n",
    ],
)
def test_an_answer_that_is_not_whole_is_none(rest):
    """One that was cut off may have said anything."""
    with serving(JSON, rest) as url:
        assert send(url) is None


def test_an_answer_is_kept_as_it_came_and_never_unpacked():
    """A few bytes may be gigabytes."""
    packed = gzip.compress(bytes(1_000_000))
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with serving(JSON, head, packed) as url:
        assert send(url).body == packed


def test_no_answer_is_larger_than_what_can_be_kept_and_neither_are_all_together(monkeypatch):
    """Whatever came before."""
    monkeypatch.setattr(http_transport, "_MOST_BYTES", 100)
    monkeypatch.setattr(http_transport, "_MOST_BYTES_IN_ALL", 150)
    transport = HttpTransport()
    with serving(JSON, b"Content-Length: 101\r\n\r\n", bytes(101)) as url:
        assert send(url, transport) is None
    with serving(JSON, b"Content-Length: 100\r\n\r\n", bytes(100)) as url:
        assert len(send(url, transport).body) == 100
        assert send(url, transport) is None


def test_nobody_there_and_no_address_are_no_answer():
    """Neither raises anything."""
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/") is None
    assert send("http://[") is None


def test_a_proxy_of_the_environment_is_asked_for_whole_addresses(monkeypatch):
    """Though never for this machine's own."""
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(JSON, b"x-asked: ASKED\r\nContent-Length: 0\r\n\r\n") as url:
        monkeypatch.setenv("http_proxy", url)
        assert ("x-asked", "GET http://service.test/a?b=c") in send(
            "http://service.test/a?b=c"
        ).headers
        assert ("x-asked", "GET /a") in send(f"{url}/a").headers


def test_a_proxy_is_asked_for_a_tunnel_to_what_has_tls(monkeypatch):
    """One that refuses it is no answer of the service."""
    asked = []
    monkeypatch.delenv("no_proxy", raising=False)
    with create_server(("127.0.0.1", 0)) as listener:

        def refuse():
            connected, _ = listener.accept()
            with connected:
                asked.append(connected.recv(65536).split(b"\r\n")[0])
                connected.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        thread = Thread(target=refuse)
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert send("https://service.test/a") is None
        thread.join()
    (first,) = asked
    assert first.startswith(b"CONNECT service.test:443 ")


@pytest.mark.parametrize(
    ("parts", "endless", "why"),
    [
        ((JSON,), repeat(b"x"), "it took more than 0.3 s"),
        ((JSON, b"Content-Length: 9\r\n\r\n{}"), (), "the answer was cut off"),
        ((), (), "Remote end closed connection without response"),
    ],
)
def test_why_no_answer_came_is_told(parts, endless, why):
    """Whoever is not answered at all is told so."""
    transport = HttpTransport(least_patience_s=SHORT_S)
    with serving(*parts, endless=endless) as url:
        assert send(url, transport) is None
    assert transport.explain() == why
