"""How jobs are shown: their history, what the contract does not know, and never a key."""

import pytest

from mockserver.control.control import JobChange, JournalFilter
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT


def told(client, request_id):
    """Return a job's history in short: states as they are, exchanges by route and status."""
    history = client.control.show_job(request_id)["history"]
    return [row.get("state") or f"{row['route']} {row['status']}" for row in history]


def test_a_history_merges_states_and_exchanges(make_client):
    """What the client did stands between the states that it met."""
    client = make_client(clock="auto")
    job = client.submit()
    for url in [job["status_url"]] * 3 + [job["response_url"]]:
        client.get(url)
    assert told(client, job["request_id"]) == [
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
    assert told(client, job["request_id"])[-1] == "output 200"
    wanted = JournalFilter(request_id=job["request_id"], route="output")
    assert len(client.control.show_requests(wanted)["requests"]) == 1


def test_a_history_tells_which_fault_struck_and_what_the_client_got(client):
    """An answer that was lost has no status; its line names the fault."""
    fault = client.control.add_fault(
        FaultRequest(on=On(route="status"), does={"malformed": True}, when="after")
    )
    job = client.submit()
    client.get(job["status_url"])
    line = client.control.show_job(job["request_id"])["history"][-1]
    assert (line["delivery"], line["fault_id"]) == ("damaged", fault["id"])
    assert line["seq"] == 2


def test_a_history_is_of_one_job(client):
    """Exchanges about other jobs are not in it."""
    first, second = client.submit(), client.submit()
    client.get(second["status_url"])
    assert told(client, first["request_id"]) == ["submit 200", "QUEUED"]


def test_a_forced_end_is_in_the_history(client):
    """A job that was failed by hand shows the states that it passed through."""
    job = client.submit()
    client.control.change_job(job["request_id"], JobChange(state="FAILED", error="Enough."))
    client.get(job["status_url"])
    assert told(client, job["request_id"])[-3:] == ["PROCESSING", "FAILED", "status 422"]


def test_parameters_that_the_contract_does_not_know_are_listed(client):
    """A misspelled parameter is passed on, as the gateway does, and named to who looks."""
    body = PROMPT | {"promt": "x", "aspect_ratio": "1:1", "Seed": 1}
    request_id = client.submit(body=body)["request_id"]
    assert client.control.show_job(request_id)["unknown_params"] == ["Seed", "promt"]
    [entry] = client.control.show_requests(JournalFilter())["requests"]
    assert entry["unknown_params"] == ["Seed", "promt"]


def test_an_exchange_with_known_parameters_lists_none(client):
    """Nothing is said where there is nothing to say."""
    client.submit()
    [entry] = client.control.show_requests(JournalFilter())["requests"]
    assert "unknown_params" not in entry


def test_a_job_shows_no_key_though_its_parameters_hold_one(client):
    """A key that went into a prompt, an error or a name is hidden there too."""
    client.submit(body={"prompt": f"mock:fail=No {KEY}", KEY: OTHER_KEY})
    client.advance(60)
    [job] = client.control.list_jobs(KEY)["jobs"]
    assert KEY not in str(job)
    assert OTHER_KEY not in str(job)
    assert job["error"] == "No ...cdef"


@pytest.mark.parametrize("key", ["status", "e", "2026"])
def test_a_job_of_a_key_that_is_a_short_word_keeps_its_shape(make_client, key):
    """Short keys hide nothing of the parameters' names."""
    client = make_client(key)
    client.submit(body={"prompt": "e", "e": 2026})
    [job] = client.control.list_jobs(key)["jobs"]
    assert {"request_id", "state", "params"} < job.keys()
