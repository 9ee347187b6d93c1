"""The control plane: what a test author can see and change."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.control.control import ClockChange, JobChange, JournalFilter, ResetScope
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT, Client

START = "2026-01-01T00:00:00.000000Z"


def change_clock(client, **fields):
    """Change a clock by the fields of the route's body."""
    return client.control.change_clock(ClockChange(**fields))


def test_health_counts_accounts_and_jobs(client):
    """Health tells version, clock, accounts and jobs."""
    client.submit()
    health = client.control.health()
    assert health["status"] == "ok"
    assert health["clock"] == {"now_utc": START, "mode": "frozen"}
    assert (health["accounts"], health["jobs"]) == (1, 1)


# --- Clock --------------------------------------------------------------------------------


def test_moving_the_clock_tells_what_came_to_pass(client):
    """`fired` lists each transition in the time that passed, oldest first."""
    first = client.submit()["request_id"]
    client.advance(0.2)
    second = client.submit(key=OTHER_KEY)["request_id"]
    fired = client.advance(0.4)["fired"]
    assert [(event["request_id"], event["state"]) for event in fired] == [
        (second, "PROCESSING"),
        (first, "COMPLETED"),
    ]
    assert fired[1]["at_utc"] == "2026-01-01T00:00:00.514500Z"


def test_an_accounts_clock_moves_alone(client):
    """With a key only that account's time moves, and it keeps its lead over the default."""
    mine, other = client.submit(), client.submit(key=OTHER_KEY)
    client.advance(3600, key=KEY)
    assert client.get(mine["status_url"]).status == 404
    assert client.get(other["status_url"], key=OTHER_KEY).json["status"] == "QUEUED"
    client.advance(60)
    assert client.control.show_clock(KEY)["now_utc"] == "2026-01-01T01:01:00.000000Z"
    assert client.control.show_clock(None)["now_utc"] == "2026-01-01T00:01:00.000000Z"


def test_sleep_adds_up_and_is_journalled(client):
    """Each exchange has how long its client has slept so far; a plain jump is no sleep."""
    client.get("/v1/get-user-credits")
    for fields in ({"slept": True}, {"advance_s": 1.5, "slept": True}, {"advance_s": 60}):
        change_clock(client, api_key=KEY, **fields)
        client.get("/v1/get-user-credits")
    instant = "2026-01-01T00:02:00Z"
    moved = change_clock(client, api_key=KEY, set_utc=instant, slept=True)
    client.get("/v1/get-user-credits")
    entries = client.control.show_requests(JournalFilter())["requests"]
    assert [entry.get("slept_s") for entry in entries] == [None, 0, 1.5, 1.5, 60]
    assert moved["now_utc"] == "2026-01-01T00:02:00.000000Z"


def test_sleep_is_one_accounts_own(client):
    """Another account's client has not slept, and a reset forgets that anybody did."""
    change_clock(client, api_key=KEY, advance_s=1, slept=True)
    client.get("/v1/get-user-credits", key=OTHER_KEY)
    client.control.reset(ResetScope(api_key=KEY))
    client.get("/v1/get-user-credits")
    entries = client.control.show_requests(JournalFilter())["requests"]
    assert [entry.get("slept_s") for entry in entries] == [None, None]


@pytest.mark.parametrize(
    "fields", [{"slept": True}, {"slept": True, "advance_s": 1, "api_key": None}], ids=str
)
def test_only_a_client_sleeps(client, fields):
    """Sleep on the default clock would be nobody's."""
    with pytest.raises(EmulatorError, match="client sleeps") as caught:
        change_clock(client, **fields)
    assert "api_key" in caught.value.hint
    assert client.control.show_clock(None)["now_utc"] == START


def test_nobody_sleeps_backwards(client):
    """A negative sleep is refused, and leaves the client awake."""
    with pytest.raises(EmulatorError, match="back"):
        change_clock(client, api_key=KEY, advance_s=-1, slept=True)
    client.get("/v1/get-user-credits")
    [entry] = client.control.show_requests(JournalFilter())["requests"]
    assert "slept_s" not in entry


def test_an_account_with_a_mode_of_its_own_leaves_the_default(client):
    """Once a mode was set with a key, the default clock no longer moves that account."""
    change_clock(client, api_key=KEY, mode="auto")
    client.advance(60)
    assert client.control.show_clock(KEY) == {
        "now_utc": START,
        "mode": "auto",
        "rate": 0.0,
        "fired": [],
    }


def test_time_can_be_set_ahead(client):
    """`set_utc` moves to an instant; one without an offset is UTC."""
    assert change_clock(client, set_utc="2026-01-02")["now_utc"] == "2026-01-02T00:00:00.000000Z"
    shown = change_clock(client, set_utc="2026-01-02T02:00:00+01:00", advance_s=1)
    assert shown["now_utc"] == "2026-01-02T01:00:01.000000Z"


@pytest.mark.parametrize("mode", ["x60", "real", "auto", "frozen"])
def test_the_mode_can_change_at_any_time(client, mode):
    """A clock goes on from where it was in its new mode."""
    assert change_clock(client, mode=mode)["mode"] == mode


def test_a_rate_is_a_mode(client):
    """`{"mode": "rate", "rate": 2.5}` is x2.5."""
    shown = change_clock(client, mode="rate", rate=2.5)
    assert (shown["mode"], shown["rate"]) == ("x2.5", 2.5)


@pytest.mark.parametrize(
    "fields",
    [
        {"advance_s": -1},
        {"advance_s": float("nan")},
        {"advance_s": 1e300},
        {"set_utc": "2025-12-31T23:59:59Z"},
        {"set_utc": "tomorrow"},
        {"mode": "fast"},
        {"mode": "x0"},
        {"mode": "x-1"},
        {"mode": "xnan"},
        {"mode": "rate"},
        {"rate": 2},
        {"set_utc": "9999-12-31T23:59:59Z", "advance_s": 1},
    ],
)
def test_a_change_that_cannot_be_leaves_the_clock_as_it_was(client, fields):
    """Going back, going nowhere, or asking nonsense is refused with a hint."""
    with pytest.raises(EmulatorError) as refusal:
        change_clock(client, **fields)
    assert refusal.value.hint
    assert client.control.show_clock(None)["now_utc"] == START
    assert client.control.show_clock(None)["mode"] == "frozen"


# --- Accounts -----------------------------------------------------------------------------


def test_an_account_is_made_and_changed_by_what_is_said_of_it(client):
    """PUT makes an account, and merges: what is not said stays."""
    client.account(plan="free", credits=Decimal(5))
    shown = client.account(free_credits=Decimal("0.5"))
    assert shown == {
        "plan": "free",
        "requests_per_minute": 5,
        "credits": Decimal("5.0"),
        "free_credits": Decimal("0.5"),
        "held": Decimal("0.0"),
        "status": "active",
        "denied_models": [],
        "ledger": [],
    }


def test_a_limit_of_ones_own_outranks_the_plans(client):
    """`requests_per_minute` is what counts; null is no limit."""
    assert client.account(plan="free", requests_per_minute=7)["requests_per_minute"] == 7
    assert client.account(requests_per_minute=None)["requests_per_minute"] is None


@pytest.mark.parametrize(
    "fields",
    [
        {"plan": "gold"},
        {"credits": Decimal(-1)},
        {"free_credits": Decimal("1e12")},
        {"credits": Decimal("NaN")},
        {"requests_per_minute": -1},
        {"status": "asleep"},
        {"denied_models": ["no-such-model"]},
    ],
)
def test_an_account_that_cannot_be_is_refused_whole(client, fields):
    """A value that cannot be is refused, and nothing else of the call is done."""
    client.account()
    with pytest.raises(EmulatorError):
        client.control.put_account(KEY, AccountSettings(**{"free_credits": Decimal(3), **fields}))
    assert client.account()["free_credits"] == 0


def test_an_account_that_is_not_there_is_404(client):
    """Nothing is made by looking; the hint says how."""
    for call in (client.control.show_account, client.control.delete_account):
        with pytest.raises(EmulatorError) as refusal:
            call(KEY)
        assert refusal.value.status == 404
        assert KEY not in str(refusal.value)
    with pytest.raises(EmulatorError):
        client.control.list_jobs(KEY)


def test_a_deleted_account_leaves_nothing(client):
    """Jobs, outputs and journal go with their account."""
    client.submit()
    client.advance(60)
    client.account()
    assert client.store.outputs
    client.control.delete_account(KEY)
    assert not client.store.outputs
    assert client.control.list_jobs(None) == {"jobs": [], "next": None}


# --- Reset --------------------------------------------------------------------------------


def test_a_reset_with_a_key_leaves_other_accounts_alone(client):
    """Only the named account begins anew."""
    client.submit()
    client.submit(key=OTHER_KEY)
    client.control.reset(ResetScope(api_key=KEY))
    assert list(client.store.accounts) == [OTHER_KEY]
    assert len(client.control.list_jobs(None)["jobs"]) == 1


def test_a_whole_reset_repeats_the_world(make_client):
    """After a reset the same calls get the same answers, ids and times included."""
    client = make_client(accounts={KEY: AccountSettings(plan="pro", credits=Decimal(9))})
    first = client.submit()
    client.advance(60)
    client.control.reset(ResetScope())
    assert client.account()["plan"] == "pro"
    assert client.control.show_clock(None)["now_utc"] == START
    assert client.submit() == first


def test_a_configured_account_begins_anew_when_reset(make_client):
    """An account of the configuration file is there again after a reset with its key."""
    client = make_client(accept="listed", accounts={KEY: AccountSettings(credits=Decimal(1))})
    client.account(credits=Decimal(50))
    client.control.reset(ResetScope(api_key=KEY))
    assert client.account()["credits"] == 1


# --- Jobs ---------------------------------------------------------------------------------


def test_a_job_is_shown_with_its_timeline(client):
    """A job tells what was asked, where it stands and how it came there."""
    request_id = client.submit()["request_id"]
    client.advance(60)
    [job] = client.control.list_jobs(KEY)["jobs"]
    assert job == {
        "request_id": request_id,
        "api_key": "...cdef",
        "model": "ideogram-3",
        "params": PROMPT,
        "unknown_params": [],
        "state": "COMPLETED",
        "submitted_utc": START,
        "expires_utc": "2026-01-01T01:00:00.000000Z",
        "timeline": [
            {"state": "QUEUED", "at_utc": START},
            {"state": "PROCESSING", "at_utc": "2026-01-01T00:00:00.051450Z"},
            {"state": "COMPLETED", "at_utc": "2026-01-01T00:00:00.514500Z"},
        ],
        "cost": Decimal("0.075"),
    }


@pytest.mark.fact("T1")
def test_a_job_can_be_completed_or_failed_at_once(client):
    """PATCH passes through the states between at the same instant."""
    done, failed = client.submit()["request_id"], client.submit()["request_id"]
    shown = client.control.change_job(done, JobChange(state="COMPLETED"))
    assert [stage["state"] for stage in shown["timeline"]] == ["QUEUED", "PROCESSING", "COMPLETED"]
    assert {stage["at_utc"] for stage in shown["timeline"]} == {START}
    shown = client.control.change_job(failed, JobChange(state="FAILED", error="because"))
    assert (shown["state"], shown["error"]) == ("FAILED", "because")
    assert client.account()["credits"] == Decimal("99.925")


@pytest.mark.fact("T1")
def test_a_job_can_be_taken_up_early(client):
    """A QUEUED job that is made PROCESSING still takes time to end."""
    request_id = client.submit()["request_id"]
    assert client.control.change_job(request_id, JobChange(state="PROCESSING"))["state"] == (
        "PROCESSING"
    )
    stalled = client.submit("ideogram-3", {"prompt": "mock:stall"})["request_id"]
    client.control.change_job(stalled, JobChange(state="PROCESSING"))
    client.advance(3000)
    assert client.control.show_job(request_id)["state"] == "COMPLETED"
    assert client.control.show_job(stalled)["state"] == "PROCESSING"


@pytest.mark.fact("T1")
@pytest.mark.parametrize("state", ["PROCESSING", "COMPLETED", "FAILED"])
def test_a_job_that_has_ended_stays_as_it_is(client, state):
    """Leaving a terminal state is refused."""
    request_id = client.submit()["request_id"]
    client.advance(60)
    with pytest.raises(EmulatorError):
        client.control.change_job(request_id, JobChange(state=state))


def test_a_job_can_expire_at_once(client):
    """`expire` is 404 for the client from that instant; what was held is given back."""
    submitted = client.submit()
    client.control.change_job(submitted["request_id"], JobChange(expire=True))
    assert client.get(submitted["status_url"]).status == 404
    assert client.account()["held"] == 0
    with pytest.raises(EmulatorError) as refusal:
        client.control.show_job(submitted["request_id"])
    assert refusal.value.status == 404


def test_a_job_whose_hour_has_passed_unnoticed_is_404(make_client):
    """Asking for a job lets its account catch up first, and then it is gone."""
    elapsed_us = [0]
    client = make_client(clock="real", monotonic=lambda: elapsed_us[0])
    request_id = client.submit()["request_id"]
    elapsed_us[0] = 3_600_000_000
    with pytest.raises(EmulatorError) as refusal:
        client.control.show_job(request_id)
    assert refusal.value.status == 404


def test_a_change_of_nothing_is_refused(client):
    """A PATCH that says nothing is a mistake."""
    with pytest.raises(EmulatorError):
        client.control.change_job(client.submit()["request_id"], JobChange())


def test_jobs_are_listed_by_account_or_all(client):
    """Without a key every account's jobs are listed."""
    client.submit()
    client.submit(key=OTHER_KEY)
    assert len(client.control.list_jobs(KEY)["jobs"]) == 1
    assert len(client.control.list_jobs(None)["jobs"]) == 2


# --- Journal ------------------------------------------------------------------------------


def shown(client, **fields):
    """Return what the journal shows under a filter."""
    return client.control.show_requests(JournalFilter(**fields))["requests"]


def test_the_journal_is_filtered_by_what_the_query_says(client):
    """Account, route, request, sequence and number narrow what is shown, oldest first."""
    submitted = client.submit()
    client.get(submitted["status_url"])
    client.submit(key=OTHER_KEY)
    client.get("/nowhere", key=None)
    assert [entry["seq"] for entry in shown(client)] == [1, 2, 3, 4]
    assert [entry["route"] for entry in shown(client, api_key=KEY)] == ["submit", "status"]
    assert [entry["seq"] for entry in shown(client, route="submit")] == [1, 3]
    assert len(shown(client, request_id=submitted["request_id"].upper())) == 2
    assert [entry["seq"] for entry in shown(client, since=2, limit=1)] == [3]
    assert shown(client, api_key="SG_nobody") == []


def test_an_exchange_is_shown_without_its_key(client):
    """An entry has the whole exchange, and of the key the last four characters."""
    client.submit()
    [entry] = shown(client)
    assert KEY not in msgspec.json.encode(entry).decode()
    assert entry["request"]["headers"]["x-api-key"] == "...cdef"
    assert entry["request"]["body"] == PROMPT
    assert (entry["status"], entry["model"], entry["route"]) == (200, "ideogram-3", "submit")
    assert entry["behaviours"] == ["R2", "S1", "S1b", "S2"]


def test_the_journal_is_cleared_as_it_is_shown(client):
    """DELETE forgets what the same query would show."""
    submitted = client.submit()
    client.get(submitted["status_url"])
    client.control.clear_requests(JournalFilter(route="status"))
    assert [entry["route"] for entry in shown(client)] == ["submit"]
    client.control.clear_requests(JournalFilter())
    assert shown(client) == []


def test_the_register_is_served(client):
    """Every fact is listed with its tests, or with why it has none."""
    rows = client.control.behaviours()["behaviours"]
    assert len(rows) == len({row.id for row in rows}) > 50
    assert all(row.tests or row.reason for row in rows)


# --- Strays -------------------------------------------------------------------------------

ASKERS = st.sampled_from([None, "SG_introduced0001", "SG_introduced0002", "SG_somebody"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "poll", "introduce", "forget"]), ASKERS), max_size=12
)


@given(steps=STEPS)
def test_a_stray_is_in_the_journal_of_no_account_that_somebody_introduced(steps):
    """Keys are introduced by the control plane; one that was forgotten is nobody's again."""
    client = Client()
    introduced = set()
    for step, key in steps:
        if step == "ask":
            client.post("/v2/ideogram-3", key=key)
        elif step == "poll":
            jobs = [job for account in client.store.accounts.values() for job in account.jobs]
            client.get(f"/v2/requests/{jobs[0] if jobs else 0}/status", key=key)
        elif key and step == "introduce":
            client.account(key)
            introduced.add(key)
        elif key:
            client.control.reset(ResetScope(api_key=key))
            introduced.discard(key)
    owners = {key: account.journal for key, account in client.store.accounts.items()}
    expected = {entry.seq for entry in client.store.anonymous}
    for key, journal in owners.items():
        expected |= {entry.seq for entry in journal} if key not in introduced else set()
    found = [entry["seq"] for entry in shown(client, stray=True)]
    assert found == sorted(expected)
    assert [each["seq"] for each in shown(client, stray=True, last=2)] == found[-2:]
    for start in found:
        since = shown(client, stray=True, since=start)
        assert [entry["seq"] for entry in since] == [seq for seq in found if seq > start]


def test_whoever_moves_a_keys_clock_or_configures_it_has_introduced_it(make_client):
    """A first call has not."""
    client = make_client(accounts={"SG_configured": AccountSettings()})
    change_clock(client, api_key="SG_timed", mode="auto")
    for key in ("SG_configured", "SG_timed", KEY):
        client.submit(key=key)
    [entry] = shown(client, stray=True)
    assert entry["seq"] == 3
    client.control.reset(ResetScope(api_key="SG_configured"))
    client.submit(key="SG_configured")
    assert shown(client, stray=True) == [entry]


def test_a_preflight_is_no_stray(client):
    """Browsers send it before a call, and never with a key."""
    headers = {"origin": "http://localhost:5173", "access-control-request-method": "POST"}
    client.ask("OPTIONS", "/v2/ideogram-3", headers=headers, key=None)
    assert len(shown(client)) == 1
    assert shown(client, stray=True) == []


def test_strays_can_be_forgotten(client):
    """And they alone."""
    client.account()
    client.submit()
    client.submit(key=OTHER_KEY)
    client.control.clear_requests(JournalFilter(stray=True))
    assert [entry["seq"] for entry in shown(client)] == [1]


def test_the_journal_tells_the_number_of_the_newest_exchange(client):
    """Whatever is listed, and though it has left the journal: what comes later is above it."""
    assert client.control.show_requests(JournalFilter())["newest"] == 0
    client.submit()
    client.submit(key=OTHER_KEY)
    for wanted in (JournalFilter(), JournalFilter(limit=0), JournalFilter(api_key=KEY)):
        assert client.control.show_requests(wanted)["newest"] == 2
    client.control.clear_requests(JournalFilter())
    assert client.control.show_requests(JournalFilter())["newest"] == 2
