"""Small requests are answered as they are read, and all others go the way of ASGI.

That both ways say the same is shown in `test_protocol`, which feeds every connection to both.
"""

from __future__ import annotations

import asyncio
import socket
import ssl

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from mockserver import Emulator
from mockserver.base.bounds import SMALL_BODY_BYTES
from mockserver.base.wire import Disconnect, Pieces, Respond
from mockserver.edges.asgi import App
from mockserver.edges.certificates import Authority
from mockserver.edges.fast_protocol import FastProtocol
from mockserver.edges.listeners import listen
from mockserver.edges.send import PIECE_BYTES
from mockserver.edges.serve import serve_in_thread
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import KEY, PATIENCE_S
from mockserver.tests.edges.test_asgi import (
    CREDITS,
    LAST,
    SUBMIT,
    answers_in,
    client_of,
    head_of,
    plain_get,
    plain_post,
    raw,
)
from mockserver.tests.edges.test_protocol import (
    CHUNKED,
    OK,
    SLOW_S,
    Application,
    Heard,
    Step,
    speak_with,
)

BODY = b'{"prompt":"A paper boat in a puddle"}'


def speak(*steps: Step) -> tuple[Heard, list[str]]:
    """Feed a connection; return what is heard, and of which paths an application was told."""
    return speak_with(FastProtocol, *steps)


# Which requests


ORDINARY = {
    "GET": plain_get("/a?q=1"),
    "HEAD": head_of("HEAD", "/a", "Host: h"),
    "POST": plain_post("/a", BODY),
    "POST of nothing": plain_post("/a", b""),
    "PUT": plain_post("/a", BODY).replace(b"POST", b"PUT"),
    "OPTIONS": head_of("OPTIONS", "/a", "Host: h"),
    "GET with a body": plain_post("/a", BODY).replace(b"POST", b"GET"),
    "a client that says that it stays": plain_get("/a", "Connection: keep-alive"),
    "the largest of small bodies": plain_post("/a", b" " * SMALL_BODY_BYTES),
}
PICTURE = b'{"image":"data:image/png;base64,' + b"A" * 200 + b'"}'
OTHERS = {
    "a large body": plain_post("/a", b" " * (SMALL_BODY_BYTES + 1)),
    "a picture": plain_post("/a", PICTURE),
    "chunks": CHUNKED.replace(b" / ", b" /a ") + b"2\r\n{}\r\n0\r\n\r\n",
    "a client that asks first": plain_post("/a", BODY, "Expect: 100-continue"),
    "an offer": plain_get("/a", "Upgrade: h2c", "Connection: Upgrade"),
    "half an offer": plain_get("/a", "Upgrade: h2c"),
    "no host": head_of("GET", "/a", "Host:"),
    "a whole URL": head_of("GET", "http://h/a", "Host: h"),
    "a long target": plain_get("/a?" + "q" * 2000),
    "the control plane": plain_get("/_mock/health"),
    "a page": plain_get("/docs"),
    "a client that leaves": plain_get("/a", "Connection: close"),
    "HTTP/1.0": head_of("GET", "/a", "Host: h", version="1.0"),
    "HTTP/1.0, kept": head_of("GET", "/a", "Host: h", "Connection: keep-alive", version="1.0"),
}


@pytest.mark.parametrize("sent", ORDINARY.values(), ids=ORDINARY)
@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_a_small_request_is_answered_as_it_is_read(sent, size):
    """However it is cut, no application is told of it, and the connection stays."""
    heard, told = speak(*[sent[at : at + size] for at in range(0, len(sent), size)])
    assert (len(heard.seen), len(heard.answers), told) == (1, 1, [])
    assert (heard.ended_at, heard.waiting) == (None, 0)


@pytest.mark.parametrize("sent", OTHERS.values(), ids=OTHERS)
def test_any_other_request_goes_the_way_of_asgi(sent):
    """It is handled once, by the application."""
    heard, told = speak(sent)
    assert (len(heard.seen), len(told)) == (1, 1)
    assert [status for status, _, _ in heard.answers if status != 100] == [200]


def test_requests_behind_one_another_are_answered_in_turn():
    """Small ones as they are read, but only so many in a row; what is behind a slow one waits."""
    heard, told = speak(*[plain_get(f"/{n}") for n in range(40)])
    assert (len(heard.answers), told) == (40, [])
    heard, told = speak(b"".join(plain_get(f"/{n}") for n in range(40)))
    assert [seen.path for seen in heard.seen] == [f"/{n}" for n in range(40)]
    assert 0 < len(told) < 40
    heard, told = speak(plain_get("/a") + plain_get("/slow") + plain_get("/b"), SLOW_S)
    assert [seen.path for seen in heard.seen] == ["/a", "/slow", "/b"]
    assert (len(heard.answers), told) == (3, ["/slow", "/b"])


def test_a_request_is_answered_as_it_is_read_after_one_that_was_not():
    """Each request is looked at for itself."""
    heard, told = speak(CHUNKED + b"0\r\n\r\n", 0.1, plain_get("/b"), plain_get("/slow"), SLOW_S)
    assert (len(heard.answers), told) == (3, ["/", "/slow"])


def test_requests_that_differ_in_target_and_body_alone_are_read_without_a_parser(monkeypatch):
    """As those of a client that polls do; whatever else is different goes through the parser."""
    fed: list[bytes] = []
    feed = FastProtocol._feed

    def note(self, piece):
        fed.append(piece)
        feed(self, piece)

    monkeypatch.setattr(FastProtocol, "_feed", note)
    gets = [plain_get(f"/{n}?q={n}") for n in range(40)]
    posts = [plain_post(f"/{n}", b"%03d" % n) for n in range(40)]
    heard, told = speak(*gets, *posts, plain_post("/a", b"1234"), plain_get("/slow"))
    assert fed == [gets[0], posts[0], plain_post("/a", b"1234"), plain_get("/slow")]
    assert [seen.path for seen in heard.seen[:40]] == [f"/{n}" for n in range(40)]
    assert [seen.query for seen in heard.seen[:40]] == [b"q=%d" % n for n in range(40)]
    assert [seen.body for seen in heard.seen[40:80]] == [b"%03d" % n for n in range(40)]
    assert [seen.headers for seen in heard.seen[40:80]] == [heard.seen[40].headers] * 40
    assert (len(heard.answers), told) == (81, ["/slow"])


@pytest.mark.parametrize("outcome", [Disconnect("close"), Pieces(respond=Respond(200, OK, b""))])
def test_what_is_no_small_answer_to_a_repeated_request_is_delivered_too(monkeypatch, outcome):
    """With the method and the target of that request."""
    outcomes = iter([Respond(200, OK, b""), outcome, Respond(200, OK, b"")])
    monkeypatch.setattr(Application, "decide", lambda *_: next(outcomes))
    heard, told = speak(plain_get("/a"), plain_get("/b"), 1, plain_get("/c"))
    assert ([seen.path for seen in heard.seen], told) == (["/a", "/b", "/c"], ["/b"])
    assert len(heard.answers) == 3


def test_a_picture_in_a_repeated_request_is_left_to_the_application():
    """Bodies of one length need not be of one kind."""
    text = b'{"prompt":"' + b"a" * (len(PICTURE) - 13) + b'"}'
    heard, told = speak(*[plain_post("/a", body) for body in (text, text, PICTURE, text)])
    assert [seen.body for seen in heard.seen] == [text, text, PICTURE, text]
    assert told[0] == "/a"
    heard, told = speak(plain_post("/a", text), plain_post("/b", PICTURE), 1, plain_get("/c"))
    assert (len(heard.answers), told) == (3, ["/b"])


# What comes of them


def answered(monkeypatch, outcome, sent=b""):
    """Have the gateway decide something; return what is heard, and who delivers it."""
    monkeypatch.setattr(Application, "decide", lambda *_: outcome)
    return speak(sent or plain_get("/a"))


LARGE = b"x" * (PIECE_BYTES + 1)
LEFT_TO_ASGI = {
    "pieces": Pieces(respond=Respond(200, OK, b"")),
    "a cut": Disconnect("close"),
    "a large answer": Respond(200, ((b"content-length", b"%d" % len(LARGE)),), LARGE),
    "no length": Respond(204, (), b""),
    "a wrong length": Respond(200, OK, b"{}"),
    "two lengths": Respond(200, OK * 2, b""),
    "no number": Respond(200, ((b"content-length", b"?"),), b""),
    "chunks": Respond(200, ((b"transfer-encoding", b"chunked"),), b""),
    "a last answer": Respond(200, (*OK, (b"connection", b"close")), b""),
    "a bent name": Respond(200, (*OK, (b"a b", b"c")), b""),
    "a bent value": Respond(200, (*OK, (b"a", b"b\r\nc: d")), b""),
    "no status": Respond(99, OK, b""),
    "an unheard-of status": Respond(600, OK, b""),
    "nothing new": Respond(304, OK, b""),
}


@pytest.mark.parametrize("outcome", LEFT_TO_ASGI.values(), ids=LEFT_TO_ASGI)
def test_what_is_no_small_answer_is_delivered_by_the_application(outcome, monkeypatch):
    """It was decided once, and is handed over with the request."""
    heard, told = answered(monkeypatch, outcome)
    assert ([seen.path for seen in heard.seen], told) == (["/a"], ["/a"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_head_and_body_are_written_as_one(monkeypatch, method):
    """As uvicorn would write them, and to a HEAD the head alone."""
    headers = ((b"Content-Type", b"text/plain"), (b"content-length", b"2"))
    heard, told = answered(
        monkeypatch, Respond(422, headers, b"hi"), head_of(method, "/a", "Host: h")
    )
    body = b"" if method == "HEAD" else b"hi"
    head = STATUS_LINE[422] + b"content-type: text/plain\r\ncontent-length: 2\r\n\r\n"
    assert (heard.written, told) == ([head + body], [])


# Flow


def test_a_client_that_does_not_read_is_not_written_to():
    """While it reads nothing, answers wait as those of an application do."""
    heard, told = speak("pause_writing", plain_get("/a"), 10, "resume_writing", 1, plain_get("/b"))
    assert (len(heard.answers), told) == (2, ["/a"])
    heard, told = speak("pause_writing", plain_get("/a") * 3, 10)
    assert (heard.answers, heard.waiting, told) == ([], 1, ["/a"])


@pytest.mark.parametrize("before", [b"", plain_get("/b")])
def test_a_server_that_stops_waits_for_a_request_that_has_begun(before):
    """Its answer is the last one on the connection; one that is idle ends at once."""
    post = plain_post("/a", BODY)
    heard, told = speak(before + post[:-9], "shutdown", 7, post[-9:])
    assert (len(heard.answers), told, heard.ended_at) == (1 + bool(before), ["/a"], 7)
    assert heard.answers[-1][1]["connection"] == "close"
    assert heard.seen[-1].body == BODY
    assert speak(*filter(None, [before]), "shutdown")[0].ended_at == 0


def test_a_request_that_never_comes_to_its_end_leaves_nothing_behind():
    """Neither when its client leaves, nor when it is refused."""
    heard, told = speak(plain_post("/a", BODY)[:-1])
    assert (heard.seen, heard.answers, told) == ([], [], [])
    heard, told = speak(plain_post("/a", BODY)[:-1], 60)
    assert ([status for status, _, _ in heard.answers], told) == ([408], [])


# Over real sockets


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """The paths of which the application of an emulator was told."""
    paths: list[str] = []
    answer = App.__call__

    async def note(self, scope, receive, send):
        paths.append(scope["path"])
        await answer(self, scope, receive, send)

    monkeypatch.setattr(App, "__call__", note)
    return paths


def test_a_server_answers_small_requests_as_they_are_read(told):
    """The whole life of a job, without one task."""
    with Emulator(clock="auto").live() as server, client_of(server.url) as client:
        job = client.post(SUBMIT, json={"prompt": "A paper boat"}).json()
        while client.get(job["status_url"]).json()["status"] != "COMPLETED":
            pass
        assert client.get(CREDITS).status_code == 200
        assert told == []
        assert client.get("/_mock/health").status_code == 200
    assert told == ["/_mock/health"]


def test_over_tls_small_requests_are_answered_as_they_are_read(told):
    """It is the same protocol; a server that stops does not wait for a client that is idle."""
    authority = Authority()
    tls = authority.make_server_context(lambda _: True)
    trusting = ssl.create_default_context(cadata=authority.pem.decode())
    app = Emulator(clock="frozen").protect_asgi("127.0.0.1")
    with (
        serve_in_thread(app, listen("127.0.0.1", 0, tls)) as server,
        httpx.Client(base_url=server.url, verify=trusting, headers={"x-api-key": KEY}) as client,
    ):
        assert client.post(SUBMIT, json={"prompt": "A paper boat"}).status_code == 200
        assert client.get(CREDITS).status_code == 200
    assert told == []


def test_a_fault_of_delivery_strikes_once_and_the_next_call_is_answered():
    """What the gateway decided is carried out by the application, which does not ask again."""
    emulator = Emulator(clock="frozen")
    with emulator.live() as server:
        for does in ({"drip": {"bytes": 8, "every_s": 0.001}}, {"delay_s": 0.001}):
            with emulator.lock:
                emulator.control.faults.add(FaultRequest(does=does, times=1))
            answers = answers_in(raw(server.url, plain_get(CREDITS) + plain_get(CREDITS) + LAST))
            assert [status for status, _, _ in answers] == [200] * 3
    assert len(emulator.services.store.records[KEY].journal) == 6


def test_answers_to_a_client_that_reads_late_come_all_and_in_order():
    """More than a connection holds at a time: whoever does not read is not answered for ever."""
    count = 4000
    with Emulator(clock="frozen").live() as server:
        host, _, port = server.url.removeprefix("http://").rpartition(":")
        with socket.create_connection((host, int(port)), PATIENCE_S) as connection:
            received = asyncio.run(ask_and_read_late(connection, count))
    answers = answers_in(received)
    assert [status for status, _, _ in answers] == [404, 200] * (count // 2)


async def ask_and_read_late(connection: socket.socket, count: int) -> bytes:
    """Send many requests at once, and read only then."""
    connection.settimeout(0)
    loop = asyncio.get_running_loop()
    asked = (plain_get("/v2/requests/" + "0" * 32) + plain_get(CREDITS)) * (count // 2 - 1)
    last = plain_get("/v2/requests/" + "0" * 32) + LAST
    sending = loop.create_task(loop.sock_sendall(connection, asked + last))
    received = b""
    while piece := await loop.sock_recv(connection, 65536):
        received += piece
    await sending
    return received
