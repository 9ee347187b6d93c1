"""Accounts as transactions read and write them: whoever has read one notices each change of it."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from mockserver.base.clock import FIXED_START, SECOND
from mockserver.rules.uploads import Upload
from mockserver.rules.webhooks import LogLine, Webhook
from mockserver.state import changes
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY

UPLOAD = Upload("0" * 32, KEY, "image/png", b"first")
WEBHOOK = Webhook(webhook_id="w", url="https://a.example", types=("a",), created_at=0, updated_at=0)
LINE = LogLine(event="a", request_id="r", url=WEBHOOK.url, outcome="DELIVERED", at=0, status=200)


def replace_last_job(store, **fields):
    """Return the newest job of the account, as it goes otherwise."""
    return msgspec.structs.replace(store.jobs_of(KEY)[-1], **fields)


def add_job(store):
    """Return a job more."""
    ordinal = store.accounts[KEY].jobs_made
    return replace_last_job(store, ordinal=ordinal, request_id=f"{ordinal:032x}")


MADE = {
    changes.Introduce: lambda _: changes.Introduce(),
    changes.Configure: lambda _: changes.Configure(AccountSettings(status="revoked")),
    changes.CountRequest: lambda _: changes.CountRequest(FIXED_START, SECOND),
    changes.AddJob: lambda store: changes.AddJob(add_job(store)),
    changes.ChangeJob: lambda store: changes.ChangeJob(
        replace_last_job(store, finished_at=store.jobs_of(KEY)[-1].expires_at - SECOND)
    ),
    changes.MoveClock: lambda _: changes.MoveClock(SECOND),
    changes.Wake: lambda _: changes.Wake(),
    changes.SetClockMode: lambda _: changes.SetClockMode("x2"),
    changes.PutUpload: lambda _: changes.PutUpload(
        msgspec.structs.replace(UPLOAD, body=b"second, and longer")
    ),
    changes.PutWebhook: lambda _: changes.PutWebhook(
        msgspec.structs.replace(WEBHOOK, is_active=False)
    ),
    changes.LogAttempt: lambda store: changes.LogAttempt(
        store.accounts[KEY].number, "w", LINE, is_slow=False
    ),
    changes.PublishFinetune: lambda _: changes.PublishFinetune(is_public=True),
}
"""A change of each kind."""

OF_NO_ACCOUNT_THERE = {changes.MakeAccount, changes.DropOutput}
"""The first is of an account that is not there yet, the second of nobody's: outputs are public."""


@pytest.fixture
def pair(make_shared):
    """Two clients of one account that has a bit of everything."""
    first, second = make_shared(clock_start="now"), make_shared(clock_start="now")
    first.store.on_due = second.store.on_due = None
    for _ in range(2):
        first.submit()
        first.advance(1)
    commit(first, lambda _: changes.PutUpload(UPLOAD, is_new=True))
    commit(first, lambda _: changes.PutWebhook(WEBHOOK))
    commit(first, lambda _: changes.MoveClock(SECOND, slept=SECOND))
    return first, second


def commit(client, make_change):
    """Have a change of the account written."""

    def work():
        account = client.store.accounts[KEY]
        return client.store.commit(KEY, (make_change(client.store),), account.clock.now())

    return client.run(work)


def look(client):
    """Return all that there is of the account."""
    store, account = client.store, client.store.accounts[KEY]
    hooks = {
        hook.webhook_id: store.webhook_log_of(KEY, hook.webhook_id)
        for hook in store.webhooks_of(KEY)
    }
    seen = msgspec.structs.asdict(account) | {"clock": store.records[KEY].clock.save()}
    return seen, store.jobs_of(KEY), list(store.webhooks_of(KEY)), hooks


def test_there_is_a_change_of_each_kind():
    """So a new one joins the table."""
    assert set(MADE) | OF_NO_ACCOUNT_THERE == set(get_args(changes.Change))


@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.__name__)
def test_whoever_has_read_an_account_looks_again_after_any_change_of_it(pair, kind):
    """Whichever part of it was written, and even where the account's own value is as it was."""
    reader, writer = pair
    with reader.preceded(lambda: commit(writer, MADE[kind])) as tries:
        seen = reader.run(lambda: look(reader))
    assert tries == [1, 2]
    assert seen == reader.run(lambda: look(reader)) == writer.run(lambda: look(writer))


@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.__name__)
def test_two_who_change_an_account_at_once_both_have_it_changed(pair, kind):
    """What comes of it is what comes of one change after the other."""
    reader, writer = pair
    with reader.preceded(lambda: commit(writer, MADE[kind])) as tries:
        commit(reader, MADE[changes.CountRequest])
    assert tries == [1, 2]
    assert reader.run(lambda: look(reader)) == writer.run(lambda: look(writer))


def test_an_account_that_is_read_and_not_changed_is_not_written(make_shared, raw):
    """A poll that changes nothing costs Redis no more than it has to."""
    client = make_shared()
    job = client.submit()
    before = raw.info("commandstats")["cmdstat_set"]["calls"]
    for _ in range(3):
        client.get(f"/v2/requests/{job['request_id']}/status")
    assert raw.info("commandstats")["cmdstat_set"]["calls"] == before


def test_an_account_that_two_make_at_once_is_one(make_shared):
    """The second finds that it is there."""
    first, second = make_shared(), make_shared()
    with first.preceded(second.submit) as tries:
        first.submit()
    assert tries == [1, 2]
    assert [job.ordinal for job in first.run(lambda: first.store.jobs_of(KEY))] == [0, 1]
    assert len(first.run(lambda: list(first.store.accounts))) == 1
