"""pytest and the vendor's SDK: the fixture `segmock` is an account of this test's own.

Installing segmock is all the set-up there is. Run it with `pytest examples/tests`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import httpx
import pytest
from PIL import Image
from postcards import postcard
from segmind import InferenceFailed, SegmindClient, SegmindError


@pytest.fixture
def client(segmock):
    """The vendor's client, pointed at the test's account."""
    return SegmindClient(api_key=segmock.api_key, base_url=segmock.base_url)


@pytest.fixture(autouse=True)
def _no_waiting(segmock):
    """Let the SDK's pauses be virtual ones, and reach the server past any proxy."""
    with segmock.env, segmock.sleepless():
        yield


def test_a_postcard_is_landscape_and_paid_for(client, segmock):
    """The picture has the shape that was asked for, and the ledger shows one charge."""
    card = postcard(client, "a lighthouse")
    width, height = Image.open(BytesIO(card.picture)).size
    assert width > height
    assert [entry["amount"] for entry in segmock.account["ledger"]] == [card.cost]


def test_a_refused_motif_costs_nothing(client, segmock):
    """The run fails: the SDK raises, and nothing was charged."""
    segmock.faults.add({"state": "FAILED", "error": "Too ugly."}, on="submit")
    with pytest.raises(InferenceFailed, match="Too ugly"):
        postcard(client, "a car park")
    assert segmock.account["ledger"] == []


def test_a_postcard_fetched_too_late_is_gone(client, segmock):
    """After an hour the gateway has forgotten the request."""
    job = client.submit_async("ideogram-3", prompt="A postcard of yesterday")
    job.wait()
    segmock.clock.advance(3600)
    with pytest.raises(SegmindError, match="not found"):
        job.result()


@pytest.mark.segmock(credits=0.01)
def test_an_empty_purse_buys_nothing(client):
    """A marker says what the account is like."""
    with pytest.raises(SegmindError) as refusal:
        postcard(client, "a palace")
    assert refusal.value.status == 406


def test_a_long_wait_takes_no_time(client, segmock):
    """A run of nine virtual minutes: the SDK polls 540 times if it must, in no real time."""
    segmock.clock.set("frozen")
    job = client.submit_async("ideogram-3", prompt="mock:slow=540")
    before = datetime.fromisoformat(segmock.clock.now_utc)
    job.wait(timeout=600, interval=10)
    passed = datetime.fromisoformat(segmock.clock.now_utc) - before
    assert passed // timedelta(minutes=1) == 9


@pytest.mark.segmock(strict=False)
def test_what_a_careless_client_is_told(client, segmock):
    """Without strict=False this test would fail at its end, with what is read here."""
    segmock.faults.add({"reset": True}, on="submit", when="after", times=1)
    with pytest.raises(httpx.ReadError):
        postcard(client, "a toll bridge")
    postcard(client, "a toll bridge")  # the answer was lost, the run was not: this pays twice
    assert [verdict["id"] for verdict in segmock.verdicts] == ["resubmitted-after-lost-answer"]
    segmock.clock.advance(60)
    assert len(segmock.account["ledger"]) == 2
