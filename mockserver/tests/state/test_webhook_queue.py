"""Webhooks are kept, and events queued for those who asked, within bounds."""

import pytest
from msgspec.structs import replace

from mockserver.rules.webhooks import RunEvent, Webhook, WebhookEvent
from mockserver.state import webhook_queue
from mockserver.state.changes import LogAttempt
from mockserver.state.memory_store import MemoryStore
from mockserver.state.webhook_queue import WebhookQueue
from mockserver.tests.conftest import KEY, Client

HOOK = {"webhook_url": "http://127.0.0.1:9/", "event": {"types": ["GRAPH_RUN"]}}


def make_webhook(name, *types):
    """Return a webhook for these events."""
    return Webhook(
        webhook_id=name, url=f"http://127.0.0.1/{name}", types=types, created_at=0, updated_at=0
    )


def make_event(request_id="id"):
    """Return an event of a node that has run."""
    return RunEvent("NODE_RUN", "flow", request_id, 7, "http://127.0.0.1/output", None)


@pytest.mark.fact("N5")
def test_only_active_webhooks_of_an_event_are_told():
    """An event is queued for each active webhook that has it among its types."""
    queue = WebhookQueue()
    one, other, silent = (
        make_webhook("a", "NODE_RUN"),
        make_webhook("b", "NODE_RUN", "GRAPH_RUN"),
        make_webhook("c"),
    )
    gone = make_webhook("d", "NODE_RUN")
    for each in (one, other, silent, gone):
        queue.put(each)
    queue.put(replace(gone, is_active=False))
    queue.enqueue(make_event(), account=1)
    assert [queue.take().webhook_id for _ in range(2)] == ["a", "b"]
    assert queue.take() is None
    assert queue.are_active


def test_the_oldest_inactive_webhook_makes_room(monkeypatch):
    """Where there is no room a new one takes the place, and the log, of one that is inactive."""
    monkeypatch.setattr(webhook_queue, "MAX_WEBHOOKS", 2)
    queue = WebhookQueue()
    first, second, third = (make_webhook(name, "NODE_RUN") for name in ("a", "b", "c"))
    for each in (first, second, replace(second, is_active=False), third):
        queue.put(each)
    assert list(queue.by_id) == ["a", "c"]
    assert not queue.logs_of("c")


def test_an_event_too_many_is_logged_as_failed(monkeypatch):
    """A full queue loses the event that comes last, and the log says so."""
    monkeypatch.setattr(webhook_queue, "MAX_QUEUED", 1)
    queue = WebhookQueue()
    queue.put(make_webhook("a", "NODE_RUN"))
    queue.enqueue(make_event("first"), account=1)
    queue.enqueue(make_event("second"), account=1)
    assert queue.take().event.request_id == "first"
    assert queue.take() is None
    [line] = queue.logs_of("a")
    assert (line.request_id, line.outcome) == ("second", "FAILED")
    assert "waiting" in line.error
    queue.log("gone", line)  # a webhook that has left is told of nothing


@pytest.mark.fact("N6")
def test_one_looks_again_when_the_next_run_ends(monkeypatch):
    """On a running clock that is so many real seconds; else, and without webhooks, never."""
    monkeypatch.setattr(MemoryStore, "notify", lambda _self, _account: None)
    monotonic = [0]
    client = Client(clock="x60", monotonic=lambda: monotonic[0])
    client.post("/workflows/flow", {"prompt": "mock:slow=120"})
    assert client.store.find_event_wait_s(KEY) is None
    client.post("/webhook/add", HOOK)
    assert client.store.find_event_wait_s(KEY) == 2
    monotonic[0] += 1_500_000
    assert client.store.find_event_wait_s(KEY) == 0.5
    assert client.store.take_event(KEY) is None
    monotonic[0] += 600_000
    assert client.store.find_event_wait_s(KEY) == 0
    assert client.store.take_event(KEY).event.name == "GRAPH_RUN"
    assert client.store.take_event(KEY) is None
    assert client.store.find_event_wait_s(KEY) is None


def test_on_a_clock_that_stands_nothing_falls_due_by_itself(monkeypatch):
    """Whoever moves the clock has it looked at again."""
    monkeypatch.setattr(MemoryStore, "notify", lambda _self, _account: None)
    client = Client()
    client.post("/webhook/add", HOOK)
    client.post("/workflows/flow", {})
    assert client.store.find_event_wait_s(KEY) is None


@pytest.mark.fact("N6")
def test_nothing_is_due_to_an_account_that_has_ended(monkeypatch):
    """What was queued before a reset is not sent after it, and nobody looks again."""
    monkeypatch.setattr(MemoryStore, "notify", lambda _self, _account: None)
    client = Client(clock="x60")
    client.post("/webhook/add", HOOK)
    client.post("/workflows/flow", {})
    client.store.records[KEY].webhooks.enqueue(make_event(), account=1)
    client.store.forget(KEY)
    assert client.store.take_event(KEY) is None
    assert client.store.find_event_wait_s(KEY) is None
    assert not client.store.is_slow(KEY)


@pytest.mark.fact("N6")
@pytest.mark.parametrize("is_former", [True, False])
def test_an_attempt_is_logged_for_the_account_whose_event_it_was(is_former):
    """After a reset the same key may have a webhook of the same id; it was not called."""
    client = Client()
    client.post("/webhook/add", HOOK)
    [webhook] = client.store.webhooks_of(KEY)
    number = client.store.accounts[KEY].number
    attempt = WebhookEvent(number - is_former, webhook.webhook_id, webhook.url, make_event())
    line = attempt.make_line("DELIVERED", status=200)
    change = LogAttempt(attempt.account, webhook.webhook_id, line, is_slow=True)
    client.store.commit(KEY, (change,), 0)
    assert client.store.webhook_log_of(KEY, webhook.webhook_id) == ([] if is_former else [line])
    assert client.store.is_slow(KEY) is not is_former
