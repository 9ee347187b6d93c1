"""Runs of workflows, from submit to expiry."""

import json
from decimal import Decimal

import pytest

from mockserver.control.jobs import JobChange
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, Client

FLOW = "/workflows/65f0-v1"
INPUTS = {"prompt": "A kite", "strength": 0.5}


def submit(client, inputs=None, path=FLOW, **options):
    """Submit a run that must be taken."""
    answer = client.post(path, INPUTS if inputs is None else inputs, **options)
    assert answer.status == 200, answer.body
    return answer.json


@pytest.mark.fact("N7")
def test_a_submit_says_where_to_poll(client):
    """A run is queued, and its poll_url is on the request's own host."""
    run = submit(client)
    assert list(run) == ["message", "poll_url", "request_id", "status"]
    assert run["status"] == "QUEUED"
    assert run["poll_url"] == f"http://{HOST}/workflows/request/{run['request_id']}"


@pytest.mark.fact("N8")
def test_a_run_ends_with_outputs_in_a_string(client):
    """Pending it has an empty output, then a picture that is there and its inputs once more."""
    run = submit(client)
    assert client.get(run["poll_url"]).json == {"output": "", "status": "QUEUED"}
    client.advance(0.5)
    assert client.get(run["poll_url"]).json == {"output": "", "status": "PROCESSING"}
    client.advance(10)
    done = client.get(run["poll_url"]).json
    assert done["status"] == "COMPLETED"
    image, inputs = json.loads(done["output"])
    assert image["value"]["type"] == "image"
    assert client.get(image["value"]["data"], key=None).headers["content-type"] == "image/png"
    assert json.loads(inputs["value"]["data"]) == INPUTS


@pytest.mark.fact("N8")
def test_three_polls_see_a_run_through_on_an_auto_clock():
    """Under `auto` each poll moves the account on, as for a model's run."""
    client = Client(clock="auto")
    poll = submit(client)["poll_url"]
    states = [client.get(poll).json["status"] for _ in range(3)]
    assert states == ["QUEUED", "PROCESSING", "COMPLETED"]


@pytest.mark.fact("N7", "N8")
def test_a_run_is_paid_for_when_it_has_completed(client):
    """Its price is held, then booked; after an hour it is 404."""
    run = submit(client)
    assert client.account()["held"] == Decimal("0.05")
    client.advance(60)
    assert client.account()["credits"] == Decimal("99.95")
    client.advance(3600)
    answer = client.get(run["poll_url"])
    assert (answer.status, answer.error) == (404, f"Request {run['request_id']} not found")


@pytest.mark.fact("N9")
@pytest.mark.parametrize("name", ["prompt", "style"])
def test_a_failed_run_is_200_and_costs_nothing(client, name):
    """A run that fails says so in a 200, with an object; any input can be the trigger."""
    run = submit(client, {"size": 3, name: "mock:fail=no ink"})
    client.advance(60)
    answer = client.get(run["poll_url"])
    assert answer.status == 200
    assert answer.json == {"error_message": {"error": "no ink"}, "status": "FAILED"}
    assert client.account()["credits"] == 100
    assert client.account()["held"] == 0


@pytest.mark.fact("N7")
def test_the_other_triggers_work_in_inputs(client):
    """Stalling, slowness, expiry and a status are had with an input, unless triggers are off."""
    stalled, slow, gone, blocked = (
        submit(client, {"text": f"mock:{word}"})["poll_url"]
        for word in ("stall", "slow=100", "expire", "block")
    )
    client.advance(90)
    assert client.get(stalled).json["status"] == "PROCESSING"
    assert client.get(slow).json["status"] == "PROCESSING"
    assert client.get(gone).status == 404
    assert client.get(blocked).json["status"] == "FAILED"
    assert client.post(FLOW, {"text": "mock:status=503"}).status == 503
    plain = Client(triggers=False)
    run = submit(plain, {"text": "mock:fail=x"})
    plain.advance(60)
    assert plain.get(run["poll_url"]).json["status"] == "COMPLETED"


@pytest.mark.fact("N7")
def test_a_run_is_refused_as_a_models_would_be(client):
    """No money, no permission, a wrong body, an impossible id, a key that asks for an error."""
    assert client.post(FLOW, b"[]").status == 400
    assert client.post(FLOW, b"x", headers={"content-type": "text/plain"}).status == 406
    assert client.post("/workflows/" + "x" * 201, {}).status == 404
    assert client.post(FLOW, {}, key="SG_0000000000000406").status == 406
    assert client.post(FLOW, {}, key="SG_0000000000000403").status == 403
    assert client.post(FLOW, {}, key="SG_0000000000000502").status == 502
    assert client.post(FLOW, {}, key="SG_0000000000000500").status == 500


@pytest.mark.fact("N8")
def test_runs_of_models_and_of_workflows_do_not_mix(client):
    """Neither is found at the other's routes, nor under another key."""
    run, job = submit(client), client.submit()
    assert client.get(f"/workflows/request/{job['request_id']}").status == 404
    assert client.get(f"/v2/requests/{run['request_id']}").status == 404
    assert client.get(f"/v2/requests/{run['request_id']}/status").status == 404
    assert client.get(run["poll_url"], key=OTHER_KEY).status == 404


def test_the_control_plane_knows_a_run(client):
    """A run is a job with a history; it can be made to fail, and its inputs are all known."""
    run = submit(client)
    shown = client.control.jobs.show(run["request_id"])
    assert (shown["model"], shown["unknown_params"]) == ("65f0-v1", [])
    assert shown["history"][0]["route"] == "pixelflows-run"
    client.control.jobs.change(run["request_id"], JobChange(state="FAILED", error="told to"))
    assert client.get(run["poll_url"]).json["error_message"] == {"error": "told to"}
    routes = [exchange.route for exchange in client.store.records[KEY].journal]
    assert routes == ["pixelflows-run", "pixelflows-poll"]


def test_a_failure_without_words_has_some(client):
    """A run that the control plane fails without a reason still has an error_message."""
    run = submit(client)
    client.control.jobs.change(run["request_id"], JobChange(state="FAILED"))
    assert client.get(run["poll_url"]).json["error_message"]["error"]


def test_a_form_is_as_good_as_json(client):
    """Inputs can come as multipart, as they can for models."""
    form = b'--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nA kite\r\n--b--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b"}
    run = client.post(FLOW, form, headers=kind).json
    client.advance(60)
    assert '\\"prompt\\":\\"A kite\\"' in client.get(run["poll_url"]).json["output"]
