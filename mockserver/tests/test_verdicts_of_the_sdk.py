"""What the journal says of the vendor's SDK, and of a client that errs, over real sockets."""

import httpx
import pytest
from segmind import InferenceFailed, SegmindClient, SegmindError

from mockserver.emulator import Emulator
from mockserver.handles.account import AccountHandle
from mockserver.handles.control_client import HttpControlClient
from mockserver.tests.conftest import KEY, PROMPT


@pytest.fixture
def server():
    """A live server on a real clock, fast enough that nothing takes long."""
    with Emulator(clock="real", speed=200).live() as running:
        yield running


def musts(server):
    """Return the rules that the client of the key broke and should not have."""
    answer = httpx.get(f"{server.url}/_mock/verdicts", params={"api_key": KEY})
    return {row["id"] for row in answer.json()["verdicts"] if row["level"] == "MUST"}


@pytest.mark.fact("S2", "T4", "T6")
def test_the_sdk_draws_no_must_by_success_failure_and_expiry(server, request):
    """Run, failure and expiry through the vendor's own client break no rule."""
    client = SegmindClient(api_key=KEY, base_url=f"{server.url}/v1")
    request.addfinalizer(client._client.close)
    assert client.submit_async("ideogram-3", **PROMPT).wait(interval=0.25)["output"]
    client.run_sync("ideogram-3", **PROMPT)
    with pytest.raises(InferenceFailed):
        client.submit_async("ideogram-3", prompt="mock:fail=no").wait(interval=0.25)
    job = client.submit_async("ideogram-3", **PROMPT)
    httpx.patch(f"{server.url}/_mock/clock", json={"api_key": KEY, "advance_s": 3601})
    with pytest.raises(SegmindError):
        job.wait(interval=0.25)
    assert musts(server) == set()


@pytest.mark.fact("S2")
def test_a_client_that_pays_twice_is_told(server):
    """Sending a submit again after its answer was lost is a MUST, and the ledger shows why."""
    rule = {"api_key": KEY, "on": {"route": "submit"}, "do": [{"reset": True}], "when": "after"}
    assert httpx.post(f"{server.url}/_mock/faults", json=rule).status_code == 200
    with httpx.Client(base_url=server.url, headers={"x-api-key": KEY}) as client:
        with pytest.raises(httpx.ReadError):
            client.post("/v2/ideogram-3", json=PROMPT)
        client.post("/v2/ideogram-3", json=PROMPT)
        assert musts(server) == {"resubmitted-after-lost-answer"}
        client.patch("/_mock/clock", json={"api_key": KEY, "advance_s": 60})
        ledger = client.get(f"/_mock/accounts/{KEY}").json()["ledger"]
    assert len(ledger) == 2
    assert ledger[0]["payload"] == ledger[1]["payload"]


def test_verdicts_name_their_exchanges_and_facts(server):
    """Each verdict has its words, its facts and the numbers of the exchanges."""
    for _ in range(2):
        httpx.get(f"{server.url}/v1/get-user-credits", params={"api_key": KEY})
    answer = httpx.get(f"{server.url}/_mock/verdicts").json()["verdicts"]
    [verdict] = [row for row in answer if row["id"] == "key-in-query"]
    assert verdict["requests"] == [1, 2]
    assert verdict["title"]
    assert verdict["explanation"]
    assert verdict["facts"]


def refused(server, agent):
    """Be a program that is refused for what it asks for."""
    with httpx.Client(headers={"x-api-key": KEY, "user-agent": agent}) as client:
        assert client.post(f"{server.url}/v2/painter", json=PROMPT).status_code == 404


def test_what_another_program_was_refused_is_not_held_against_this_one(server):
    """Unless whoever asks knows that the journal is one run, as the account of a test does."""
    refused(server, "app/1")
    refused(server, "app/2")
    assert musts(server) == set()
    whole = httpx.get(f"{server.url}/_mock/verdicts", params={"api_key": KEY, "one_run": "true"})
    account = AccountHandle(HttpControlClient(server.url), KEY)
    for verdicts in (whole.json()["verdicts"], account.verdicts):
        assert [verdict["id"] for verdict in verdicts] == ["repeated-after-refusal"]


def test_connections_are_told_apart():
    """Each client has its own, and keeps it."""
    emulator = Emulator()
    with emulator.live() as server:
        for _ in range(2):
            with httpx.Client(headers={"x-api-key": KEY}) as client:
                for _ in range(2):
                    client.get(f"{server.url}/v1/get-user-credits")
        exchanges = emulator.services.store.journals.exchanges_of(KEY)
        first, again, other, last = (exchange.request.connection for exchange in exchanges)
    assert first == again != other == last


def test_a_connection_says_which_others_were_open_when_it_was_first_asked_on():
    """One that a client has closed by then is none of them, and later requests do not say."""
    emulator = Emulator()
    with emulator.live() as server:
        balance = f"{server.url}/v1/get-user-credits"
        httpx.get(balance, headers={"x-api-key": KEY})
        with httpx.Client(headers={"x-api-key": KEY}) as one, httpx.Client() as other:
            one.get(balance)
            for _ in range(2):
                other.get(balance, headers={"x-api-key": KEY})
        exchanges = list(emulator.services.store.journals.exchanges_of(KEY))
    closed, first, second, again = (exchange.request for exchange in exchanges)
    told = [each.beside for each in (closed, first, second, again)]
    assert told == [(), (), (first.connection,), None]
    assert closed.connected_s < first.connected_s < second.connected_s == again.connected_s
    assert all(each.connected_s <= each.received_s for each in (closed, first, second, again))
