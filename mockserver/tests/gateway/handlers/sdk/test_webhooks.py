"""Managing webhooks."""

import pytest

from mockserver.gateway.handlers.sdk import webhooks as handlers
from mockserver.rules import webhooks
from mockserver.tests.conftest import OTHER_KEY

URL = "http://127.0.0.1:9000/hook"
ADD, UPDATE = "/webhook/add", "/webhook/update"


def make_body(url=URL, types=("GRAPH_RUN",), **more):
    """Return what a webhook is made of."""
    return {"webhook_url": url, "event": {"types": list(types)}, **more}


def add(client, **fields):
    """Add a webhook; return its id."""
    answer = client.post(ADD, make_body(**fields))
    assert answer.status == 200, answer.body
    return answer.json["webhook_id"]


@pytest.mark.fact("N4")
def test_webhooks_are_added_listed_changed_and_silenced(client):
    """A webhook is what was last said of it; an inactive one stays in the list."""
    assert client.get("/webhook/get").json == {"webhooks": []}
    first, second = add(client), add(client, url="http://localhost/x", types=["NODE_RUN"])
    client.advance(5)
    changed = client.post(UPDATE, make_body(types=["NODE_RUN"], webhook_id=first)).json["webhook"]
    assert changed["created_at"] < changed["updated_at"]
    assert client.get(f"/webhook/inactive?webhook_id={second}").json["webhook_id"] == second
    assert client.get(f"/webhook/inactive?webhook_id={second}").status == 200
    listed = client.get("/webhook/get").json["webhooks"]
    told = [(each["webhook_id"], each["event"]["types"], each["is_active"]) for each in listed]
    assert told == [(first, ["NODE_RUN"], True), (second, ["NODE_RUN"], False)]
    assert client.post(UPDATE, make_body(webhook_id=second)).status == 404
    assert client.get(f"/webhook/dispatch-logs?webhook_id={second}").json["logs"] == []


@pytest.mark.fact("N5")
def test_every_event_of_the_documents_can_be_registered(client):
    """The two that come and the ones that never do are taken, each once."""
    types = [*webhooks.EVENTS, *webhooks.SILENT_EVENTS]
    webhook_id = add(client, types=types + types)
    [webhook] = client.get("/webhook/get").json["webhooks"]
    assert (webhook["webhook_id"], webhook["event"]["types"]) == (webhook_id, types)


@pytest.mark.fact("N4", "N5")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"webhook_url": None}, "missing"),
        ({"webhook_url": "example.com/hook"}, "absolute URL"),
        ({"webhook_url": "ftp://localhost/"}, "absolute URL"),
        ({"webhook_url": "http://localhost:x/"}, "absolute URL"),
        ({"webhook_url": "http://localhost:0/"}, "absolute URL"),
        ({"webhook_url": "http://[::1/"}, "absolute URL"),
        ({"webhook_url": "http://localhost/a b"}, "absolute URL"),
        ({"webhook_url": "http://localhost/é"}, "absolute URL"),
        ({"webhook_url": "http://localhost/" + "x" * 2000}, "absolute URL"),
        ({"event": None}, "null"),
        ({"event": {"types": []}}, "types"),
        ({"event": {"types": ["RUN"]}}, "GRAPH_RUN"),
        ({"event": {"types": [["GRAPH_RUN"]]}}, "unknown"),
    ],
)
def test_a_webhook_that_cannot_be_is_400_in_words(client, wrong, words):
    """What is wrong is said, and nothing is registered."""
    answer = client.post(ADD, {**make_body(), **wrong})
    assert answer.status == 400
    assert words in answer.json["error_description"]
    assert client.get("/webhook/get").json["webhooks"] == []


@pytest.mark.fact("N4")
def test_a_webhook_is_its_accounts_own(client):
    """Under another key it is not there, to be seen, changed, silenced or asked for its log."""
    webhook_id = add(client)
    other = {"key": OTHER_KEY}
    assert client.get("/webhook/get", **other).json["webhooks"] == []
    assert client.post(UPDATE, make_body(webhook_id=webhook_id), **other).status == 404
    for route in ("inactive", "dispatch-logs"):
        assert client.get(f"/webhook/{route}?webhook_id={webhook_id}", **other).status == 404
        assert client.get(f"/webhook/{route}").status == 400


def test_there_is_an_end_to_webhooks(client, monkeypatch):
    """An account with too many webhooks is told to make one inactive."""
    monkeypatch.setattr(webhooks, "MAX_WEBHOOKS", 2)
    monkeypatch.setattr(handlers, "MAX_WEBHOOKS", 2)
    ids = [add(client), add(client)]
    assert "2 webhooks" in client.post(ADD, make_body()).json["error_description"]
    client.get(f"/webhook/inactive?webhook_id={ids[0]}")
    assert add(client) not in ids
