"""The store in Redis: what follows a transaction, once it is done."""

from __future__ import annotations

import pytest

from mockserver.rules.webhooks import Webhook
from mockserver.state import changes
from mockserver.tests.conftest import KEY

HOOK = Webhook(webhook_id="w", url="https://a.example", types=("a",), created_at=0, updated_at=0)


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
        store.commit(KEY, (changes.PutWebhook(HOOK),), store.clock.now())
        store.enter(KEY, exchange)

    store.journals.add_listener(listen, everywhere=False)
    store.on_due = due.append
    client.run(put_webhook_and_enter)
    assert (heard, due) == ([2], [KEY])
