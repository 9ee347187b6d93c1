"""What is tidied up: Redis keeps no more than there is, whichever process sees to it."""

from __future__ import annotations

import pytest

from mockserver.base.clock import DAY, FIXED_START, HOUR, SECOND
from mockserver.control.control import ResetScope
from mockserver.rules.webhooks import Webhook
from mockserver.shared import evictions, known_keys
from mockserver.shared import upkeep as module
from mockserver.shared.upkeep import EVERY
from mockserver.state.account import AccountSettings
from mockserver.state.changes import PutWebhook
from mockserver.tests.conftest import KEY, OTHER_KEY

KEYS = [f"SG_{number:016d}" for number in range(40)]
WEEK_S = 7 * DAY // SECOND
LEFT = {"jobs:KEY", "uploads", "uploads:KEY"}
"""What never expires: runs, as far as memory goes back (N13), and files."""


def reset(client):
    """Bring everything back to how the emulator started; nothing is let go yet."""
    client.run(lambda: client.control.reset(ResetScope()))


def release(client):
    """Let go of some of what there was before a reset; tell whether there is more."""
    return client.run(client.store.release)


def list_epochs(raw):
    """Return of which epochs there is anything."""
    return {int(name.split(b":")[2]) for name in raw.keys("segmock:0:*:*")}


def tidy_up(client):
    """Have a process do each of its pieces of work."""
    with client.emulator.lock:
        for _ in range(EVERY):
            client.store._upkeep.go_on()


@pytest.fixture
def pair(make_shared):
    """Two clients of one world."""
    return make_shared(), make_shared()


# --- After a reset ------------------------------------------------------------------------


def test_nothing_is_left_of_what_there_was_before_a_reset(pair, raw, monkeypatch):
    """However small the steps are, and whichever process takes them."""
    monkeypatch.setattr(module, "_SCANNED", 10)
    first, second = pair
    for key in KEYS:
        first.submit(key=key)
    reset(first)
    second.submit()
    while release(first):
        release(second)
    assert list_epochs(raw) == {1}
    assert second.run(lambda: list(second.store.accounts)) == [KEY]
    assert first.run(lambda: first.store.transactions.world.ended) == ()


def test_steps_that_are_taken_again_leave_nothing_out(pair, raw, monkeypatch):
    """Where somebody gets ahead in the middle."""
    monkeypatch.setattr(module, "_SCANNED", 10)
    first, second = pair
    for key in KEYS:
        first.submit(key=key)
    reset(first)
    is_more = True
    while is_more:
        with first.preceded(lambda: second.advance(1)) as tries:
            is_more = release(first)
        assert tries == [1, 2]
    assert list_epochs(raw) <= {1}


def test_a_process_that_was_in_the_middle_begins_each_reset_at_the_beginning(
    pair, raw, monkeypatch
):
    """Another one may have done the rest of the last one."""
    monkeypatch.setattr(module, "_SCANNED", 10)
    first, second = pair
    for _ in range(3):
        for key in KEYS:
            first.submit(key=key)
        reset(first)
        release(first)
        while release(second):
            pass
    while release(first):
        pass
    assert list_epochs(raw) <= {3}


def test_requests_let_go_of_it_where_nobody_else_does(pair, raw):
    """As when the process that did the reset has died."""
    first, second = pair
    first.submit()
    reset(first)
    for _ in range(2 * EVERY):
        second.get("/v1/get-user-credits")
    assert list_epochs(raw) == {1}


# --- Accounts -----------------------------------------------------------------------------


def fill(client, key=KEY):
    """Have an account come to have something of everything."""
    client.post("/v1/ideogram-3", key=key)
    client.submit(key=key)
    client.submit(body={"prompt": "x" * 2_000}, key=key)
    client.post("/v2/nothing", key=key)
    client.advance(120, key=key)
    client.get("/v1/get-user-credits", key=key)
    data_url = {"data_urls": ["data:image/png;base64,aGVsbG8="]}
    assert client.post("/upload-asset", data_url, key=key).status == 200


def test_an_account_that_is_deleted_leaves_no_key(pair, raw):
    """Nor anything in what is kept of all together."""
    first, second = pair
    fill(first, OTHER_KEY)
    before = count_all(raw)
    fill(first)
    assert count_all(raw) != before
    second.run(lambda: second.control.accounts.delete(KEY))
    after = count_all(raw)
    assert after == before
    assert not [name for name in raw.scan_iter() if KEY.encode() in name]


def count_all(raw):
    """Return how much there is under each key, but for numbers that only grow."""
    sizes = {"hash": raw.hlen, "zset": raw.zcard, "list": raw.llen, "stream": raw.xlen}
    found = {
        name: sizes.get(raw.type(name).decode(), lambda _: 1)(name) for name in raw.scan_iter()
    }
    totals = raw.hgetall("segmock:0:0:totals")
    return found, totals.get(b"bytes")


def test_what_has_expired_gives_its_memory_back(pair, raw):
    """Jobs after an hour, outputs and entries of the ledger after a week (T7, R7)."""
    first, second = pair
    first.account()
    sizes = count_rows(raw)
    for _ in range(3):
        fill(first)
    assert count_rows(raw) != sizes
    second.advance(HOUR // SECOND)
    second.get("/v1/get-user-credits")
    after_an_hour = count_rows(raw)
    kept = {name for name, count in after_an_hour.items() if count}
    assert kept == LEFT | {"outputs", "outputs:KEY", "ledger:KEY"}
    assert first.run(lambda: first.store.jobs_of(KEY)) == []
    second.advance(WEEK_S)
    second.get("/v1/get-user-credits")
    assert {name for name, count in count_rows(raw).items() if count} == LEFT


def count_rows(raw):
    """Return how many things there are of each kind, journals and accounts aside."""
    found, _ = count_all(raw)
    names = {
        name.decode().split(":", 3)[3].replace(KEY, "KEY"): n
        for name, n in found.items()
        if name.startswith(b"segmock:0:0:")
    }
    aside = {"account:KEY", "accounts", "spoken-to", "exchanges", "totals"}
    aside |= {"journal:KEY", "journal-size:KEY"}
    return {name: count for name, count in names.items() if name not in aside}


def test_journals_that_grow_by_polls_alone_are_weighed(pair):
    """An account of which nothing else changes comes to keep more, too."""
    first, second = pair
    job = first.submit(body={"prompt": "x" * 20_000})
    before = second.run(lambda: second.store.kept_bytes)
    for _ in range(20):
        first.get(f"/v2/requests/{job['request_id']}", headers={"x-long": "y" * 900})
    tidy_up(second)
    record = first.run(lambda: first.store.records[KEY].kept_bytes)
    assert second.run(lambda: second.store.kept_bytes) == record > before + 20 * 900


def test_accounts_leave_that_nobody_spoke_to_for_longest(make_shared):
    """Those with a pending run last; whoever looks for one that left is told so."""
    first, second = make_shared(memory_mib=16), make_shared(memory_mib=16)
    body = {"prompt": "x" * 900_000}
    first.submit("mock-inference", {"prompt": "mock:stall"}, key=OTHER_KEY)
    for key in KEYS:
        client = (first, second)[KEYS.index(key) % 2]
        client.post("/v1/ideogram-3", body, key=key)
    for client in (first, second):
        tidy_up(client)
        assert client.run(lambda client=client: client.store.kept_bytes) <= 16 * 2**20
    there = first.run(lambda: list(first.store.accounts))
    assert there[0] == OTHER_KEY
    assert there[1:] == KEYS[-len(there) + 1 :]
    left = second.store.evictions
    gone = [key for key in KEYS if key not in there]
    assert second.run(lambda: (left.count, left.lost)) == (len(gone), len(gone))
    assert [
        first.run(lambda key=key: first.store.evictions.lost_of(key)) for key in (gone[0], KEYS[-1])
    ] == [
        1,
        0,
    ]
    first.run(lambda: first.control.reset(ResetScope(api_key=gone[0])))
    assert second.run(lambda: (left.lost_of(gone[0]), left.lost)) == (0, len(gone) - 1)


def test_configured_accounts_leave_only_if_they_were_spoken_to(make_shared, monkeypatch):
    """They begin anew, so one that keeps nothing would leave again and again."""
    accounts = {key: AccountSettings() for key in KEYS[:3]}
    client = make_shared(accounts=accounts)
    monkeypatch.setattr(client.store._upkeep, "_max_bytes", 1)
    client.submit(key=KEYS[1])
    tidy_up(client)
    assert client.run(lambda: client.store.evictions.count) == 1
    assert client.run(lambda: sorted(client.store.accounts)) == KEYS[:3]
    assert client.run(lambda: client.store.jobs_of(KEYS[1])) == []


def test_of_so_many_keys_it_is_remembered_that_they_left(make_shared, monkeypatch, raw):
    """The one that left first is forgotten first."""
    monkeypatch.setattr(evictions, "MAX_KEYS", 2)
    client = make_shared()
    for key in ("a", "b", "a", "c"):
        client.run(lambda key=key: client.store.evictions.note(key, 2))
    lost = [client.run(lambda key=key: client.store.evictions.lost_of(key)) for key in "abc"]
    assert (lost, raw.hlen("segmock:0:0:evictions")) == ([4, 0, 2], 2)
    client.run(lambda: client.store.evictions.forget(None))
    assert client.run(lambda: (client.store.evictions.count, client.store.evictions.lost)) == (4, 0)
    assert not [name for name in raw.scan_iter() if b"evict" in name]


def test_whoever_has_webhooks_is_looked_at_when_the_default_clock_moves(pair):
    """Whichever process has it moved, and only as long as there are any."""
    first, second = pair
    woken = []
    second.store.on_due = woken.append
    first.submit(key=OTHER_KEY)
    first.submit()
    webhook = Webhook(webhook_id="w", url="http://a", types=(), created_at=0, updated_at=0)
    first.run(lambda: first.store.commit(KEY, (PutWebhook(webhook),), FIXED_START))
    second.advance(60)
    assert woken == [KEY]
    first.run(lambda: first.control.accounts.delete(KEY))
    second.advance(60)
    assert woken == [KEY]


def test_keys_of_accounts_that_left_are_not_kept_for_ever(make_shared, monkeypatch):
    """Those of accounts that are there are known, whoever made them."""
    monkeypatch.setattr(known_keys, "_FEWEST", 5)
    first, second = make_shared(), make_shared()
    for key in KEYS:
        second.submit(key=key)
        assert key in first.run(lambda: set(first.store.keys))
        second.run(lambda key=key: second.control.accounts.delete(key))
    assert len(first.run(lambda: list(first.store.keys))) <= 7
