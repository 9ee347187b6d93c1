"""Events are delivered to this machine, for real, and what became of them is logged."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from mockserver.control.clock import ClockChange
from mockserver.control.control import ResetScope
from mockserver.edges import webhook_post, webhook_sender
from mockserver.edges.realtime import read_monotonic_s
from mockserver.edges.webhook_post import Sent
from mockserver.state.memory_store import SWEEP_EVERY
from mockserver.tests.conftest import KEY, OTHER_KEY, Client
from mockserver.tests.processes import environment
from mockserver.tests.receivers import PATIENCE_S, receiving

EVENTS = ["NODE_RUN", "GRAPH_RUN"]
FLOW = "/workflows/flow"


class LockedClient(Client):
    """A client that holds the lock for whatever it does, as every edge does."""

    def advance(self, seconds, key=None):
        """Move a clock."""
        with self.emulator.lock:
            return super().advance(seconds, key)


def hook(client, url, types=EVENTS, **options):
    """Add a webhook; return its id."""
    body = {"webhook_url": url, "event": {"types": types}}
    return client.post("/webhook/add", body, **options).json["webhook_id"]


def logs(client, webhook_id, count):
    """Return the log once it has so many lines."""
    until_s = read_monotonic_s() + PATIENCE_S
    while read_monotonic_s() < until_s:
        lines = client.get(f"/webhook/dispatch-logs?webhook_id={webhook_id}").json["logs"]
        if len(lines) >= count:
            return lines
        threading.Event().wait(0.005)
    raise AssertionError(f"there are {len(lines)} lines")


def idle():
    """Wait until no delivering thread is left."""
    for thread in threading.enumerate():
        if thread.name == "segmock-webhooks":
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


@pytest.fixture
def client() -> LockedClient:
    """A client whose clock is frozen."""
    return LockedClient()


@pytest.mark.fact("N5", "N6")
def test_a_frozen_clocks_events_come_when_it_is_moved(client):
    """Nothing comes before the clock passes the end; then both events, and the log says so."""
    with receiving() as receiver:
        webhook_id = hook(client, f"{receiver.url}/hook?a=b")
        run = client.post(FLOW, {"prompt": "A kite"}).json
        assert receiver.is_silent()
        client.advance(60)
        for event in EVENTS:
            path, headers, body = receiver.next()
            assert (path, headers["content-type"]) == ("/hook?a=b", "application/json")
            assert (body["event"], body["request_id"]) == (event, run["request_id"])
        lines = logs(client, webhook_id, 2)
    assert [line["event"] for line in lines] == EVENTS
    for line in lines:
        assert (line["outcome"], line["status"], line["error"]) == ("DELIVERED", 200, None)
        assert (line["attempt"], line["request_id"]) == (1, run["request_id"])
        assert line["at"] == "2026-01-01T00:00:00.750000Z"
        assert line["latency_ms"] > 0
    idle()


@pytest.mark.fact("N6")
def test_an_auto_clocks_events_come_with_the_poll_that_passes_the_end():
    """The poll that sees PROCESSING moves the clock to the end, and the event falls due."""
    client = LockedClient(clock="auto")
    with receiving() as receiver:
        hook(client, receiver.url, ["GRAPH_RUN"])
        poll = client.post(FLOW, {}).json["poll_url"]
        client.get(poll)
        assert receiver.is_silent()
        client.get(poll)
        assert receiver.next()[2]["status"] == "COMPLETED"


@pytest.mark.fact("N6")
def test_a_running_clocks_events_come_without_anybody_asking():
    """On a clock that runs the end comes by itself, and so does the event."""
    client = LockedClient(clock="x60")
    with receiving() as receiver:
        hook(client, receiver.url, ["GRAPH_RUN"])
        begun_s = read_monotonic_s()
        client.post(FLOW, {"prompt": "mock:slow=18"})
        assert receiver.next()[2]["event"] == "GRAPH_RUN"
        assert read_monotonic_s() - begun_s >= 18 / 60
    idle()


@pytest.mark.fact("N6")
def test_a_clock_that_begins_to_run_is_noticed(client):
    """Runs that were submitted on a clock that stood end once it runs."""
    with receiving() as receiver:
        hook(client, receiver.url, ["GRAPH_RUN"])
        client.post(FLOW, {})
        with client.emulator.lock:
            client.control.clock.change(ClockChange(mode="x60"))
        assert receiver.next()[2]["event"] == "GRAPH_RUN"
    idle()


@pytest.mark.fact("N6")
@pytest.mark.parametrize("name", ["x.localhost", "LOCALHOST.", "127.1"])
def test_a_receiver_may_be_named_in_any_way_that_is_this_machine(client, name):
    """No name server is asked where a name under localhost leads, and Host is as in the URL."""
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", name)
        webhook_id = hook(client, url, ["GRAPH_RUN"])
        client.post(FLOW, {})
        client.advance(60)
        [line] = logs(client, webhook_id, 1)
        assert receiver.next()[1]["host"] == url.removeprefix("http://").partition("/")[0]
    assert line["outcome"] == "DELIVERED"


@pytest.mark.fact("N6")
@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_no_success_is_a_failure(client, status):
    """There is one attempt, and no redirect is followed."""
    with receiving(status, location="/elsewhere") as receiver:
        webhook_id = hook(client, receiver.url, ["GRAPH_RUN"])
        client.post(FLOW, {})
        client.advance(60)
        [line] = logs(client, webhook_id, 1)
        assert receiver.next()[0] == "/"
        assert receiver.is_silent()
    assert (line["outcome"], line["status"]) == ("FAILED", status)
    assert str(status) in line["error"]


@pytest.mark.fact("N6")
def test_a_receiver_that_is_not_there_is_a_failure(client):
    """A refused connection, and one that is no HTTP or no TLS, are logged with their reason."""
    with receiving() as receiver:
        pass
    ids = [hook(client, receiver.url), hook(client, receiver.url.replace("http", "https"))]
    client.post(FLOW, {})
    client.advance(60)
    for webhook_id in ids:
        for line in logs(client, webhook_id, 2):
            assert (line["outcome"], line["status"]) == ("FAILED", None)
            assert line["error"]


@pytest.mark.fact("N6")
@pytest.mark.parametrize(
    "url", ["https://example.com/hook", "http://10.0.0.1/", "http://0.0.0.0/", "http://[::2]/"]
)
def test_nothing_leaves_the_machine(client, url):
    """A receiver elsewhere is not called, and the log says why."""
    webhook_id = hook(client, url, ["GRAPH_RUN"])
    client.post(FLOW, {})
    client.advance(60)
    [line] = logs(client, webhook_id, 1)
    assert (line["outcome"], line["status"]) == ("REFUSED", None)
    assert "not this machine" in line["error"]


@pytest.mark.fact("N6")
def test_a_receiver_that_hangs_holds_up_its_own_account_alone(client, monkeypatch):
    """While one account's receiver says nothing, another's events are delivered."""
    monkeypatch.setattr(webhook_post, "PATIENCE_S", 1.5)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, receiving() as receiver:
        stuck = hook(client, f"http://127.0.0.1:{silent.getsockname()[1]}/", ["GRAPH_RUN"])
        hook(client, receiver.url, ["GRAPH_RUN"], key=OTHER_KEY)
        for key in (KEY, OTHER_KEY):
            client.post(FLOW, {}, key=key)
        client.advance(60)
        assert receiver.next()[2]["status"] == "COMPLETED"
        assert logs(client, stuck, 0) == []
        [line] = logs(client, stuck, 1)
        assert (line["outcome"], line["error"]) == ("FAILED", "timed out")
        assert line["latency_ms"] >= 1000
    idle()


def test_a_reset_forgets_what_was_due():
    """What would have come after a reset does not come."""
    client = LockedClient(clock="x60")
    with receiving() as receiver:
        for scope in (ResetScope(api_key=KEY), ResetScope()):
            hook(client, receiver.url)
            client.post(FLOW, {"prompt": "mock:slow=6"})
            with client.emulator.lock:
                client.control.reset(scope)
        assert receiver.is_silent(0.3)
    idle()


def test_no_thread_is_there_without_need(client):
    """Without webhooks, and while nothing is due, nobody waits."""
    client.post(FLOW, {})
    hook(client, "http://127.0.0.1:9/")
    idle()
    assert "segmock-webhooks" not in {thread.name for thread in threading.enumerate()}


def test_a_process_may_end_while_something_is_still_to_come():
    """An interpreter that ends in the middle says nothing about threads."""
    program = """
from mockserver.tests.edges.test_webhook_sender import FLOW, LockedClient, hook
client = LockedClient(clock="real")
hook(client, "http://127.0.0.1:9/")
client.post(FLOW, {"prompt": "mock:slow=1000"})
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 3,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


# --- Many receivers, few threads -----------------------------------------------------------


class Post:
    """Takes the place of sending: notes who is served, and hangs where the URL says so."""

    def __init__(self, monkeypatch):
        self.gate = threading.Event()
        self.guard = threading.Lock()
        self.under_way: list[str] = []
        self.most = 0
        self.done: list[tuple[str, str]] = []
        self.is_wrong = False
        monkeypatch.setattr(webhook_sender, "send", self)

    def __call__(self, event, _connect):
        """Send an event, or hang until the gate opens."""
        with self.guard:
            self.is_wrong |= event.url in self.under_way
            self.under_way.append(event.url)
            self.most = max(self.most, len(self.under_way))
        if "hang" in event.url:
            assert self.gate.wait(PATIENCE_S)
        with self.guard:
            self.under_way.remove(event.url)
            self.done.append((event.url, event.event.name))
        return Sent("DELIVERED", 200)

    def count(self, url):
        """Return how many events a receiver has got."""
        return [each for each, _ in self.done].count(url)

    def wait_until(self, condition):
        """Wait for something to become true."""
        until_s = read_monotonic_s() + PATIENCE_S
        while not condition():
            assert read_monotonic_s() < until_s
            threading.Event().wait(0.002)


def run_for(client, keys, word):
    """Register a webhook for each key, whose URL has this word in it, and have a run end."""
    for key in keys:
        if key not in client.store.accounts:
            hook(client, f"http://127.0.0.1/{word}/{key}", key=key)
        client.post(FLOW, {}, key=key)
        client.advance(60, key)


def test_however_many_receivers_hang_there_are_few_threads_and_no_event_is_lost(
    client, monkeypatch
):
    """Of 40 accounts at most 8 are served at a time, each in its order, one event at a time."""
    post, keys = Post(monkeypatch), [f"hang-{ordinal}" for ordinal in range(40)]
    run_for(client, keys, "hang")
    post.wait_until(lambda: len(post.under_way) == webhook_sender.MAX_WORKERS)
    assert threads_that_deliver() <= webhook_sender.MAX_WORKERS
    post.gate.set()
    post.wait_until(lambda: len(post.done) == 2 * len(keys))
    assert post.most == webhook_sender.MAX_WORKERS
    assert not post.is_wrong
    for key in keys:
        url = f"http://127.0.0.1/hang/{key}"
        assert [event for each, event in post.done if each == url] == EVENTS
    idle()


def threads_that_deliver():
    """Return how many threads deliver now."""
    return sum(thread.name == "segmock-webhooks" for thread in threading.enumerate())


def test_receivers_known_to_be_slow_leave_room_for_others(client, monkeypatch):
    """However many of them hang, an account whose receiver answers is served at once."""
    post, keys = Post(monkeypatch), [f"hang-{ordinal}" for ordinal in range(20)]
    monkeypatch.setattr(webhook_sender, "SLOW_S", 0)
    post.gate.set()
    run_for(client, keys, "hang")
    post.wait_until(lambda: len(post.done) == 2 * len(keys))
    idle()
    assert all(client.store.is_slow(key) for key in keys)
    post.gate.clear()
    run_for(client, keys, "hang")
    post.wait_until(lambda: len(post.under_way) == webhook_sender.MAX_SLOW_WORKERS)
    monkeypatch.setattr(webhook_sender, "SLOW_S", PATIENCE_S)
    run_for(client, ["quick"], "quick")
    post.wait_until(
        lambda: [url for url, _ in post.done].count("http://127.0.0.1/quick/quick") == 2
    )
    assert len(post.under_way) == webhook_sender.MAX_SLOW_WORKERS
    post.gate.set()
    post.wait_until(lambda: len(post.done) == 4 * len(keys) + 2)
    assert not any(client.store.is_slow(key) for key in keys)
    idle()


@pytest.mark.parametrize("who", ["another account", "any call"])
def test_where_no_thread_can_start_delivery_resumes_later(client, monkeypatch, who):
    """The webhook is registered all the same, and its events come once threads can start again."""

    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    post = Post(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert hook(client, "http://127.0.0.1/quick")
        client.post(FLOW, {})
        client.advance(60)
    assert post.done == []
    if who == "another account":
        hook(client, "http://127.0.0.1/other", key=OTHER_KEY)
        run_for(client, [OTHER_KEY], "other")
    for _ in range(SWEEP_EVERY if who == "any call" else 0):
        client.get("/v1/get-user-credits")
    post.wait_until(lambda: post.count("http://127.0.0.1/quick") == 2)
    idle()


def test_what_is_queued_when_its_world_ends_is_not_sent(client, monkeypatch):
    """An event under way is finished; those behind it end with the world."""
    post = Post(monkeypatch)
    run_for(client, [KEY], "hang")
    post.wait_until(lambda: post.under_way)
    with client.emulator.lock:
        client.control.reset(ResetScope(api_key=KEY))
    post.gate.set()
    idle()
    assert [event for _, event in post.done] == EVENTS[:1]


@pytest.mark.fact("N6")
@pytest.mark.parametrize(
    ("wanted", "host", "outcome"),
    [
        ("auto", "127.0.0.1", "DELIVERED"),
        ("auto", "0.0.0.0", "REFUSED"),
        ("auto", "192.0.2.1", "REFUSED"),
        ("on", "0.0.0.0", "DELIVERED"),
        ("off", "127.0.0.1", "REFUSED"),
    ],
)
def test_a_server_that_others_can_reach_is_no_probe_of_this_machine(
    monkeypatch, wanted, host, outcome
):
    """Bound to another address events are sent only if that was asked for; the log says so."""
    client, post = LockedClient(webhooks=wanted), Post(monkeypatch)
    client.emulator.protect_asgi(host, "token")
    webhook_id = hook(client, "http://127.0.0.1/quick", ["GRAPH_RUN"])
    client.post(FLOW, {})
    client.advance(60)
    [line] = logs(client, webhook_id, 1)
    assert line["outcome"] == outcome
    assert len(post.done) == (outcome == "DELIVERED")
    assert line["error"] is None or "--webhooks on" in line["error"]
