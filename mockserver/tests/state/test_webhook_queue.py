"""When there is something to deliver."""

import pytest

from mockserver.state import webhook_queue
from mockserver.state.store import Store
from mockserver.tests.conftest import KEY, Client

HOOK = {"webhook_url": "http://127.0.0.1:9/", "event": {"types": ["GRAPH_RUN"]}}


@pytest.mark.fact("N6")
def test_one_looks_again_when_the_next_run_ends(monkeypatch):
    """On a running clock that is so many real seconds; else, and without webhooks, never."""
    monkeypatch.setattr(Store, "notify", lambda _self, _account: None)
    monotonic = [0]
    client = Client(clock="x60")
    client.emulator._monotonic = lambda: monotonic[0]
    client.store.reset()
    client.post("/workflows/flow", {"prompt": "mock:slow=120"})
    account = client.store.accounts[KEY]
    assert webhook_queue.look_again_in_s(account) is None
    client.post("/webhook/add", HOOK)
    assert webhook_queue.look_again_in_s(account) == 2
    monotonic[0] += 1_500_000
    assert webhook_queue.look_again_in_s(account) == 0.5
    assert webhook_queue.next_due(client.store, account) is None
    monotonic[0] += 600_000
    assert webhook_queue.look_again_in_s(account) == 0
    assert webhook_queue.next_due(client.store, account).event == "GRAPH_RUN"
    assert webhook_queue.next_due(client.store, account) is None
    assert webhook_queue.look_again_in_s(account) is None


def test_on_a_clock_that_stands_nothing_falls_due_by_itself(monkeypatch):
    """Whoever moves the clock has it looked at again."""
    monkeypatch.setattr(Store, "notify", lambda _self, _account: None)
    client = Client()
    client.post("/webhook/add", HOOK)
    client.post("/workflows/flow", {})
    assert webhook_queue.look_again_in_s(client.store.accounts[KEY]) is None


@pytest.mark.fact("N6")
def test_nothing_is_due_to_an_account_that_has_ended(monkeypatch):
    """What was queued before a reset is not sent after it, and nobody looks again."""
    monkeypatch.setattr(Store, "notify", lambda _self, _account: None)
    client = Client(clock="x60")
    client.post("/webhook/add", HOOK)
    client.post("/workflows/flow", {})
    account = client.store.accounts[KEY]
    account.webhooks.enqueue("GRAPH_RUN", "id", 0, b"{}")
    client.store.forget(KEY)
    assert webhook_queue.next_due(client.store, account) is None
    assert webhook_queue.look_again_in_s(account) is None
