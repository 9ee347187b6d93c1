"""Everything that can be asked or told of an account, in process and over HTTP alike."""

from __future__ import annotations

import time  # noqa: TID251 (a client's)
from decimal import Decimal

import httpx
import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.handles.account import AccountHandle
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT, UNKNOWN_ID

START = "2026-01-01T00:00:00.000000Z"


@pytest.fixture
def account(control_client):
    """An account."""
    return AccountHandle(control_client, KEY)


@pytest.fixture
def client(running, account):
    """A client with the account's key."""
    headers = {"x-api-key": account.api_key}
    transport = running[0].transport
    with httpx.Client(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def submitted(client, **params):
    """Submit a job; return what was answered."""
    return client.post(SUBMIT, json={**PROMPT, **params}).json()


# The account


def test_an_account_is_what_was_said_of_it(control_client):
    """It is made when its handle is, with the fields that were given, and can be changed."""
    account = AccountHandle(control_client, KEY, plan="free", credits=Decimal("2.5"))
    assert account.account["requests_per_minute"] == 5
    changed = account.configure(denied_models=["ideogram-3"], credits=1)
    assert changed == account.account
    assert (changed["plan"], changed["credits"], changed["ledger"]) == ("free", 1, [])


@pytest.mark.parametrize(
    "fields", [{"plan": "golden"}, {"colour": "red"}, {"credits": -1}], ids=str
)
def test_what_an_account_cannot_be_is_refused(control_client, fields):
    """The error names it and says what there is."""
    with pytest.raises(EmulatorError) as caught:
        AccountHandle(control_client, KEY, **fields)
    assert caught.value.hint


@pytest.mark.parametrize("key", ["a key", "café", "50%25", "?#&="])
def test_a_key_may_hold_any_letter(control_client, running, key):
    """The account that is configured is the one that the client's key opens."""
    account = AccountHandle(control_client, key, credits=7)
    headers = {"x-api-key": key.encode("latin-1")}
    with httpx.Client(transport=running[0].transport, headers=headers) as client:
        assert client.get(f"http://127.0.0.1{CREDITS}").json()["credits"] == 7
    assert [exchange["route"] for exchange in account.requests] == ["credits"]
    account.clock.advance(1)
    assert account.clock.now_utc == "2026-01-01T00:00:01.000000Z"


def test_an_account_shows_what_it_has_paid(account, client):
    """The ledger and the balance are there once a job is completed."""
    job = submitted(client)
    account.complete(job["request_id"])
    assert account.account["credits"] == pytest.approx(99.925)
    assert len(account.account["ledger"]) == 1


def test_a_reset_begins_anew(control_client, client):
    """No jobs, no faults, no journal; the account and the clock are as at the start."""
    account = AccountHandle(control_client, KEY, credits=7)
    account.configure(plan="free")
    submitted(client)
    account.faults.add({"status": 500})
    account.clock.advance(60)
    account.reset()
    assert (account.jobs, list(account.faults), account.requests, account.verdicts) == (
        [],
        [],
        [],
        [],
    )
    assert (account.account["credits"], account.account["plan"]) == (7, "unlimited")
    assert account.clock.now_utc == START


def test_worlds_do_not_feel_each_other(account, client, control_client):
    """What is asked and told of one account is not there in another."""
    other = AccountHandle(control_client, OTHER_KEY)
    submitted(client)
    account.clock.advance(60)
    account.faults.add({"status": 500})
    assert (other.jobs, other.requests, list(other.faults)) == ([], [], [])
    assert other.clock.now_utc == START
    other.faults.clear()
    other.reset()
    assert (len(account.jobs), len(list(account.faults))) == (1, 1)


# Jobs and journal


def test_jobs_can_be_brought_to_an_end(account, client):
    """One completes, one fails with its words, one is forgotten."""
    done, failed, gone = (submitted(client)["request_id"] for _ in range(3))
    assert account.complete(done)["state"] == "COMPLETED"
    assert account.fail(failed, "Out of paint.")["error"] == "Out of paint."
    assert account.fail(submitted(client)["request_id"])["state"] == "FAILED"
    account.expire(gone)
    answers = [client.get(f"/v2/requests/{name}") for name in (done, failed, gone)]
    assert [answer.status_code for answer in answers] == [200, 422, 404]
    assert [job["state"] for job in account.jobs] == ["COMPLETED", "FAILED", "FAILED"]


def test_a_job_can_be_stalled(account, client):
    """It stays as it is, whatever time it is, until it is brought to its end."""
    name = submitted(client)["request_id"]
    assert account.stall(name)["stalled"]
    account.clock.advance(60)
    assert account.job(name)["state"] == "QUEUED"
    assert account.complete(name)["state"] == "COMPLETED"


def test_a_job_tells_its_story(account, client):
    """Its states and the exchanges about it are one history."""
    job = submitted(client)
    client.get(job["status_url"])
    shown = account.job(job["request_id"])
    assert shown["state"] == "QUEUED"
    assert len(shown["history"]) >= 3


@pytest.mark.parametrize("call", ["job", "complete", "fail", "stall", "expire"])
@pytest.mark.parametrize("name", [UNKNOWN_ID, "a b?c#d"])
def test_a_job_that_is_not_there_is_an_error(account, call, name):
    """Whatever is asked of it, and however it is spelled."""
    with pytest.raises(EmulatorError, match="no job") as caught:
        getattr(account, call)(name)
    assert caught.value.status == 404


def test_an_ended_job_stays_as_it_is(account, client):
    """A job that has failed cannot complete."""
    name = submitted(client)["request_id"]
    account.fail(name)
    with pytest.raises(EmulatorError) as caught:
        account.complete(name)
    assert caught.value.hint


def test_the_journal_and_its_verdicts_are_the_accounts(account, client):
    """What the client asked is there, oldest first, and what is wrong with it."""
    client.get(CREDITS)
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    assert [exchange["status"] for exchange in account.requests] == [200, 404, 404]
    assert [verdict["level"] for verdict in account.verdicts] == ["MUST"]


# The clock


def test_strays_are_calls_with_keys_of_nobodys_since_the_account_was_made(
    account, control_client, client
):
    """Those of other accounts are none; a reset begins anew here too."""
    other = AccountHandle(control_client, OTHER_KEY)
    for key in (KEY, OTHER_KEY, "SG_stranger", None):
        client.headers.pop("x-api-key", None)
        client.get(CREDITS, headers={"x-api-key": key} if key else {})
    strays = [(each["api_key"], each["status"]) for each in account.stray]
    assert strays == [("...nger", 200), (None, 401)]
    assert [each["seq"] for each in other.stray] == [each["seq"] for each in account.stray]
    account.reset()
    assert (account.stray, len(other.stray)) == ([], 2)


def test_a_clock_moves_on_and_tells_what_came_to_pass(account, client):
    """The jobs' changes of state on the way are returned."""
    job = submitted(client)
    fired = account.clock.advance(60)
    assert [(each["request_id"], each["state"]) for each in fired] == [
        (job["request_id"], "PROCESSING"),
        (job["request_id"], "COMPLETED"),
    ]
    assert account.clock.now_utc == "2026-01-01T00:01:00.000000Z"


def test_a_clock_goes_to_the_next_change_of_a_job(account, client):
    """Step by step, until there is none."""
    job = submitted(client)["request_id"]
    for state in ("PROCESSING", "COMPLETED"):
        [fired] = account.clock.advance_to_next()
        assert (fired["request_id"], fired["state"]) == (job, state)
        assert account.clock.now_utc == fired["at_utc"]
    with pytest.raises(EmulatorError, match="no job will change its state"):
        account.clock.advance_to_next()


def test_a_clock_can_be_set(account):
    """To an instant, to a mode, or to both."""
    assert account.clock.mode == "frozen"
    assert account.clock.set("auto", utc="2026-01-02T00:00:00Z") == []
    assert (account.clock.mode, account.clock.now_utc) == ("auto", "2026-01-02T00:00:00.000000Z")
    account.clock.set("x60")
    assert account.clock.mode == "x60"
    account.clock.set(utc="2026-02-01T00:00:00Z")
    assert account.clock.now_utc.startswith("2026-02-01T00:")


def test_time_cannot_go_back(account):
    """Neither by a step nor by an instant."""
    for back in (lambda: account.clock.advance(-1), lambda: account.clock.set(utc="2025-01-01")):
        with pytest.raises(EmulatorError, match="back"):
            back()
    with pytest.raises(EmulatorError):
        account.clock.set("fast")
    assert account.clock.now_utc == START


def test_a_sleep_moves_the_clock_and_is_remembered(account, client):
    """The journal has how long the client has slept so far; what is below 0 is no sleep."""
    client.get(CREDITS)
    for seconds in (0, 1.5, -3, 2):
        account.clock.sleep(seconds)
        client.get(CREDITS)
    assert [exchange.get("slept_s") for exchange in account.requests] == [None, 0, 1.5, 1.5, 3.5]
    assert account.clock.now_utc == "2026-01-01T00:00:03.500000Z"


def test_every_account_can_let_its_client_sleep(account):
    """`sleepless` is there for any account, on any plane."""
    with account.sleepless():
        time.sleep(3600)
    assert account.clock.now_utc == "2026-01-01T01:00:00.000000Z"


# Faults


def test_a_fault_is_armed_shown_and_disarmed(account, client):
    """With its route by name or in full, once or for each call of a list."""
    one = account.faults.add({"status": 503}, "credits", times=1)
    two = account.faults.add([None, {"status": 500}], {"route": "submit", "model": "ideogram-3"})
    three = account.faults.add({"status": 418})
    account.faults.remove(three["id"])
    assert [rule["id"] for rule in account.faults] == [one["id"], two["id"]]
    statuses = [client.get(CREDITS).status_code for _ in range(2)]
    statuses += [client.post(SUBMIT, json=PROMPT).status_code for _ in range(3)]
    assert statuses == [503, 200, 200, 500, 200]
    assert [(rule["hits"], rule["spent"]) for rule in account.faults] == [(1, True), (1, True)]
    account.faults.clear()
    assert list(account.faults) == []


@pytest.mark.parametrize(
    ("do", "on", "more"),
    [
        ({"status": 99}, None, {}),
        ({"explode": True}, None, {}),
        ({"reset": True}, "nowhere", {}),
        ({"opaque_urls": True}, "credits", {}),
        ({"reset": True}, None, {"colour": "red"}),
    ],
)
def test_a_fault_that_cannot_be_is_refused(account, do, on, more):
    """With what is wrong and what there is; nothing is armed."""
    with pytest.raises(EmulatorError) as caught:
        account.faults.add(do, on, **more)
    assert caught.value.hint
    assert list(account.faults) == []


def test_a_fault_that_is_not_there_cannot_be_removed(account):
    """It is an error with a hint."""
    with pytest.raises(EmulatorError) as caught:
        account.faults.remove("fault-0")
    assert caught.value.status == 404


# Emulator.account


def test_an_emulator_gives_accounts():
    """Each has a fresh key, the same from run to run; one's own key is taken as it is."""
    one, other = (Emulator(seed=7, clock="frozen") for _ in range(2))
    keys = [one.account().api_key for _ in range(3)]
    assert len(set(keys)) == 3
    assert keys == [other.account().api_key for _ in range(3)]
    assert keys[0].startswith("SG_")
    assert len(keys[0]) == len(KEY)
    assert one.account(KEY, credits=1).account["credits"] == 1
    assert keys != [Emulator(seed=8, clock="frozen").account().api_key for _ in range(3)]


def test_an_account_of_an_emulator_that_lists_its_accounts_is_listed():
    """Making a handle makes its key valid."""
    emulator = Emulator(clock="frozen", accept="listed")
    account = emulator.account()
    with httpx.Client(transport=emulator.transport) as client:
        statuses = [
            client.get(f"http://127.0.0.1{CREDITS}", headers={"x-api-key": key}).status_code
            for key in (account.api_key, OTHER_KEY)
        ]
    assert statuses == [200, 401]
