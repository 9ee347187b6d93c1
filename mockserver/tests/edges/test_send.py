"""How a struck answer goes over a real socket: pieces, cuts, resets, and delays."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockserver.base.json_encoding import encode
from mockserver.base.wire import Pieces, Respond
from mockserver.control.pages import ListFilter
from mockserver.edges import realtime
from mockserver.edges.send import deliver, send_whole
from mockserver.emulator import Emulator
from mockserver.rules.faults import FaultRequest, On
from mockserver.state.changes import MakeAccount, MoveClock
from mockserver.tests.conftest import KEY, PATIENCE_S, PROMPT
from mockserver.tests.edges.test_asgi import (
    CREDITS,
    LAST,
    SUBMIT,
    answers_in,
    ask_app,
    client_of,
    head_of,
    plain_get,
    plain_post,
    raw,
)

BODY = b'{"prompt":"A paper boat in a puddle"}'
DRIP = {"drip": {"bytes": 8, "every_s": 0.01}}


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_000])
def test_a_large_answer_is_handed_over_in_pieces(size):
    """Who reads nothing has no more than a piece kept for it; a small answer is one message."""
    body, sent = bytes(range(256)) * (size // 256 + 1), []

    async def send(message):
        sent.append(message)

    asyncio.run(send_whole(Respond(200, (), body[:size]), {"method": "GET"}, send))
    pieces = [message["body"] for message in sent[1:]]
    assert b"".join(pieces) == body[:size]
    assert max(map(len, pieces)) <= 65_536
    assert len(pieces) == max(1, -(-size // 65_536))
    assert [message for message in sent[1:] if not message.get("more_body")] == sent[-1:]


def test_what_comes_before_a_pause_has_been_sent_by_then(monkeypatch):
    """The head is on its way while its body waits, and each piece while the next one does."""
    happened = []

    async def send(message):
        happened.append(message.get("body", message["type"]))

    async def pause(_receive, seconds):
        happened.append(seconds)

    monkeypatch.setattr(realtime, "left_within_s", pause)
    respond = Respond(200, (), b"abcde")
    pieces = Pieces(respond=respond, piece_bytes=3, first_after_s=2.0, every_s=1.0)
    asyncio.run(deliver(pieces, {"method": "GET"}, None, send))
    assert happened == ["http.response.start", 2.0, b"abc", 1.0, b"de", b""]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Emulator, str]]:
    """An emulator whose clock is frozen, on a real socket."""
    emulator = Emulator(clock="frozen")
    with emulator.live() as server:
        yield emulator, server.url


@pytest.fixture
def emulator(shared) -> Emulator:
    """The emulator, as it was when it started, with an account."""
    shared[0].services.store.reset()
    shared[0].services.faults.clear()
    shared[0].services.store.commit(KEY, (MakeAccount(),), 0)
    return shared[0]


@pytest.fixture
def url(emulator, shared) -> str:
    """The root of the server."""
    assert emulator is shared[0]
    return shared[1]


def arm(emulator: Emulator, does: Any, route: str = "*", **fields: Any) -> None:
    """Arm a fault that strikes once."""
    wanted = FaultRequest(does=does, on=On(route=route), times=1, **fields)
    with emulator.lock:
        emulator.control.faults.add(wanted)


def connected(url: str) -> socket.socket:
    """Return a connection to the server."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_S)


def pieces_of(url: str, sent: bytes) -> list[bytes]:
    """Send bytes on a connection of their own; return each piece that comes until its end."""
    with connected(url) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(sent)
        return list(iter(lambda: connection.recv(65536), b""))


def journal(emulator: Emulator) -> list[tuple[str, int | None, str]]:
    """Return route, status and delivery of every exchange of the account."""
    with emulator.lock:
        exchanges = list(emulator.services.store.records[KEY].journal)
    return [(exchange.route, exchange.status, exchange.delivery) for exchange in exchanges]


def journal_with(emulator: Emulator, url: str) -> list[tuple[str, int | None, str]]:
    """Wait until the journal has an exchange, and return it."""
    asked = {"wait_s": PATIENCE_S, "api_key": KEY}
    with client_of(url) as client:
        assert client.get("/_mock/requests", params=asked).json()["requests"]
    return journal(emulator)


def expect_the_next_call_to_work(url: str) -> None:
    """Check that a new connection gets an answer."""
    [(status, _, _)] = answers_in(raw(url, LAST))
    assert status == 200


# Cuts


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reset_is_a_reset(emulator, url, when):
    """The client's read fails with ECONNRESET: the connection was not closed in an orderly way."""
    arm(emulator, {"reset": True}, when=when)
    with connected(url) as connection:
        connection.sendall(plain_get(CREDITS))
        with pytest.raises(ConnectionResetError) as caught:
            connection.recv(1)
    assert caught.value.errno == errno.ECONNRESET
    assert journal(emulator) == [("credits", None, "lost")]
    expect_the_next_call_to_work(url)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_close_ends_the_connection_without_a_byte(emulator, url, when):
    """The client reads the end of the stream where an answer should be."""
    arm(emulator, {"close": True}, when=when)
    assert pieces_of(url, plain_get(CREDITS)) == []
    assert journal(emulator) == [("credits", None, "lost")]
    expect_the_next_call_to_work(url)


@pytest.mark.parametrize("effect", ["reset", "close"])
@pytest.mark.parametrize(("when", "jobs"), [("before", 0), ("after", 1)])
def test_a_client_library_sees_a_cut_and_cannot_know_what_was_done(
    emulator, url, effect, when, jobs
):
    """The same error comes on both sides of the commit; only the jobs tell them apart."""
    arm(emulator, {effect: True}, "submit", when=when)
    expected = httpx.ReadError if effect == "reset" else httpx.RemoteProtocolError
    with client_of(url) as client:
        with pytest.raises(expected):
            client.post(SUBMIT, content=BODY, headers={"content-type": "application/json"})
        assert client.get(CREDITS).status_code == 200
    with emulator.lock:
        assert len(emulator.control.jobs.list(ListFilter(api_key=KEY))["jobs"]) == jobs


def test_a_cut_comes_on_a_connection_that_was_kept_alive(emulator, url):
    """The first answer on the connection is whole, the second never comes."""
    arm(emulator, {"close": True}, "submit")
    received = raw(url, plain_get(CREDITS) + plain_post(SUBMIT, BODY))
    assert [status for status, _, _ in answers_in(received)] == [200]


@pytest.mark.parametrize("sent", [0, 10, 10**6])
def test_a_truncated_answer_announces_more_than_comes(emulator, url, sent):
    """Content-Length is that of the whole body, and the connection ends before."""
    [(_, _, whole)] = answers_in(raw(url, LAST))
    arm(emulator, {"truncate_bytes": sent}, "credits")
    [(status, headers, body)] = answers_in(raw(url, plain_get(CREDITS)))
    assert status == 200
    assert headers["content-length"] == str(len(whole))
    assert body == whole[: min(sent, len(whole) - 1)]
    assert journal(emulator)[-1] == ("credits", 200, "damaged")
    expect_the_next_call_to_work(url)


def test_a_client_library_notices_a_truncated_answer(emulator, url):
    """It is an error of the protocol, not a short body."""
    arm(emulator, {"truncate_bytes": 5}, "credits")
    with client_of(url) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(CREDITS)
        assert client.get(CREDITS).status_code == 200


# Pace


def test_a_drip_comes_in_pieces(emulator, url):
    """The body is whole, and more than one read was needed for it."""
    [(_, _, whole)] = answers_in(raw(url, LAST))
    arm(emulator, DRIP, "credits")
    pieces = pieces_of(url, LAST)
    [(status, headers, body)] = answers_in(b"".join(pieces))
    assert (status, body) == (200, whole)
    assert headers["content-length"] == str(len(whole))
    assert len(pieces) > 1
    assert journal(emulator)[-1] == ("credits", 200, "intact")


def test_a_connection_outlives_a_drip(emulator, url):
    """After the last piece the next request on the same connection is answered."""
    arm(emulator, DRIP, "credits")
    answers = answers_in(raw(url, plain_get(CREDITS) + LAST))
    assert [status for status, _, _ in answers] == [200, 200]
    assert answers[0][2] == answers[1][2]


def test_a_client_that_leaves_during_a_drip_disturbs_nobody(emulator, url):
    """The rest is not sent, and the server goes on."""
    arm(emulator, {"drip": {"bytes": 1, "every_s": 0.05}}, "credits")
    with connected(url) as connection:
        connection.sendall(plain_get(CREDITS))
        assert connection.recv(1)
    expect_the_next_call_to_work(url)


@pytest.mark.parametrize(("when", "jobs"), [("before", 0), ("after", 1)])
def test_a_delay_trips_a_short_timeout(emulator, url, when, jobs):
    """The client gives up; the journal says that the answer is lost, the jobs what was done."""
    arm(emulator, {"delay_s": 60}, "submit", when=when)
    json_type = {"content-type": "application/json"}
    with client_of(url) as client, pytest.raises(httpx.ReadTimeout):
        client.post(SUBMIT, content=BODY, headers=json_type, timeout=0.05)
    assert journal_with(emulator, url) == [("submit", None, "lost")]
    with emulator.lock:
        assert len(emulator.control.jobs.list(ListFilter(api_key=KEY))["jobs"]) == jobs
    expect_the_next_call_to_work(url)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_patient_client_has_its_answer_after_a_delay(emulator, url, when):
    """The wait is real, and the answer is whole."""
    arm(emulator, {"delay_s": 0.03}, "credits", when=when)
    with client_of(url) as client:
        answer = client.get(CREDITS)
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.03
    assert journal(emulator) == [("credits", 200, "intact")]


def test_one_delayed_client_does_not_hold_up_another(emulator, url):
    """While one waits, the next is answered."""
    arm(emulator, {"delay_s": 60}, "credits")
    with connected(url) as delayed, client_of(url) as client:
        delayed.sendall(plain_get(CREDITS))
        shown = (client.get("/_mock/faults").json()["faults"][0] for _ in range(1000))
        assert any(fault["spent"] for fault in shown)
        expect_the_next_call_to_work(url)


# Changed answers


@pytest.mark.parametrize(
    "does",
    [
        {"status": 503, "body": "empty"},
        {"status": 502},
        {"malformed": True},
        {"extra_fields": {"region": "eu"}},
        {"drop_fields": ["credits"]},
    ],
)
def test_a_changed_answer_leaves_the_connection_usable(emulator, url, does):
    """Its length is honest, so that the next answer begins where it should."""
    arm(emulator, does, "credits")
    answers = answers_in(raw(url, plain_get(CREDITS) + LAST))
    assert len(answers) == 2
    assert answers[1][0] == 200
    assert set(answers[1][1]) >= {"content-length", "date", "content-type"}


@pytest.mark.parametrize("does", [None, DRIP, {"delay_s": 0.01}, {"status": 503}])
def test_a_head_of_an_output_has_no_body(emulator, url, does):
    """With and without a fault a HEAD is answered by headers alone, and the next call works."""
    with client_of(url) as client:
        submitted = client.post(SUBMIT, json={"prompt": "A paper boat"}).json()
        emulator.services.store.commit(KEY, (MoveClock(60_000_000),), 0)
        output = client.get(submitted["response_url"]).json()["output"].removeprefix(url)
    if does is not None:
        arm(emulator, fast(does), "output")
    head = head_of("HEAD", output, "Host: h")
    received = raw(url, head + LAST)
    first, _, rest = received.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 503" if does and "status" in does else b"HTTP/1.1 200")
    [(status, _, _)] = answers_in(rest)
    assert status == 200


def fast(does: dict[str, Any]) -> dict[str, Any]:
    """Let an image drip in few pieces."""
    return {"drip": {"bytes": 10**6, "every_s": 0.01}} if "drip" in does else does


# In process


@pytest.mark.parametrize("does", [{"reset": True}, {"close": True}, {"truncate_bytes": 3}])
def test_in_process_a_cut_is_a_connection_error(emulator, does):
    """There is no connection to cut, so that the caller gets the error of one that was."""
    arm(emulator, does, "credits")
    with pytest.raises(ConnectionError, match="the emulator was told to"):
        ask_app(emulator, "GET", f"http://h{CREDITS}", headers={"x-api-key": KEY})


@pytest.mark.parametrize("does", [DRIP, {"delay_s": 0.01}, {"extra_fields": {"region": "eu"}}])
def test_in_process_everything_else_is_as_over_a_socket(emulator, does):
    """Pace and content need no connection."""
    arm(emulator, does, "credits")
    answer = ask_app(emulator, "GET", f"http://h{CREDITS}", headers={"x-api-key": KEY})
    assert answer.status_code == 200
    assert answer.json()["credits"] == 100


UPGRADES = [
    ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
    ("UPGRADE: websocket", "connection: upgrade"),
]


@pytest.mark.parametrize("lines", UPGRADES, ids=["h2c", "websocket"])
def test_a_client_that_would_rather_speak_something_else_is_answered_all_the_same(lines):
    """Java and curl offer HTTP/2 with the first request, its body included: it is not lost."""
    body = encode(PROMPT | {"negative_prompt": "\r\nUpgrade: no"})
    head = [
        "POST /v2/ideogram-3 HTTP/1.1",
        "host: x",
        f"x-api-key: {KEY}",
        "content-type: application/json",
        *lines,
        f"content-length: {len(body)}",
    ]
    request = "\r\n".join(head).encode() + b"\r\n\r\n" + body
    with Emulator().live() as server:
        host, _, port = server.url.removeprefix("http://").rpartition(":")
        for pieces in ([request], [request[:-20], request[-20:]]):
            with socket.create_connection((host, int(port)), PATIENCE_S) as connection:
                for piece in pieces:
                    connection.sendall(piece)
                answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200"), answer
        account = httpx.get(f"{server.url}/_mock/jobs").json()["jobs"]
    assert [job["params"]["negative_prompt"] for job in account] == ["\r\nUpgrade: no"] * 2
