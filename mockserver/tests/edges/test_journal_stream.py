"""Waiting for the journal's next exchange, and watching it as it grows."""

from threading import Event, Thread, Timer

import httpx
import msgspec
import pytest

from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, OTHER_KEY, PATIENCE_S, PROMPT


@pytest.fixture(scope="module")
def server():
    """A server that many tests of this file ask."""
    with Emulator(clock="frozen").live() as server:
        yield server


@pytest.fixture
def client(server):
    """A client of the control plane, on an emulator as it started."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as client:
        client.post("/_mock/reset")
        yield client


def events(lines):
    """Read server-sent events off a stream of lines: (event, id, data)."""
    fields = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield fields["event"], int(fields["id"]), msgspec.json.decode(fields["data"])
            fields = {}


def test_a_reader_of_the_journal_can_wait_for_news(server, client):
    """With `wait_s` the answer comes when there is an exchange to show, not before."""
    caller = Timer(0.1, httpx.get, [f"{server.url}/v1/get-user-credits"])
    caller.start()
    [exchange] = client.get("/_mock/requests", params={"since": 0, "wait_s": 30}).json()["requests"]
    caller.join()
    assert exchange["route"] == "credits"


@pytest.mark.parametrize("query", [{}, {"wait_s": 0.05}, {"api_key": KEY, "wait_s": 0.05}])
def test_a_reader_without_patience_is_answered_at_once(client, query):
    """Without `wait_s`, and when it is over, the answer may be empty."""
    assert client.get("/_mock/requests", params=query).json()["requests"] == []


def test_an_event_has_what_the_journal_has(server, client):
    """A hint about a model that is not there too."""
    httpx.post(f"{server.url}/v2/ideogram3", json=PROMPT, headers={"x-api-key": KEY})
    with client.stream("GET", "/_mock/events?since=0") as stream:
        _, _, event = next(events(stream.iter_lines()))
    assert [event] == client.get("/_mock/requests").json()["requests"]
    assert event["hint"].startswith("did you mean `ideogram-3`?")


def test_waiting_goes_on_while_only_others_call(server, client):
    """An exchange that the filter does not want is no news."""
    other = Timer(0.05, httpx.get, [f"{server.url}/v1/get-user-credits"])
    wanted = Timer(
        0.15, httpx.get, [f"{server.url}/v1/get-user-credits"], {"headers": {"x-api-key": KEY}}
    )
    other.start()
    wanted.start()
    asked = client.get("/_mock/requests", params={"api_key": KEY, "wait_s": 30}).json()
    other.join()
    wanted.join()
    assert [exchange["status"] for exchange in asked["requests"]] == [200]


def test_events_tell_what_was_and_what_comes(server, client):
    """The stream begins with what the journal holds and goes on with what happens."""
    key = {"x-api-key": KEY}
    client.get("/v1/get-user-credits", headers=key)
    with client.stream("GET", "/_mock/events") as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        told = events(stream.iter_lines())
        kind, first, exchange = next(told)
        assert (kind, exchange["route"], exchange["seq"]) == ("exchange", "credits", first)
        httpx.post(f"{server.url}/v2/ideogram-3", json=PROMPT, headers=key)
        _, second, exchange = next(told)
        assert (second, exchange["route"], exchange["status"]) == (first + 1, "submit", 200)


def test_events_can_be_narrowed(client):
    """A filter holds for a stream as it does for a list."""
    for key in (KEY, OTHER_KEY):
        client.post("/v2/ideogram-3", json=PROMPT, headers={"x-api-key": key})
        client.get("/v1/get-user-credits", headers={"x-api-key": key})
    wanted = {"api_key": OTHER_KEY, "route": "credits"}
    with client.stream("GET", "/_mock/events", params=wanted) as stream:
        _, _, exchange = next(events(stream.iter_lines()))
        assert (exchange["api_key"], exchange["route"]) == ("...3210", "credits")


@pytest.mark.parametrize("resume", ["since", "after", "last-event-id"])
def test_a_stream_goes_on_where_it_was_left(client, resume):
    """What was seen is not told twice, whichever way the reader says how far it has come."""
    for _ in range(2):
        client.get("/v1/get-user-credits", headers={"x-api-key": KEY})
    first, second = [
        exchange["seq"] for exchange in client.get("/_mock/requests").json()["requests"]
    ]
    where = {"headers" if "-" in resume else "params": {resume: str(first)}}
    with client.stream("GET", "/_mock/events", **where) as stream:
        _, number, _ = next(events(stream.iter_lines()))
    assert number == second


def test_a_stream_goes_on_over_a_reset(server, client):
    """Numbers never start again: who watches, or comes back, misses nothing that is new."""
    key = {"x-api-key": KEY}
    client.get("/v1/get-user-credits", headers=key)
    with client.stream("GET", "/_mock/events") as stream:
        told = events(stream.iter_lines())
        _, before, _ = next(told)
        for scope in ({}, {"api_key": KEY}):
            httpx.post(f"{server.url}/_mock/reset", json=scope)
            httpx.get(f"{server.url}/v1/get-user-credits", headers=key)
            _, number, _ = next(told)
            assert number > before
    with client.stream("GET", "/_mock/events", headers={"last-event-id": f"{before}"}) as stream:
        assert next(events(stream.iter_lines()))[1] == number


@pytest.mark.parametrize(
    "last", ["1" * 5000, "\u0661", "-1", "1.0", "0x1", "nan", "9" * 18, "", "a"]
)
def test_a_last_event_that_never_was_begins_with_the_oldest(client, last):
    """What is no number of an exchange of ours, or of a server before, is as good as none."""
    client.get("/v1/get-user-credits", headers={"x-api-key": KEY})
    headers = [(b"last-event-id", last.encode())]
    with client.stream("GET", "/_mock/events", headers=headers) as stream:
        assert stream.status_code == 200
        assert next(events(stream.iter_lines()))[2]["route"] == "credits"


def test_events_refuse_a_filter_that_cannot_be(client):
    """The stream does not begin; the answer says why."""
    refused = client.get("/_mock/events", params={"since": "yesterday"})
    assert refused.status_code == 400
    assert "since" in refused.json()["error"]


def test_other_verbs_are_refused(client):
    """Events can only be read."""
    assert client.post("/_mock/events").status_code == 405
    assert client.head("/_mock/events").headers["content-type"] == "text/event-stream"


def test_the_server_stops_though_somebody_is_watching():
    """Readers who wait are sent home, whole, when the server is about to stop."""
    told, began = [], Event()

    def watch():
        with httpx.stream("GET", f"{server.url}/_mock/events", timeout=PATIENCE_S) as stream:
            began.set()
            told.extend(stream.iter_lines())

    def wait():
        told.append(httpx.get(f"{server.url}/_mock/requests?wait_s=50", timeout=PATIENCE_S).json())

    readers = [Thread(target=watch), Thread(target=wait)]
    with Emulator().live() as server:
        for reader in readers:
            reader.start()
        assert began.wait(PATIENCE_S)
        httpx.get(f"{server.url}/_mock/requests?wait_s=0.1")
    for reader in readers:
        reader.join(PATIENCE_S)
        assert not reader.is_alive()
    empty = {"requests": [], "dropped": 0, "next": None, "newest": 0}
    assert told in ([": segmock", "", empty], [empty, ": segmock", ""])


def test_a_silent_stream_still_shows_that_it_lives(monkeypatch):
    """A comment now and then keeps proxies and impatient clients from giving up."""
    monkeypatch.setattr("mockserver.edges.journal_stream._COMMENT_EVERY_S", 0.05)
    with (
        Emulator().live() as server,
        httpx.stream("GET", f"{server.url}/_mock/events", timeout=PATIENCE_S) as stream,
    ):
        lines = stream.iter_lines()
        assert [next(lines) for _ in range(5)] == [": segmock", "", ": segmock", "", ": segmock"]


def test_a_stream_shows_that_it_lives_though_others_call_all_the_time(monkeypatch):
    """Its time runs from what it has said itself, not from what anybody has asked."""
    monkeypatch.setattr("mockserver.edges.journal_stream._COMMENT_EVERY_S", 0.05)
    is_over = Event()

    def call():
        with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as other:
            while not is_over.is_set():
                other.get("/v1/get-user-credits", headers={"x-api-key": OTHER_KEY})

    with Emulator().live() as server:
        caller = Thread(target=call)
        caller.start()
        url = f"{server.url}/_mock/events?api_key={KEY}"
        with httpx.stream("GET", url, timeout=PATIENCE_S) as stream:
            lines = stream.iter_lines()
            assert [next(lines) for _ in range(7)] == [": segmock", ""] * 3 + [": segmock"]
        is_over.set()
        caller.join()
