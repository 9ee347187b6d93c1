"""What is told of a workflow's run."""

import json

import pytest

from mockserver.base.bounds import MAX_PAYLOAD_BYTES
from mockserver.base.excerpts import LONGEST_TEXT
from mockserver.rules.workflow_events import render_event
from mockserver.state.memory_store import MemoryStore
from mockserver.tests.conftest import HOST, KEY, Client

HOOK = {"webhook_url": "https://example.com/hook", "event": {"types": ["NODE_RUN", "GRAPH_RUN"]}}


@pytest.fixture
def client(monkeypatch) -> Client:
    """A client with a webhook whose events nobody takes away."""
    monkeypatch.setattr(MemoryStore, "notify", lambda _self, _account: None)
    made = Client()
    made.post("/webhook/add", HOOK)
    return made


def take_events(client):
    """Return what is due."""
    due = iter(client.store.records[KEY].webhooks.take, None)
    return [(each.event.name, each.event.at, json.loads(render_event(each.event))) for each in due]


@pytest.mark.fact("N5")
def test_a_completed_run_is_told_of_twice(client):
    """First the node with its output as a URL, then the whole workflow, at the same instant."""
    run = client.post("/workflows/flow", {"prompt": "A kite"}).json
    client.advance(0.4)
    assert take_events(client) == []
    client.advance(10)
    (node, node_at, node_body), (graph, graph_at, graph_body) = take_events(client)
    assert (node, graph, node_at) == ("NODE_RUN", "GRAPH_RUN", graph_at)
    for body in (node_body, graph_body):
        assert (body["workflow_id"], body["request_id"]) == ("flow", run["request_id"])
        assert (body["status"], body["at"]) == ("COMPLETED", "2026-01-01T00:00:00.750000Z")
    output = node_body["node"]["output"]
    assert output == graph_body["outputs"][0]["value"]["data"]
    assert output.startswith(f"http://{HOST}/outputs/")
    assert client.get(output, key=None).status == 200
    client.advance(10)
    assert take_events(client) == []


@pytest.mark.fact("N5")
def test_a_failed_run_is_told_of_once(client):
    """Of a run that failed only the workflow's end is told, with the error."""
    client.post("/workflows/flow", {"prompt": "mock:fail=" + "no ink" * 1000})
    client.advance(10)
    [(event, _, body)] = take_events(client)
    assert (event, body["status"], body["outputs"]) == ("GRAPH_RUN", "FAILED", [])
    assert body["error_message"] == {"error": ("no ink" * 1000)[:1000]}


@pytest.mark.fact("N5")
def test_nothing_is_told_of_models_or_of_runs_that_do_not_end(client):
    """A model's run, a stalled workflow and one that expired before its end are not told of."""
    client.submit()
    client.post("/workflows/flow", {"prompt": "mock:stall"})
    client.advance(4000)
    assert take_events(client) == []


@pytest.mark.fact("N8")
@pytest.mark.parametrize("length", [MAX_PAYLOAD_BYTES - 8, MAX_PAYLOAD_BYTES])
def test_very_long_inputs_are_repeated_in_part(client, length):
    """Of inputs of more than a million bytes a finished run's output shows excerpts."""
    inputs = {"a": "x" * length}
    sent = json.dumps(inputs, separators=(",", ":")).encode()
    run = client.post("/workflows/flow", sent).json
    client.advance(60)
    shown = json.loads(client.get(run["poll_url"]).json["output"])[1]["value"]["data"]
    if len(sent) <= MAX_PAYLOAD_BYTES:
        assert json.loads(shown) == inputs
    else:
        assert shown.startswith('{"a":"xxx')
        assert f"({length} characters, " in shown
        assert len(shown) < LONGEST_TEXT
