"""One event is one POST: what comes back is read as far as its status, in 5 seconds at most."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread

import pytest

from mockserver.edges import webhook_post
from mockserver.edges.webhook_post import send
from mockserver.rules.webhooks import RunEvent, WebhookEvent
from mockserver.tests.conftest import PATIENCE_S

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


@contextmanager
def answering(*parts: bytes, every_s: float = 0.0) -> Iterator[str]:
    """Answer one request with these bytes, part by part; yield the URL."""
    is_over = Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def answer():
            connection, _ = server.accept()
            with closing(connection), suppress(OSError):  # the sender leaves once it knows
                read_request(connection)
                for part in parts:
                    connection.sendall(part)
                    if is_over.wait(every_s):
                        return

        thread = Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        is_over.set()
        thread.join(PATIENCE_S)


def read_request(connection):
    """Read a request to its end: to close a connection with something unread resets it."""
    with connection.makefile("rb") as stream:
        head = list(iter(stream.readline, b"\r\n"))
        length = next(line for line in head if line.lower().startswith(b"content-length:"))
        stream.read(int(length.partition(b":")[2]))


def event_for(url):
    """Return an event for a receiver."""
    return WebhookEvent(1, "id", url, RunEvent("GRAPH_RUN", "flow", "id", 0, "http://x/o", None))


@pytest.mark.fact("N6")
@pytest.mark.parametrize(
    "parts",
    [
        [ANSWER],
        [bytes([byte]) for byte in ANSWER],
        [b"HTTP/1.1 100 Continue\r\n\r\n", ANSWER],
        [b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + ANSWER],
        [b"HTTP/1.0 200 OK\r\nx: y\r\n\r\nbody"],
    ],
)
def test_a_success_is_a_delivery(parts):
    """However its bytes are cut, and whatever goes before it, a 2xx is a delivery."""
    with answering(*parts) as url:
        sent = send(event_for(url))
    assert (sent.outcome, sent.error) == ("DELIVERED", None)


@pytest.mark.fact("N6")
@pytest.mark.parametrize(
    "parts",
    [
        [b"\x00\xff secret garbage\r\n"],
        [b"220 secret ESMTP\r\n"],
        [b"HTTP/1.1 999 secret\r\n\r\n"],
        [b"secret" * 20_000],
        [],
    ],
)
def test_nothing_of_what_is_no_http_is_repeated(parts):
    """A service that speaks something else is a failure of which the log tells no more."""
    with answering(*parts) as url:
        sent = send(event_for(url))
    assert (sent.outcome, sent.status) == ("FAILED", None)
    assert "secret" not in sent.error


@pytest.mark.fact("N6")
def test_a_receiver_that_drips_is_given_up(monkeypatch):
    """The patience is for the whole of an answer, not for each of its bytes."""
    monkeypatch.setattr(webhook_post, "PATIENCE_S", 0.3)
    drips = [bytes([byte]) for byte in b"HTTP/1.1 2" + b"0" * 1_000]
    with answering(*drips, every_s=0.05) as url:
        assert send(event_for(url)) == ("FAILED", None, "timed out")
