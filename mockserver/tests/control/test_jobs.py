"""Jobs: how one is listed, shown with its history, and changed; and never a key."""

from decimal import Decimal
from itertools import islice

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import name_account
from mockserver.control import jobs
from mockserver.control.jobs import JobChange
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import ListFilter
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT, Client
from mockserver.tests.control.conftest import count_steps, read_all
from mockserver.tests.control.test_clock import START


def test_a_job_is_shown_with_its_timeline(client):
    """A job tells what was asked, where it stands and how it came there."""
    request_id = client.submit()["request_id"]
    client.advance(60)
    [job] = client.control.jobs.list(ListFilter(api_key=KEY))["jobs"]
    assert job == {
        "request_id": request_id,
        "api_key": "...cdef",
        "account": name_account(KEY),
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
        "planned": [],
        "stalled": False,
        "cost": Decimal("0.075"),
    }


@pytest.mark.fact("T1")
def test_a_job_can_be_completed_or_failed_at_once(client):
    """PATCH passes through the states between at the same instant."""
    done, failed = client.submit()["request_id"], client.submit()["request_id"]
    shown = client.control.jobs.change(done, JobChange(state="COMPLETED"))
    assert [stage["state"] for stage in shown["timeline"]] == ["QUEUED", "PROCESSING", "COMPLETED"]
    assert {stage["at_utc"] for stage in shown["timeline"]} == {START}
    shown = client.control.jobs.change(failed, JobChange(state="FAILED", error="because"))
    assert (shown["state"], shown["error"]) == ("FAILED", "because")
    assert client.account()["credits"] == Decimal("99.925")


@pytest.mark.fact("T1")
def test_a_job_can_be_taken_up_early(client):
    """A QUEUED job that is made PROCESSING still takes time to end."""
    request_id = client.submit()["request_id"]
    assert client.control.jobs.change(request_id, JobChange(state="PROCESSING"))["state"] == (
        "PROCESSING"
    )
    stalled = client.submit("ideogram-3", {"prompt": "mock:stall"})["request_id"]
    client.control.jobs.change(stalled, JobChange(state="PROCESSING"))
    client.advance(3000)
    assert client.control.jobs.show(request_id)["state"] == "COMPLETED"
    assert client.control.jobs.show(stalled)["state"] == "PROCESSING"


@pytest.mark.fact("T1")
@pytest.mark.parametrize("state", ["PROCESSING", "COMPLETED", "FAILED"])
def test_a_job_that_has_ended_stays_as_it_is(client, state):
    """Leaving a terminal state is refused."""
    request_id = client.submit()["request_id"]
    client.advance(60)
    with pytest.raises(EmulatorError):
        client.control.jobs.change(request_id, JobChange(state=state))


def test_a_job_shows_the_states_to_come(client):
    """What is planned becomes the timeline as time goes on."""
    request_id = client.submit()["request_id"]
    told = client.control.jobs.show(request_id)
    whole = told["timeline"] + told["planned"]
    assert [stage["state"] for stage in told["planned"]] == ["PROCESSING", "COMPLETED"]
    for seconds, still_planned in ((0.1, 1), (60, 0)):
        client.advance(seconds)
        told = client.control.jobs.show(request_id)
        assert told["timeline"] + told["planned"] == whole
        assert len(told["planned"]) == still_planned


@pytest.mark.parametrize("state", ["QUEUED", "PROCESSING"])
def test_a_job_can_be_stalled_until_it_expires(client, state):
    """It says so, and what it held is given back in the end."""
    submitted = client.submit()
    if state == "PROCESSING":
        client.advance(0.1)
    shown = client.control.jobs.change(submitted["request_id"], JobChange(stall=True))
    assert (shown["state"], shown["planned"], shown["stalled"]) == (state, [], True)
    client.advance(3500)
    assert client.get(submitted["status_url"]).json["status"] == state
    assert client.account()["held"] > 0
    client.advance(100)
    assert client.get(submitted["status_url"]).status == 404
    assert client.account()["held"] == 0
    assert client.account()["credits"] == 100


@pytest.mark.parametrize("state", ["COMPLETED", "FAILED"])
def test_a_stalled_job_can_be_brought_to_its_end(client, state):
    """By hand, at any time; a completed one is paid for."""
    request_id = client.submit()["request_id"]
    client.control.jobs.change(request_id, JobChange(stall=True))
    client.advance(60)
    client.control.jobs.change(request_id, JobChange(state="PROCESSING"))
    assert client.control.jobs.show(request_id)["stalled"]
    shown = client.control.jobs.change(request_id, JobChange(state=state, error="Enough."))
    assert (shown["state"], shown["stalled"]) == (state, False)
    assert client.account()["held"] == 0
    assert (client.account()["credits"] < 100) == (state == "COMPLETED")


def test_a_job_can_be_stalled_in_the_state_that_it_is_brought_into(client):
    """State and stall go together, unless the state is final; then nothing is changed."""
    request_id = client.submit()["request_id"]
    with pytest.raises(EmulatorError, match="COMPLETED and cannot be stalled"):
        client.control.jobs.change(request_id, JobChange(state="COMPLETED", stall=True))
    shown = client.control.jobs.change(request_id, JobChange(state="PROCESSING", stall=True))
    assert (shown["state"], shown["stalled"]) == ("PROCESSING", True)


def test_a_job_that_has_ended_is_not_stalled(client):
    """Leaving a terminal state is refused."""
    request_id = client.submit()["request_id"]
    client.advance(60)
    with pytest.raises(EmulatorError) as refused:
        client.control.jobs.change(request_id, JobChange(stall=True))
    assert refused.value.status == 400
    assert client.control.jobs.show(request_id)["state"] == "COMPLETED"


def test_a_job_can_expire_at_once(client):
    """`expire` is 404 for the client from that instant; what was held is given back."""
    submitted = client.submit()
    client.control.jobs.change(submitted["request_id"], JobChange(expire=True))
    assert client.get(submitted["status_url"]).status == 404
    assert client.account()["held"] == 0
    with pytest.raises(EmulatorError) as refusal:
        client.control.jobs.show(submitted["request_id"])
    assert refusal.value.status == 404


def test_a_job_whose_hour_has_passed_unnoticed_is_404(make_client):
    """Asking for a job lets its account catch up first, and then it is gone."""
    elapsed_us = [0]
    client = make_client(clock="real", monotonic=lambda: elapsed_us[0])
    request_id = client.submit()["request_id"]
    elapsed_us[0] = 3_600_000_000
    with pytest.raises(EmulatorError) as refusal:
        client.control.jobs.show(request_id)
    assert refusal.value.status == 404


def test_a_change_of_nothing_is_refused(client):
    """A PATCH that says nothing is a mistake."""
    with pytest.raises(EmulatorError):
        client.control.jobs.change(client.submit()["request_id"], JobChange())


def test_jobs_are_listed_by_account_or_all(client):
    """Without a key every account's jobs are listed."""
    client.submit()
    client.submit(key=OTHER_KEY)
    assert len(client.control.jobs.list(ListFilter(api_key=KEY))["jobs"]) == 1
    assert len(client.control.jobs.list()["jobs"]) == 2


# --- Pages ---------------------------------------------------------------------------------


def test_jobs_of_another_account_are_no_place_to_go_on_from(client):
    """A page goes on within the account that it is about."""
    job = client.submit(key=OTHER_KEY)["request_id"]
    client.submit()
    with pytest.raises(EmulatorError):
        client.control.jobs.list(ListFilter(api_key=KEY, after=job))


def test_jobs_go_on_behind_one_whose_urls_are_opaque(client):
    """The id that the client knows is the one to go on from."""
    client.control.faults.add(FaultRequest(does={"opaque_urls": True}))
    ids = [client.submit()["request_id"] for _ in range(3)]
    found, _ = read_all(client.control, "jobs", limit=1)
    assert [job["request_id"] for job in found] == ids


def test_jobs_that_leave_between_two_steps_are_no_obstacle(client):
    """A page shows what there was when it was made, a step at a time."""
    jobs = [client.submit()["request_id"] for _ in range(120)]
    leaving = iter(jobs[:3])

    def leave():
        for job in islice(leaving, 1):
            client.control.jobs.change(job, JobChange(expire=True))

    steps = client.control.jobs.list_in_steps(ListFilter())
    _, page = count_steps(steps, between=leave)
    shown = [job["request_id"] for job in page["jobs"]]
    assert shown == [each for each in jobs if each in shown]
    assert len(shown) >= 117


def test_many_jobs_are_shown_some_at_a_time(client):
    """A step copies some jobs; their parameters are read between the steps."""
    for _ in range(200):
        client.submit()
    number, page = count_steps(client.control.jobs.list_in_steps(ListFilter()))
    assert (number, len(page["jobs"])) == (2 + 200 // 50, 200)


def test_jobs_with_large_parameters_are_copied_a_few_at_a_time(monkeypatch):
    """One hold of the lock copies jobs up to a number of bytes; the page has all of them."""
    monkeypatch.setattr(jobs, "_BYTES_AT_ONCE", 1)
    client = Client()
    sent = [client.submit()["request_id"] for _ in range(3)]
    assert [job["request_id"] for job in client.control.jobs.list()["jobs"]] == sent


# --- Histories -----------------------------------------------------------------------------


def list_history(client, request_id):
    """Return a job's history in short: states as they are, exchanges by route and status."""
    history = client.control.jobs.show(request_id)["history"]
    return [row.get("state") or f"{row['route']} {row['status']}" for row in history]


def test_a_history_merges_states_and_exchanges(make_client):
    """What the client did stands between the states that it met."""
    client = make_client(clock="auto")
    job = client.submit()
    for url in [job["status_url"]] * 3 + [job["response_url"]]:
        client.get(url)
    assert list_history(client, job["request_id"]) == [
        "submit 200",
        "QUEUED",
        "status 200",
        "PROCESSING",
        "status 200",
        "COMPLETED",
        "status 200",
        "result 200",
    ]


def test_a_history_tells_of_the_output_too(make_client):
    """A download belongs to the job whose output it is, whether or not it carries a key."""
    client = make_client(clock="auto")
    job = client.submit()
    for _ in range(2):
        client.get(job["status_url"])
    output = client.get(job["response_url"]).json["output"]
    client.get(output, key=None)
    assert list_history(client, job["request_id"])[-1] == "output 200"
    wanted = JournalFilter(request_id=job["request_id"], route="output")
    assert len(client.control.journal.show(wanted)["requests"]) == 1


def test_a_history_tells_which_fault_struck_and_what_the_client_got(client):
    """An answer that was lost has no status; its line names the fault."""
    fault = client.control.faults.add(
        FaultRequest(on=On(route="status"), does={"malformed": True}, when="after")
    )
    job = client.submit()
    client.get(job["status_url"])
    line = client.control.jobs.show(job["request_id"])["history"][-1]
    assert (line["delivery"], line["fault_id"]) == ("damaged", fault["id"])
    assert line["seq"] == 2


def test_a_history_is_of_one_job(client):
    """Exchanges about other jobs are not in it."""
    first, second = client.submit(), client.submit()
    client.get(second["status_url"])
    assert list_history(client, first["request_id"]) == ["submit 200", "QUEUED"]


def test_a_forced_end_is_in_the_history(client):
    """A job that was failed by hand shows the states that it passed through."""
    job = client.submit()
    client.control.jobs.change(job["request_id"], JobChange(state="FAILED", error="Enough."))
    client.get(job["status_url"])
    assert list_history(client, job["request_id"])[-3:] == ["PROCESSING", "FAILED", "status 422"]


def test_parameters_that_the_contract_does_not_know_are_listed(client):
    """A misspelled parameter is passed on, as the gateway does, and named to who looks."""
    body = PROMPT | {"promt": "x", "aspect_ratio": "1:1", "Seed": 1}
    request_id = client.submit(body=body)["request_id"]
    assert client.control.jobs.show(request_id)["unknown_params"] == ["Seed", "promt"]
    [exchange] = client.control.journal.show(JournalFilter())["requests"]
    assert exchange["unknown_params"] == ["Seed", "promt"]


def test_an_exchange_with_known_parameters_lists_none(client):
    """Nothing is said where there is nothing to say."""
    client.submit()
    [exchange] = client.control.journal.show(JournalFilter())["requests"]
    assert "unknown_params" not in exchange


def test_a_job_shows_no_key_though_its_parameters_hold_one(client):
    """A key that went into a prompt, an error or a name is hidden there too."""
    client.submit(body={"prompt": f"mock:fail=No {KEY}", KEY: OTHER_KEY})
    client.advance(60)
    [job] = client.control.jobs.list(ListFilter(api_key=KEY))["jobs"]
    assert KEY not in str(job)
    assert OTHER_KEY not in str(job)
    assert job["error"] == "No ...cdef"


@pytest.mark.parametrize("key", ["status", "e", "2026"])
def test_a_job_of_a_key_that_is_a_short_word_keeps_its_shape(make_client, key):
    """Short keys hide nothing of the parameters' names."""
    client = make_client(key)
    client.submit(body={"prompt": "e", "e": 2026})
    [job] = client.control.jobs.list(ListFilter(api_key=key))["jobs"]
    assert {"request_id", "state", "params"} < job.keys()
