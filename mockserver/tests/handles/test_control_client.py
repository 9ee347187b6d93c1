"""The control plane is the same in process and over HTTP, and says what is wrong with a call."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.edges.listeners import listen, render_url
from mockserver.edges.serve import serve_in_thread
from mockserver.handles.control_client import HttpControlClient, InProcessControlClient

FIELDS = {"plan", "credits", "status"}


@contextmanager
def answering(sent: bytes) -> Iterator[str]:
    """Serve on a socket what is no segmock: one connection, and these bytes whatever it asks."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(sent)

        thread = Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_call_returns_the_json_of_its_answer(control_client):
    """A query, a body, and a path that needs quoting come through."""
    shown = control_client.call("PUT", "/_mock/accounts/caf%C3%A9%20%3F", body={"plan": "free"})
    assert shown.keys() >= FIELDS
    jobs = control_client.call("GET", "/_mock/jobs", api_key="café ?")
    moved = control_client.call(
        "PATCH", "/_mock/clock", body={"api_key": "café ?", "advance_s": 0.5}
    )
    assert jobs == {"jobs": [], "next": None}
    assert moved["now_utc"] == "2026-01-01T00:00:00.500000Z"


def test_a_call_without_an_answer_returns_none(control_client):
    """Where the control plane says 204 there is no value."""
    assert control_client.call("POST", "/_mock/reset", body={}) is None


def test_a_query_parameter_that_is_none_is_left_out(control_client):
    """None asks for all, as if nobody had named it."""
    assert control_client.call("GET", "/_mock/requests", api_key=None, limit=None)["requests"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "/_mock/clock", {"advance_s": -1}, 400),
        ("PATCH", "/_mock/clock", {"advance_s": float("nan")}, 400),
        ("PATCH", "/_mock/clock", [], 400),
        ("GET", "/_mock/accounts/nobody", None, 404),
        ("GET", "/_mock/nothing", None, 404),
        ("POST", "/_mock/health", None, 405),
    ],
)
def test_a_refused_call_is_an_error_with_a_hint(control_client, method, path, body, status):
    """It says what is wrong, what to do, and the status."""
    with pytest.raises(EmulatorError) as caught:
        control_client.call(method, path, body=body)
    assert caught.value.message
    assert caught.value.hint
    assert caught.value.status == status


def test_both_planes_refuse_in_the_same_words(running):
    """It does not matter how the emulator is reached."""
    emulator, url = running
    told = []
    for control_client in (InProcessControlClient(emulator.in_process), HttpControlClient(url)):
        with pytest.raises(EmulatorError) as caught:
            control_client.call("PUT", "/_mock/accounts/k", body={"plan": "golden"})
        told.append((caught.value.message, caught.value.hint, caught.value.status))
    assert told[0] == told[1]


def test_in_process_nothing_waits(running):
    """A call that would wait for news is refused at once."""
    control_client = InProcessControlClient(running[0].in_process)
    with pytest.raises(EmulatorError, match="waits"):
        control_client.call("GET", "/_mock/requests", wait_s=1)


# Over HTTP


def test_where_nobody_listens_the_error_says_how_to_begin():
    """It names the URL and the command that starts a server."""
    [listener] = listen("127.0.0.1", 0)
    with closing(listener.socket):
        url = render_url(listener)
    with pytest.raises(EmulatorError, match=url) as caught:
        HttpControlClient(url).call("GET", "/_mock/health")
    assert "segmock serve" in caught.value.hint
    assert "rrno" not in caught.value.message


@pytest.mark.parametrize("url", ["localhost:8765", "127.0.0.1:8765", "http://", "http://a b"])
def test_what_is_no_url_is_an_error_with_a_hint(url):
    """A URL without its scheme is a likely slip."""
    with pytest.raises(EmulatorError, match="no segmock answers at") as caught:
        HttpControlClient(url).call("GET", "/_mock/health")
    assert "URL" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("localhost:8765", "http://localhost:8765"),
        ("nonsense", "http://nonsense"),
        ("", "http://127.0.0.1:8765"),
        ("http://", "http://127.0.0.1:8765"),
        ("ftp://localhost:8765", "http://127.0.0.1:8765"),
        ("http://localhost:8765/v1", "http://localhost:8765"),
        ("http://localhost:8765/v2/", "http://localhost:8765"),
    ],
)
def test_the_root_that_was_meant_is_told(url, meant):
    """Before anything is sent: a scheme that is missing, or the address that the SDK takes."""
    with pytest.raises(EmulatorError) as caught:
        HttpControlClient(url)
    assert caught.value.hint == f"give the URL of its root, like {meant}"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\n<html>",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n[]",
        b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n",
        b'HTTP/1.1 404 Not Found\r\ncontent-length: 15\r\n\r\n{"error": "no"}',
    ],
)
def test_what_is_no_segmock_is_an_error_with_a_hint(sent):
    """Whatever else listens there, the caller learns that it is the wrong address."""
    with answering(sent) as url, pytest.raises(EmulatorError, match="no segmock") as caught:
        HttpControlClient(url).call("GET", "/_mock/health")
    assert "segmock serve" in caught.value.hint


def test_a_slash_at_the_end_of_the_url_does_not_matter(running):
    """The root is the root, with and without it; nor does a space around it."""
    for url in (f"{running[1]}/", f" {running[1]}\n"):
        assert HttpControlClient(url).call("GET", "/_mock/health")["status"] == "ok"


def test_no_proxy_stands_between(running, monkeypatch):
    """A proxy of the environment is for the world outside."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert HttpControlClient(running[1]).call("GET", "/_mock/health")["status"] == "ok"


def test_an_admin_token_opens():
    """With it calls are answered, without it they are refused with what to send."""
    emulator = Emulator(clock="frozen")
    with serve_in_thread(
        emulator.protect_asgi("127.0.0.1", "sesame"), listen("127.0.0.1", 0)
    ) as server:
        assert (
            HttpControlClient(server.url, "sesame").call("GET", "/_mock/health")["status"] == "ok"
        )
        for token in (None, "wrong"):
            with pytest.raises(EmulatorError, match="token") as caught:
                HttpControlClient(server.url, token).call("GET", "/_mock/clock")
            assert caught.value.status == 401
            assert "Bearer" in caught.value.hint
