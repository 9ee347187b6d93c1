"""Effects on the job or the output that a call is about."""

from __future__ import annotations

import pytest

from mockserver.base.clock import MINUTE
from mockserver.control.jobs import JobChange
from mockserver.control.journal import JournalFilter
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, Client
from mockserver.tests.fault_calls import (
    POLLS,
    SUBMIT,
    SYNC,
    UNKNOWN_ID,
    URL_OF,
    arm,
    assert_free,
    find_last_exchange,
    get_answer,
    list_jobs,
    make_timed_client,
    prepare_call,
    read_ledger,
    send,
    summarize,
)


@pytest.mark.parametrize("fields", [{}, {"error": "out of memory"}])
def test_a_new_job_can_be_made_to_fail(fields):
    """It fails when its time comes, with these words, and what it held is given back."""
    client = Client()
    arm(client, {"state": "FAILED", **fields}, "submit")
    submitted = client.submit()
    assert client.get(submitted["status_url"]).json["status"] == "QUEUED"
    client.advance(60)
    answer = client.get(submitted["status_url"])
    assert answer.status == 422
    assert answer.error == fields.get("error", "The worker failed.")
    assert_free(client)


@pytest.mark.parametrize("route", POLLS)
@pytest.mark.parametrize("seconds", [0, 0.5])
def test_a_job_that_is_polled_can_be_made_to_fail(route, seconds):
    """It fails at this instant, whether queued or running, and stays failed."""
    client = Client()
    asked = prepare_call(client, route)
    client.advance(seconds)
    fault = arm(client, {"state": "FAILED", "error": "out of memory"}, route, times=1)
    answer = get_answer(client, asked)
    assert (answer.status, answer.error) == (422, "out of memory")
    assert summarize(find_last_exchange(client)) == (422, "intact", fault)
    client.advance(60)
    assert get_answer(client, asked).status == 422
    assert_free(client)


def test_a_blocking_run_can_be_made_to_fail():
    """It ends as a failed run does, and costs nothing."""
    client = Client()
    arm(client, {"state": "FAILED", "error": "out of memory"}, "sync")
    answer = client.post(SYNC)
    assert (answer.status, answer.error) == (500, "out of memory")
    assert_free(client)


@pytest.mark.parametrize("state", ["QUEUED", "PROCESSING"])
@pytest.mark.parametrize("route", ["submit", *POLLS])
def test_a_stalled_job_stays_in_its_state_until_it_expires(route, state):
    """It is never done, and when it expires what it held is given back."""
    client = Client()
    asked = prepare_call(client, route)
    arm(client, {"stall": state}, route, times=1)
    answer = get_answer(client, asked)
    assert answer.json["status"] == "QUEUED"
    url = f"/v2/requests/{answer.json['request_id']}/status"
    for _ in range(3):
        client.advance(1000)
        assert client.get(url).json["status"] == state
    assert client.account()["held"] > 0
    client.advance(600)
    assert client.get(url).status == 404
    assert_free(client)


def test_a_running_job_can_be_stalled():
    """One that is PROCESSING when it is polled stays so."""
    client = Client()
    asked = prepare_call(client, "status")
    client.advance(0.5)
    assert get_answer(client, asked).json["status"] == "PROCESSING"
    arm(client, {"stall": "PROCESSING"}, "status", times=1)
    get_answer(client, asked)
    client.advance(1000)
    assert get_answer(client, asked).json["status"] == "PROCESSING"


@pytest.mark.parametrize("state", ["QUEUED", "PROCESSING"])
@pytest.mark.parametrize(("clock", "minutes"), [("frozen", 0), ("auto", 1)])
def test_a_stalled_blocking_run_times_out(state, clock, minutes):
    """It is a 504 after a minute of virtual time, or at once where that stands still; free."""
    client = Client(clock=clock)
    client.account()
    start = client.store.accounts[KEY].clock.now()
    arm(client, {"stall": state}, "sync")
    answer = client.post(SYNC)
    assert answer.status == 504
    assert answer.headers["content-type"].startswith("text/html")
    assert client.store.accounts[KEY].clock.now() - start == minutes * MINUTE
    assert_free(client)


def test_a_stalled_blocking_run_lets_its_client_wait_for_a_minute():
    """Where time runs, the client has its 504 after a real minute."""
    client, moment = make_timed_client()
    arm(client, {"stall": "PROCESSING"}, "sync")
    wait = send(client, prepare_call(client, "sync"))
    assert wait.delay_s == 60
    moment[0] += MINUTE
    assert client.emulator.gateway.resume(wait).status == 504


def test_under_auto_a_stalled_job_does_not_move_time_to_its_end():
    """There is no next transition that a poll could move on to."""
    client = Client(clock="auto")
    asked = prepare_call(client, "status")
    arm(client, {"stall": "QUEUED"}, "status")
    clock = client.store.accounts[KEY].clock
    before = clock.now()
    assert get_answer(client, asked).json["status"] == "QUEUED"
    assert clock.now() == before


@pytest.mark.parametrize("route", POLLS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_job_that_is_polled_can_expire(route, when):
    """Before, this poll is a 404; after, only the next one is. What was held is given back."""
    client = Client()
    client.submit()
    asked = prepare_call(client, route)
    fault = arm(client, {"expire": True}, route, when=when, times=1)
    answer = get_answer(client, asked)
    status = 404 if when == "before" else 200
    assert answer.status == status
    assert summarize(find_last_exchange(client)) == (status, "intact", fault)
    gone = get_answer(client, asked)
    assert gone.status == 404
    if when == "before":
        assert gone.error == answer.error
    assert len(list_jobs(client)) == 1
    client.advance(60)
    assert len(read_ledger(client)) == 1
    assert client.account()["held"] == 0


def test_a_new_job_can_be_gone_at_once():
    """The submit is answered as ever, and the first poll does not find the job."""
    client = Client()
    client.submit()
    arm(client, {"expire": True}, "submit", when="before")
    submitted = client.submit()
    assert client.get(submitted["status_url"]).status == 404
    assert client.get(submitted["poll_url"]).status == 404
    assert len(list_jobs(client)) == 1


def test_a_job_that_expires_after_its_submit_is_gone_and_holds_nothing():
    """`expire` after a submit releases the hold at once, whatever other jobs there are."""
    client = Client()
    client.submit()
    arm(client, {"expire": True}, "submit", when="after")
    held = client.account()["held"]
    submitted = client.submit()
    assert client.get(submitted["status_url"]).status == 404
    assert client.account()["held"] == held


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_output_can_be_gone(when):
    """Before, this GET is a 404; after, only the next one is. The job does not care."""
    client = Client()
    asked = prepare_call(client, "output")
    arm(client, {"expire": True}, "output", when=when, times=1)
    assert get_answer(client, asked).status == (404 if when == "before" else 200)
    assert get_answer(client, asked).status == 404
    assert list_jobs(client)[0]["state"] == "COMPLETED"
    assert len(read_ledger(client)) == 1


def test_an_output_that_a_fault_removes_is_in_its_owners_journal():
    """The exchange in which an output goes belongs to its owner."""
    client = Client()
    asked = prepare_call(client, "output")
    fault = arm(client, {"expire": True}, "output", when="before")
    assert get_answer(client, asked).status == 404
    assert summarize(find_last_exchange(client)) == (404, "intact", fault)


@pytest.mark.parametrize("route", [*POLLS, "output"])
def test_what_is_not_there_cannot_be_changed(route):
    """An effect on a job or an output that nobody knows is a 404, as without a fault."""
    client = Client()
    path = {
        "status": f"/v2/requests/{UNKNOWN_ID}/status",
        "result": f"/v2/requests/{UNKNOWN_ID}",
        "poll": f"/v1/requests/{UNKNOWN_ID}",
        "output": f"/outputs/{UNKNOWN_ID}.png",
    }[route]
    client.account()
    usual = client.get(path)
    for when in ("before", "after"):
        arm(client, {"expire": True}, route, when=when, times=1)
        answer = client.get(path)
        assert (answer.status, answer.body) == (usual.status, usual.body)


def test_an_effect_on_a_job_leaves_a_refused_submit_alone():
    """A run that is refused has no job that could fail."""
    client = Client()
    arm(client, {"state": "FAILED"}, "submit")
    answer = client.post(SUBMIT, {"prompt": "mock:status=500"})
    assert answer.status == 500
    assert list_jobs(client) == []


@pytest.fixture
def opaque(client) -> dict[str, str]:
    """A submitted job whose URLs are opaque; the emulator's client is `client`.

    Its polls are struck too, by a fault that changes nothing: no contract describes such URLs.
    """
    arm(client, {"opaque_urls": True}, times=1)
    submitted = client.submit()
    arm(client, {"drop_fields": ["no such field"]})
    return submitted


def test_opaque_urls_work_and_the_usual_ones_do_not(client, opaque):
    """A client that follows its URLs gets its result; one that builds its own gets 404s."""
    plain_id = opaque["request_id"]
    usual = (
        f"/v2/requests/{plain_id}/status",
        f"/v2/requests/{plain_id}",
        f"/v1/requests/{plain_id}",
    )
    handed_out = [opaque[name] for name in ("status_url", "response_url", "poll_url")]
    for seconds, state in ((0, "QUEUED"), (60, "COMPLETED")):
        client.advance(seconds)
        for url in handed_out:
            answer = client.get(url)
            assert (answer.status, answer.json["status"]) == (200, state)
            assert answer.json["request_id"] == plain_id
        for path in usual:
            assert client.get(path).status == 404
    assert client.get(client.get(opaque["response_url"]).json["output"]).status == 200


def test_pending_bodies_repeat_the_opaque_urls(client, opaque):
    """Every body that names the job's URLs names those that were handed out."""
    assert opaque["status_url"] != f"http://{HOST}/v2/requests/{opaque['request_id']}/status"
    for name in URL_OF.values():
        body = client.get(opaque[name]).json
        assert body["status_url"] == opaque["status_url"]
        assert body["response_url"] == opaque["response_url"]


def test_the_control_plane_finds_an_opaque_job_by_its_id(client, opaque):
    """Showing, changing and filtering go by the id that the submit answered with."""
    request_id = opaque["request_id"]
    assert client.control.jobs.show(request_id)["state"] == "QUEUED"
    client.get(opaque["status_url"])
    client.get(f"/v2/requests/{request_id}")
    shown = client.control.journal.show(JournalFilter(request_id=request_id))["requests"]
    assert [exchange["status"] for exchange in shown] == [200, 200, 404]
    client.control.jobs.change(request_id, JobChange(state="FAILED", error="no luck"))
    assert client.get(opaque["status_url"]).error == "no luck"


def test_opaque_urls_are_the_accounts_own(client, opaque):
    """Another key gets a 404 at them, as at any job of somebody else's."""
    client.account(OTHER_KEY)
    assert client.get(opaque["status_url"], key=OTHER_KEY).status == 404


def test_the_token_differs_for_each_job_and_repeats_with_the_seed():
    """Two jobs have two tokens; the same seed gives them again, another seed gives others."""

    def urls(seed: int) -> list[str]:
        client = Client(seed=seed)
        arm(client, {"opaque_urls": True})
        return [client.submit()["status_url"].split("-")[-1] for _ in range(2)]

    assert len({*urls(1), *urls(2)}) == 4
    assert urls(1) == urls(1)


@pytest.mark.parametrize("how", ["in time", "at once"])
def test_an_expired_opaque_job_leaves_nothing_behind(client, opaque, how):
    """Job, URLs and note of the id are gone, and its path is a 404."""
    if how == "at once":
        client.control.jobs.change(opaque["request_id"], JobChange(expire=True))
    else:
        client.advance(3600)
    assert client.get(opaque["status_url"]).status == 404
    account = client.store.records[KEY]
    assert [len(list(each)) for each in (account.jobs, account.jobs.list_retained())] == [0, 0]
