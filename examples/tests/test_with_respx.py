"""A suite that mocks its other services with respx already: segmock answers for the vendor.

The code under test keeps the vendor's real host names, and the routes that the suite has of its
own go on as they were.
"""

from __future__ import annotations

import httpx
import pytest
import respx
import segmind
from postcards import postcard

from mockserver import Emulator

emulator = Emulator(clock="auto")
PRINTER = "https://printer.example/orders"


@pytest.fixture(autouse=True)
def world():
    """The vendor's hosts, answered for one account."""
    world = emulator.account()
    with emulator.respx(), world.sleepless():
        yield world


def print_postcard(client, motif):
    """Make a postcard and send it to the printer."""
    card = postcard(client, motif)
    return httpx.post(PRINTER, content=card.picture).raise_for_status()


@respx.mock
def test_a_postcard_goes_to_the_printer(world):
    """The printer is a route of this suite's own, the gateway is emulated."""
    printer = respx.post(PRINTER).respond(201)
    print_postcard(segmind.SegmindClient(api_key=world.api_key), "a ferry")
    assert printer.calls.last.request.content.startswith(b"\x89PNG")
    assert [entry["amount"] for entry in world.account["ledger"]] == [0.075]


@respx.mock
def test_one_answer_of_the_gateway_can_still_be_ones_own(world):
    """A route of the suite's own outranks the emulator, and only for what it is about."""
    respx.get("https://api.segmind.com/v1/get-user-credits").respond(json={"credits": 7})
    key = {"x-api-key": world.api_key}
    answer = httpx.get("https://api.segmind.com/v1/get-user-credits", headers=key)
    assert answer.json() == {"credits": 7}
    assert httpx.get("https://api.segmind.com/v2/requests/0", headers=key).status_code == 404


def test_what_goes_elsewhere_is_refused():
    """Nothing leaves the machine unnoticed."""
    with pytest.raises(AssertionError, match="segmock answers for"):
        httpx.get("https://example.org")
