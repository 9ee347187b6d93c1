"""Accounts leave in the order in which they were last spoken to, those that are busy last."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import FIXED_START, VirtualClock
from mockserver.base.errors import EmulatorError
from mockserver.base.wire import Request
from mockserver.contract.catalogue import Catalogue
from mockserver.control.control import ResetScope
from mockserver.rules.outputs import Output
from mockserver.state.account import AccountSettings
from mockserver.state.account_maker import AccountMaker
from mockserver.state.journal import Journal
from mockserver.state.memory import Memory
from mockserver.state.record import AccountRecord
from mockserver.tests.conftest import Client

KEYS = "abcdef"
MAKER = AccountMaker(Catalogue().plans, "unlimited", Decimal(1), {}, use_triggers=True)
CLOCK = VirtualClock("frozen", lambda: 0, FIXED_START)
MIB = 1024 * 1024


def make_record(key):
    """Return an account with nothing in it."""
    clock = AccountClock(CLOCK)
    account = MAKER.describe(key, 1, clock)
    return AccountRecord(account, clock, Journal(key))


def test_a_thumbnail_counts_as_long_as_its_output_is_kept():
    """It is a part of what it takes to render it again."""
    account = make_record("a")
    before = account.kept_bytes
    model = Catalogue().models["ideogram-turbo-img-2-img"]
    for size in (0, 400):
        output = Output("o", "r", "a", model, b"{}", 1, FIXED_START, bytes(size))
        account.add_output(output)
    assert account.output_bytes == 2 + 2 + 400
    account.drop_oldest_output()
    account.drop_oldest_output()
    assert (account.output_bytes, account.kept_bytes) == (0, before)


def crowd(memory):
    """Return accounts by key, each of which has been spoken to once, in the order of the keys."""
    found = {key: make_record(key) for key in KEYS}
    for account in found.values():
        memory.weigh(account)
        memory.touch(account)
    return found


def drop_surplus(memory):
    """Return the key that has to leave, and let its account go; None if none has to."""
    account = memory.find_surplus(lambda _account: None)
    if account is None:
        return None
    memory.forget(account)
    return account.account.api_key


def test_nobody_leaves_while_there_is_room():
    """Up to the limit everybody stays."""
    memory = Memory(10 * MIB)
    crowd(memory)
    assert drop_surplus(memory) is None


@given(st.lists(st.sampled_from(KEYS)), st.sets(st.sampled_from(KEYS)))
def test_the_longest_unspoken_leave_first_and_the_busy_last(touched, busy):
    """Whoever was spoken to, the order is that of the last calls; pending jobs come after it."""
    memory = Memory(0)
    accounts = crowd(memory)
    for key in touched:
        memory.touch(accounts[key])
    for key in busy:
        accounts[key].pending = 1
    last = {key: place for place, key in enumerate([*KEYS, *touched])}
    wanted = sorted(KEYS, key=lambda key: (key in busy, last[key]))
    assert [drop_surplus(memory) for _ in KEYS] == wanted
    assert drop_surplus(memory) is None
    assert memory.total_bytes == 0


def test_a_busy_account_that_speaks_or_ends_its_jobs_takes_its_turn_again():
    """Who was passed over for a pending job is looked at anew."""
    memory = Memory(0)
    accounts = crowd(memory)
    for key in "abc":
        accounts[key].pending = 1
    assert drop_surplus(memory) == "d"
    memory.touch(accounts["a"])
    accounts["b"].pending = 0
    memory.release(accounts["b"])
    memory.release(accounts["e"])  # it was never passed over
    accounts["a"].pending = 0
    assert [drop_surplus(memory) for _ in range(5)] == ["b", "e", "f", "a", "c"]


def test_an_account_may_catch_up_before_it_is_taken_for_busy():
    """A job that has ended unseen does not keep its account."""
    memory = Memory(0)
    accounts = crowd(memory)
    accounts["a"].pending = 1

    def catch_up(account):
        account.pending = 0

    assert memory.find_surplus(catch_up) is accounts["a"]


def test_what_has_become_less_is_seen_before_anybody_leaves():
    """An account is weighed anew when it is its turn, and stays if there is room then."""
    memory = Memory(MIB)
    accounts = crowd(memory)
    memory.total_bytes += MIB
    accounts["a"].weighed_bytes += MIB
    assert drop_surplus(memory) is None
    assert memory.total_bytes == sum(each.kept_bytes for each in accounts.values())


# --- Through the gateway ------------------------------------------------------------------


def call_with_new_keys(client, ordinal):
    """Ask for the balance with a key of its own."""
    client.get("/v1/get-user-credits", key=f"SG_{ordinal:016x}")


def upload(client, ordinal):
    """Upload 60 KiB; ten uploads for each key."""
    data_urls = ["data:image/png;base64," + "A" * 80_000]
    client.post("/upload-asset", {"data_urls": data_urls}, key=f"SG_{ordinal // 10:016x}")


def fill_places(client, ordinal):
    """Put 60 KiB into a promised place; ten for each key."""
    body, key = {"name": "a.zip"}, f"SG_{ordinal // 10:016x}"
    path = "/finetune/request/upload/pre-signed-url"
    place = client.ask("GET", path, body, key=key).json["presigned_url"]
    client.ask("PUT", place.partition("8765")[2], bytes(60_000), key=None)


def submit_large(client, ordinal):
    """Submit a picture as a data URL; none of the runs ends."""
    body = {"prompt": "A kite", "image_file": "data:image/png;base64," + "A" * 80_000}
    client.submit("ideogram-turbo-img-2-img", body, key=f"SG_{ordinal // 10:016x}")


def submit_large_with_one_key(client, ordinal):
    """Submit a long prompt; each run has ended when the next begins."""
    client.post("/v1/ideogram-3", {"prompt": f"{ordinal} {'A kite ' * 12_000}"})


def submit_pending_with_one_key(client, ordinal):
    """Submit a long prompt; none of the runs ends, and there is no other account."""
    client.submit(body={"prompt": f"{ordinal} {'A kite ' * 12_000}"})


def call_with_long_keys(client, ordinal):
    """Ask for the balance with a key of 1,000 characters."""
    client.get("/v1/get-user-credits", key=f"{ordinal:01000x}")


FLOODS = {
    call_with_new_keys: 1_200,
    upload: 150,
    fill_places: 150,
    submit_large: 150,
    submit_large_with_one_key: 150,
    submit_pending_with_one_key: 150,
    call_with_long_keys: 1_200,
}
LARGEST = 256 * 1024
"""No call of a flood leaves more than this behind."""


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_whatever_is_sent_all_accounts_stay_under_the_ceiling(flood):
    """With room for 4 MiB no more than that is kept, but for the newest call."""
    client = Client(memory_mib=4)
    store = client.store
    for ordinal in range(FLOODS[flood]):
        flood(client, ordinal)
        assert store.memory.total_bytes <= 4 * MIB + LARGEST
    kept = sum(account.kept_bytes for account in store.records.values())
    assert kept <= 4 * MIB + LARGEST
    assert abs(kept - store.memory.total_bytes) <= LARGEST
    health = client.control.show_health()
    assert health["kept_bytes"] == store.memory.total_bytes
    assert flood is submit_large_with_one_key or health["evicted"] > 0
    assert {output.owner for output in store.settlement.outputs.values()} <= set(store.accounts)
    assert {asset.owner for asset in store.uploads.values()} <= set(store.accounts)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["submit", "run", "fail", "upload", "advance", "forget"]),
            st.sampled_from(KEYS[:3]),
            st.sampled_from([10, 5_000, 20_000]),
        ),
        max_size=25,
    )
)
def test_the_sum_is_that_of_what_there_is(moves):
    """What is counted step by step is what one finds by looking at everything."""
    client = Client()
    store = client.store
    for name, key, size in moves:
        prompt = {
            "prompt": ("mock:fail=" if name == "fail" else "") + "x" * size,
            "more": "y" * size,
        }
        match name:
            case "submit" | "fail":
                client.submit(body=prompt, key=key)
            case "run":
                client.post("/v1/ideogram-3", prompt, key=key)
            case "upload":
                client.post("/upload-asset", {"data_urls": ["data:a/b;base64,AAAA"]}, key=key)
            case "advance":
                client.advance(size)
            case _:
                store.forget(key)
    for account in store.records.values():
        store.memory.weigh(account)
        jobs = account.jobs
        assert jobs.retained_bytes == sum(len(each.payload) for each in jobs.list_retained())
        assert jobs.remembered_bytes == sum(len(each.payload) for each in jobs.list_remembered())
        assert account.output_bytes == sum(
            len(each.payload) + len(each.thumbnail) for each in account.outputs
        )
        assert account.pending == sum(not job.settled for job in account.jobs)
    assert store.memory.total_bytes == sum(each.kept_bytes for each in store.records.values())
    assert store.job_count == sum(len(account.jobs) for account in store.records.values())


def test_a_key_that_had_to_leave_begins_anew_and_its_journal_is_missed():
    """Its next call finds a fresh account; what its journal held counts as dropped."""
    client = Client(memory_mib=4, accounts={"first": AccountSettings(credits=Decimal(3))})
    for key in ("first", "second"):
        client.post("/v1/ideogram-3", key=key)
        assert client.account(key)["ledger"]
    for ordinal in range(1_000):
        call_with_new_keys(client, ordinal)
    for key in ("first", "second"):
        assert show_verdicts(client, key)["dropped"] == 1
    assert show_verdicts(client, None)["dropped"] >= 2
    assert client.account("first")["credits"] == 3
    assert "second" not in client.store.accounts
    assert client.get("/v1/get-user-credits", key="second").json["credits"] == 100
    assert show_verdicts(client, "second")["dropped"] == 1
    client.control.reset(ResetScope(api_key="second"))
    assert show_verdicts(client, "second")["dropped"] == 0


def show_verdicts(client, key):
    """Return what the control plane says of a client's calls."""
    query = f"api_key={key}" if key else ""
    request = Request(method="GET", path="/_mock/verdicts", headers={}, query=query)
    return json.loads(client.emulator.in_process.call_control(request).body)


def test_configured_accounts_stay_until_they_were_spoken_to():
    """However little room there is, what the configuration has made is not made over and over."""
    accounts = {f"configured-{ordinal}": AccountSettings() for ordinal in range(300)}
    client = Client(memory_mib=1, accounts=accounts)
    for ordinal in range(100):
        call_with_new_keys(client, ordinal)
    assert accounts.keys() <= client.store.accounts.keys()


@pytest.mark.fact("A3")
@pytest.mark.parametrize("path", ["/v1/get-user-credits", "/webhook/get"])
def test_a_key_may_be_long_but_not_endless(path):
    """A key of 1,024 characters is one like any other; a longer one is nobody's."""
    client = Client()
    assert client.get(path, key="k" * 1_024).status == 200
    assert client.get(path, key="k" * 1_025).status == 401
    assert len(client.store.accounts) == 1
    with pytest.raises(EmulatorError, match="1025 characters"):
        client.account("k" * 1_025)


def test_a_small_call_with_a_large_answer_is_counted_whole():
    """The journal keeps the answer too: pictures by the hundred are no small calls."""
    client = Client(v1="image")
    for _ in range(3):
        client.post("/v1/ideogram-3")
    assert client.store.memory.total_bytes >= client.store.records[client.key].kept_bytes
