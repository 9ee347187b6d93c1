"""Webhooks, configured accounts and keys, as every process of a store has them."""

from __future__ import annotations

import os
import signal
import warnings
from threading import Event, Thread

import pytest

from mockserver.emulator import Emulator
from mockserver.rules.webhooks import LogLine, Webhook
from mockserver.shared import redis_store as module
from mockserver.shared.admin import clear_store
from mockserver.state.account import AccountSettings
from mockserver.state.changes import LogAttempt, PutWebhook
from mockserver.tests.conftest import FIXED, KEY, OTHER_KEY
from mockserver.tests.patience import PATIENCE_S

HOOK = Webhook(webhook_id="w", url="https://a.example", types=("a",), created_at=0, updated_at=0)
WEBHOOK = {
    "webhook_name": "a",
    "webhook_url": "https://a.example/hook",
    "event": {"types": ["GRAPH_RUN", "NODE_RUN"]},
}


@pytest.fixture
def pair(make_shared):
    """Two clients of one world, in which an account's workflow has run and two events are due."""
    first, second = make_shared(), make_shared()
    first.store.on_due = second.store.on_due = None
    added = first.post("/webhook/add", WEBHOOK)
    assert added.status == 200, added.body
    assert first.post("/workflows/my-flow-v2").status == 200
    first.advance(60)
    return first, second


def take(client):
    """Take the event that is due first."""
    return client.run(lambda: client.store.take_event(KEY))


def log(client, event):
    """Note what became of it."""
    line = LogLine(event="a", request_id="r", url="u", outcome="DELIVERED", at=0, status=200)
    change = LogAttempt(event.account, event.webhook_id, line, is_slow=False)
    client.run(lambda: client.store.commit(KEY, (change,), client.store.accounts[KEY].clock.now()))


def test_each_event_is_sent_by_one_process_and_in_order(pair):
    """While one is under way the others leave the account alone."""
    first, second = pair
    sent = []
    for taker, other in (pair, pair[::-1]):
        event = take(taker)
        assert event is not None
        assert take(other) is None
        sent.append(event.event.name)
        log(taker, event)
    assert sent == ["NODE_RUN", "GRAPH_RUN"]
    assert take(first) is take(second) is None


def test_two_who_want_an_event_at_once_get_one_each(pair):
    """The one who was second gets none, as the first one's is under way."""
    first, second = pair
    taken = []
    with first.preceded(lambda: taken.append(take(second))) as tries:
        assert take(first) is None
    assert (tries, [event.event.name for event in taken]) == ([1, 2], ["NODE_RUN"])


def test_a_process_that_died_in_the_middle_holds_events_up_for_a_while(pair, monkeypatch):
    """What it had taken is lost; what comes after is sent by others."""
    monkeypatch.setattr(module, "LEASE", 0)
    first, second = pair
    assert take(first).event.name == "NODE_RUN"
    assert take(second).event.name == "GRAPH_RUN"


def test_configured_accounts_are_made_once(make_shared):
    """By the process that begins first; they begin anew with a reset."""
    accounts = {KEY: AccountSettings(requests_per_minute=7)}
    first = make_shared(accounts=accounts)
    first.submit()
    second = make_shared(accounts=accounts)
    assert second.run(lambda: second.store.accounts[KEY].jobs_made) == 1
    second.run(second.store.reset)
    account = first.run(lambda: first.store.accounts[KEY])
    assert (account.jobs_made, account.requests_per_minute) == (0, 7)
    assert account.is_introduced


def test_accounts_are_listed_in_the_order_in_which_they_were_made(make_shared):
    """Whoever made them, and whoever was spoken to since; those of one transaction too."""
    keys = ["SG_z", "SG_a", "SG_m"]
    configured = dict.fromkeys(keys, AccountSettings())
    first, second = make_shared(accounts=configured), make_shared(accounts=configured)
    first.submit(key=OTHER_KEY)
    second.submit(key=KEY)
    first.submit(key="SG_a")
    for client in (first, second):
        assert client.run(lambda client=client: list(client.store.accounts)) == [
            *keys,
            OTHER_KEY,
            KEY,
        ]
    second.run(lambda: second.control.accounts.delete("SG_z"))
    assert first.run(lambda: list(first.store.accounts)) == [*keys[1:], OTHER_KEY, KEY, "SG_z"]


def test_worlds_of_other_seeds_are_others(make_shared):
    """Nothing of one is in another, in one database."""
    first, second = make_shared(seed=1), make_shared(seed=2)
    first.submit()
    assert second.run(lambda: list(second.store.accounts)) == []
    assert second.run(lambda: second.store.journals.last) == 0
    second.submit()
    second.run(second.store.reset)
    assert first.run(lambda: first.store.accounts[KEY].jobs_made) == 1


def test_a_world_that_was_removed_begins_again_with_the_accounts_of_the_settings(redis_url):
    """Servers that go on need not be told: their next call finds it as at the start."""
    emulator = Emulator(store=redis_url, accounts={KEY: {"credits": 7}}, **FIXED)
    clear_store(redis_url)
    shown = emulator.transactions.run(lambda: emulator.control.accounts.show(KEY))
    assert shown["credits"] == 7
    assert emulator.transactions.run(lambda: list(emulator.services.store.accounts)) == [KEY]


@pytest.mark.parametrize("looks", [False, True])
def test_who_hears_of_an_exchange_may_look_at_the_store(make_shared, looks):
    """As the log does for what a fault does: webhooks are seen to all the same."""
    client, due, heard = make_shared(), [], []
    client.submit()
    store = client.store

    def listen(_owner, exchange):
        heard.append(exchange.seq)
        if looks:
            store.transact(lambda: store.accounts[KEY])

    def put_webhook_and_enter():
        [exchange] = store.journals.exchanges_of(KEY)
        store.commit(KEY, (PutWebhook(HOOK),), store.clock.now())
        store.enter(KEY, exchange)

    store.journals.add_listener(listen, everywhere=False)
    store.on_due = due.append
    client.run(put_webhook_and_enter)
    assert (heard, due) == ([2], [KEY])


def use_in_child(client, calls):
    """Submit in a child, end it, and never come back."""
    is_whole = False
    try:
        signal.alarm(round(PATIENCE_S))
        statuses = {client.post("/v2/ideogram-3").status for _ in range(calls)}
        store = client.store
        made = client.run(lambda: store.accounts[KEY].jobs_made)
        is_whole = statuses == {200} and made >= calls
    finally:
        os._exit(0 if is_whole else 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_children_forked_in_the_middle_of_calls_share_the_world_of_their_parent(make_shared):
    """Each connects for itself, and nothing that any of them was acknowledged is lost."""
    client, is_over, acknowledged = make_shared(credits=10**9), Event(), []

    def hammer():
        while not is_over.is_set():
            acknowledged.append(client.post("/v2/ideogram-3").status)

    threads = [Thread(target=hammer) for _ in range(2)]
    for thread in threads:
        thread.start()
    children = []
    for _ in range(4):
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of threads
            child = os.fork()
        if not child:
            use_in_child(client, 5)
        children.append(child)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    is_over.set()
    for thread in threads:
        thread.join()
    assert statuses == [0] * 4
    assert set(acknowledged) == {200}
    made = client.run(lambda: client.store.accounts[KEY].jobs_made)
    assert made == len(acknowledged) + 4 * 5
