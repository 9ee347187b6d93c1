"""Judges of the console's routes: an emulator agrees, and each change is found."""

import pytest

from mockserver.facts.observed import Body
from mockserver.tests.facts.changing import (
    change,
    find_agreed,
    find_differing,
    with_document,
    with_header,
    with_members,
)
from mockserver.tests.facts.stories import UNKNOWN_ID, Witness, find_id

HISTORY = "/inference-request/request-history"
FACTS = ("N4", "N11", "N12", "N13", "N14", "N15", "N16", "N17", "N19", "N20")
HOOK = {"webhook_url": "http://127.0.0.1:9/hook", "event": {"types": ["GRAPH_RUN"]}}


@pytest.fixture(scope="module")
def calls():
    """Every route that is judged, by a name."""
    seen = Witness()
    ask = seen.ask
    run = find_id(seen.submit("ideogram-3"))
    seen.advance(60)
    named = {
        "hook": ask("POST", "/webhook/add", HOOK),
        "hooks": ask("GET", "/webhook/get"),
        "models": ask("GET", "/inference-model-information/list"),
        "made": ask("GET", "/inference-request/generations"),
        "recent": ask("GET", "/inference-request/recent-generations"),
        "history": ask("GET", f"{HISTORY}?status=COMPLETED"),
        "pages": ask("GET", f"{HISTORY}?per_page=101"),
        "request": ask("GET", f"{HISTORY}/{run}"),
        "nobody": ask("GET", f"{HISTORY}/{UNKNOWN_ID}", known={"id-unknown"}),
        "owner": ask("GET", "/api/auth/authenticate"),
        "training": ask("POST", "/finetune/request/submit", {"name": "boat"}),
        "tunes": ask("GET", "/finetune/request/list"),
        "keyless": ask("GET", "/finetune/request/list", key=None),
        "upload": ask("POST", "/upload-asset", {"data_urls": 1}),
    }
    tune = named["tunes"].body.document[0]
    asked = {"request_id": tune["finetune_id"]}
    named["tune"] = ask("GET", "/finetune/request/details", asked)
    where = {"cloud_storage_url": tune["cloud_storage_url"]}
    named["download"] = ask("GET", "/finetune/request/file/download", where)
    named["log"] = ask(
        "GET", f"/webhook/dispatch-logs?webhook_id={named['hook'].body.document['webhook_id']}"
    )
    return seen.story, named


@pytest.mark.fact(*FACTS)
def test_an_emulators_answers_agree(calls):
    """Each fact of the console is seen, and none differs."""
    story, _ = calls
    assert find_agreed(story) >= set(FACTS)
    assert find_differing(story) == set()


def _rename(one, old, new):
    return Body.of(one.body.content.replace(old, new))


@pytest.mark.fact(*FACTS)
@pytest.mark.parametrize(
    ("fact", "name", "make"),
    [
        ("N4", "hooks", lambda _one: {"body": with_document({"count": 0})}),
        ("N4", "hook", lambda _one: {"body": with_document("added")}),
        ("N4", "log", lambda _one: {"body": with_document({})}),
        ("N11", "models", lambda _one: {"body": with_document([])}),
        ("N11", "models", lambda one: {"body": _rename(one, b'"slug"', b'"name"')}),
        ("N12", "made", lambda one: {"body": _rename(one, b"latency_ms", b"latency_s")}),
        ("N12", "made", lambda _one: {"body": with_document({})}),
        ("N12", "recent", lambda _one: {"status": 200, "body": with_document([])}),
        ("N13", "history", lambda one: {"body": _rename(one, b"COMPLETED", b"FAILED")}),
        ("N13", "history", lambda one: {"body": _rename(one, b"model_name", b"model")}),
        ("N13", "pages", lambda _one: {"status": 200, "body": with_document([])}),
        ("N14", "request", lambda one: {"body": with_members(one, request_id=UNKNOWN_ID)}),
        ("N14", "nobody", lambda _one: {"status": 200}),
        ("N15", "owner", lambda _one: {"body": with_document("somebody")}),
        ("N16", "training", lambda _one: {"status": 200}),
        ("N17", "tunes", lambda _one: {"body": with_document({"finetunes": []})}),
        ("N17", "tune", lambda _one: {"body": with_document({"finetune": {}})}),
        (
            "N19",
            "download",
            lambda one: {"headers": with_header(one, "content-type", "application/json")},
        ),
        ("N19", "download", lambda _one: {"body": Body.of(b"weights")}),
        ("N20", "keyless", lambda _one: {"body": with_document({"error": "No key"})}),
        ("N20", "keyless", lambda one: {"body": with_members(one, error="unauthorized")}),
        ("N20", "upload", lambda _one: {"body": with_document({"message": "No list"})}),
    ],
)
def test_a_change_is_found(calls, fact, name, make):
    """The fact that is broken is named at the exchange that breaks it."""
    story, named = calls
    exchange = named[name]
    changed = change(story, exchange, **make(exchange))
    assert (fact, exchange.number) in find_differing(changed)
