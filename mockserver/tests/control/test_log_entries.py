"""What a log tells of an exchange, whether it is read off the record or off the JSON."""

import msgspec
import pytest

from mockserver.base.redaction import unescape
from mockserver.base.wire import Request
from mockserver.control.journal_views import render_exchange
from mockserver.control.log_entries import parse_entry, read_entry
from mockserver.rules.faults import FaultRequest
from mockserver.state.journal import cut_exchange
from mockserver.state.journal_bounds import MAX_BODY
from mockserver.tests.conftest import KEY, PROMPT, Client
from mockserver.tests.control.conftest import CREDITS

STATUS = "/v2/requests/{}/status"
PREFLIGHT = {"access-control-request-method": "GET"}


def poll(client):
    """Submit a job and ask for its status."""
    client.get(STATUS.format(client.submit()["request_id"]))


def strike(client, do):
    """Arm a fault for every call, and submit."""
    client.control.faults.add(FaultRequest(does=do))
    headers = {b"host": b"localhost", b"x-api-key": KEY.encode()}
    client.emulator.gateway.handle(Request(method="POST", path="/v2/ideogram-3", headers=headers))


CALLS = {
    "a submit": lambda client: client.submit(),
    "a poll": poll,
    "a refusal": lambda client: client.post("/v2/ideogram-3", key=None),
    "a page of HTML": lambda client: client.ask("DELETE", CREDITS),
    "a picture": lambda client: client.post("/v1/ideogram-3"),
    "an empty answer": lambda client: client.ask(
        "OPTIONS", CREDITS, headers={"origin": "https://a.test", **PREFLIGHT}
    ),
    "a lost answer": lambda client: strike(client, {"reset": True}),
    "a damaged answer": lambda client: strike(client, {"truncate_bytes": 5}),
    "a status of a fault": lambda client: strike(client, {"status": 503, "body": "html"}),
    "a key in the path": lambda client: client.get(f"/v2/requests/{KEY}/status"),
    "a key in the query": lambda client: client.get(f"{CREDITS}?api_key={KEY}"),
    "a key in the error": lambda client: client.get(f"/v2/{KEY}"),
    "an array": lambda client: client.get("/models"),
}


def read_all(client):
    """Return the exchanges of a client as they are kept, and as they are shown."""
    journals, accounts = client.store.journals, client.store.accounts
    exchanges = [each for owner in (None, *accounts) for each in journals.exchanges_of(owner)]
    return [(each, render_exchange(each, accounts)) for each in exchanges]


@pytest.mark.parametrize("name", CALLS)
def test_record_and_json_are_read_alike(name):
    """The log of a server says what `segmock tail` says, and neither shows a key."""
    client = Client(KEY)
    CALLS[name](client)
    found = read_all(client)
    assert found
    for exchange, shown in found:
        fault = exchange.fault_id and f"what {exchange.fault_id} does"
        entry = read_entry(exchange, client.store.accounts, fault)
        assert parse_entry(shown, lambda fault_id: f"what {fault_id} does") == entry
        assert KEY not in unescape(str(entry))


def test_an_exchange_that_was_cut_is_read_alike():
    """Of a long answer type and size are told, as far as its head has them."""
    client = Client(KEY)
    client.post("/v1/ideogram-3", PROMPT | {"resolution": "1024x1024"})
    [(exchange, _)] = read_all(client)
    cut = cut_exchange(exchange)
    shown = render_exchange(cut, client.store.accounts)
    assert parse_entry(shown, str) == read_entry(cut, client.store.accounts)


@pytest.mark.parametrize("body", [b"\xff\x00", b"x" * (MAX_BODY + 1), b"", b"a text"])
def test_a_body_of_any_kind_is_read_alike(body):
    """Bytes, a text, one that was cut, or none: type and size are told of it."""
    client = Client(KEY)
    client.get(CREDITS)
    [(exchange, _)] = read_all(client)
    other = msgspec.structs.replace(exchange, body=body)
    shown = render_exchange(other, client.store.accounts)
    assert parse_entry(shown, str) == read_entry(other, client.store.accounts)


def test_a_path_with_a_line_feed_is_read_alike():
    """What would be two texts for one line is hidden text by text."""
    client = Client(KEY)
    client.get(f"/v2/{KEY}\n{KEY}")
    [(exchange, shown)] = read_all(client)
    entry = read_entry(exchange, client.store.accounts)
    assert parse_entry(shown, str) == entry
    assert "\n" in entry.path
    assert KEY not in entry.path


def test_a_hint_is_told_by_both():
    """The log of a server makes it as the journal does."""
    client = Client()
    client.post("/v2/ideogram3")
    [exchange] = client.store.journals.exchanges_of(KEY)
    shown = client.control.journal.render(exchange, None)
    assert shown["hint"].startswith("did you mean `ideogram-3`?")
    entry = read_entry(exchange, client.store.accounts, hint=shown["hint"])
    assert parse_entry(shown, str) == entry


def test_state_error_and_fault_are_told():
    """They are what somebody who watches a client wants to see."""
    client = Client(KEY)
    submitted = client.submit()
    client.get(STATUS.format(submitted["request_id"]))
    strike(client, {"status": 503})
    entries = [read_entry(each, (), "status 503") for each, _ in read_all(client)]
    told = [(each.status, each.state, each.request_id) for each in entries]
    assert told[:2] == [(200, state, submitted["request_id"]) for state in ("QUEUED", "QUEUED")]
    assert (entries[2].status, entries[2].fault_id, entries[2].fault) == (
        503,
        "fault-1",
        "status 503",
    )
    assert entries[2].error
    assert {entry.api_key for entry in entries} == {"...cdef"}
