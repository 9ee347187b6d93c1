"""Following a running server."""

from contextlib import contextmanager

import httpx
import pytest

from mockserver.base.errors import EmulatorError
from mockserver.control.log_writers import LineWriter
from mockserver.edges.listeners import listen
from mockserver.edges.serve import serve_in_thread
from mockserver.emulator import Emulator
from mockserver.handles.control_client import HttpControlClient
from mockserver.handles.event_stream import EventStream
from mockserver.handles.journal_tail import JournalTail, find_start
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.control.conftest import CREDITS


@pytest.fixture
def server():
    """A server that starts without an exchange."""
    with Emulator(clock="frozen").live() as server:
        yield server


def follow(url, since=0, **fields):
    """Return what tells of a server, in lines."""
    client = HttpControlClient(url)
    wanted = {"api_key": fields.get("api_key")}
    stream = EventStream(client, since, **wanted)
    return JournalTail(client, stream, LineWriter(), since=since, **fields)


def get(url, path=CREDITS, key=KEY):
    """Ask for something."""
    return httpx.get(url + path, headers={"x-api-key": key})


def read(lines, count):
    """Return so many lines, without their times."""
    return [next(lines)[13:] for _ in range(count)]


def test_exchanges_are_told_as_they_come(server):
    """Those before, too, from a number on; others' are left out where a key is given."""
    get(server.url, f"{CREDITS}?1")
    get(server.url, f"{CREDITS}?2", OTHER_KEY)
    lines = follow(server.url, api_key=KEY).run(print)
    get(server.url, f"{CREDITS}?3")
    assert read(lines, 2) == [f"…cdef GET  {CREDITS}?{number} 200" for number in (1, 3)]


def test_rules_are_told_as_they_are_broken(server):
    """With the call that broke them; what was before the beginning is no news."""
    get(server.url, f"{CREDITS}?api_key={KEY}")
    lines = follow(server.url, since=1, judges=True).run(print)
    httpx.get(server.url + CREDITS)
    call, rule = read(lines, 2)
    assert call.startswith("-     GET  /v1/get-user-credits 401")
    assert rule.startswith("-     MUST no-key: Send the key")
    assert rule.endswith("(GET /v1/get-user-credits)")


def test_faults_are_told_with_what_they_do(server):
    """The server is asked for that."""
    httpx.post(f"{server.url}/_mock/faults", json={"do": {"status": 503, "body": "html"}})
    get(server.url)
    [line] = read(follow(server.url).run(print), 1)
    assert line.endswith("503 text/html [fault-1: status 503 html]")


def test_a_list_of_effects_is_named_by_its_rule(server):
    """Which of them has struck is not known."""
    httpx.post(f"{server.url}/_mock/faults", json={"do": [None, {"status": 503}]})
    for number in range(2):
        get(server.url, f"{CREDITS}?{number}")
    _, line = read(follow(server.url).run(print), 2)
    assert line.endswith("[fault-1]")


def test_repetitions_are_told_though_nothing_else_comes(server, monkeypatch):
    """After some seconds, so that one sees that it goes on."""
    monkeypatch.setattr("mockserver.handles.journal_tail.HOLD_S", 0.01)
    for _ in range(3):
        get(server.url)
    first, more = read(follow(server.url).run(print), 2)
    assert first.endswith("200")
    assert "more like it, until" in f"… {more}"


@contextmanager
def serve_on(port):
    """Serve on a port; port 0 takes any."""
    [(sock, _)] = listen("127.0.0.1", port)
    with Emulator(clock="frozen").live_on(sock) as server:
        yield server.url, sock.getsockname()[1]


def test_a_server_that_comes_back_is_followed_again():
    """It counts from one again; what was asked meanwhile is told, and so are its rules."""
    said = []
    with serve_on(0) as (url, port):
        get(url, "/before")
        httpx.get(url + CREDITS)
        lines = follow(url, judges=True).run(said.append)
        read(lines, 3)
    with serve_on(port) as (url, _):
        get(url, f"{CREDITS}?api_key={KEY}")
        call, rule = read(lines, 2)
    assert call.startswith("…cdef GET  /v1/get-user-credits")
    assert rule.startswith("…cdef MUST key-in-query: ")
    assert [words.split()[0] for words in said[:2]] == ["the", "connected"]


@pytest.mark.parametrize(
    ("last", "since", "start"), [(0, None, 3), (2, None, 1), (9, None, 0), (0, 2, 2)]
)
def test_it_begins_where_it_is_told_to(server, last, since, start):
    """Now, before the newest so many, or after a number."""
    for number in range(3):
        get(server.url, f"/{number}")
    assert find_start(HttpControlClient(server.url), last, since, {}) == start


def test_a_server_that_wants_a_token_refuses_to_be_read():
    """It says so, and is not tried again."""
    app = Emulator().protect_asgi("127.0.0.1", "secret")
    serving = serve_in_thread(app, listen("127.0.0.1", 0))
    with serving as server, pytest.raises(EmulatorError, match="token"):
        next(follow(server.url).run(print))
