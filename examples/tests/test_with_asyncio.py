"""asyncio with `httpx.AsyncClient`, in process: no socket, no server, many at a time."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from postcards import PostcardError, postcard_async

from mockserver import Emulator

BASE_URL = "http://segmock"
emulator = Emulator(clock="auto")


def make(world, *motifs, **options):
    """Make postcards side by side, on one client."""

    async def together():
        async with httpx.AsyncClient(transport=emulator.transport, timeout=60) as client:
            orders = [
                postcard_async(client, BASE_URL, world.api_key, motif, **options)
                for motif in motifs
            ]
            return await asyncio.gather(*orders)

    return asyncio.run(together())


@pytest.fixture
def world():
    """An account of this test's own, whose client sleeps in virtual time."""
    world = emulator.account()
    with world.sleepless():
        yield world


def test_ten_at_once_do_not_mix(world):
    """Each motif gets its own picture, and each is paid for once."""
    cards = make(world, *(f"the number {number}" for number in range(10)))
    assert len({card.picture for card in cards}) == 10
    assert len(world.account["ledger"]) == 10


def test_a_bad_minute_of_the_gateway_goes_by(world):
    """Polls are repeated after a lost connection, a 503 page and a 429; the submit is not."""
    world.faults.add([{"reset": True}, {"status": 503, "body": "html"}, {"status": 429}], "status")
    make(world, "a storm")
    routes = [entry["route"] for entry in world.requests]
    assert routes.count("submit") == 1
    assert world.verdicts == []


def test_a_lost_answer_is_not_paid_for_twice(world):
    """The submit got through, its answer did not: this client gives up and says so."""
    world.faults.add({"close": True}, "submit", when="after")
    with pytest.raises(httpx.RemoteProtocolError):
        make(world, "a message in a bottle")
    assert len(world.jobs) == 1


def test_a_run_that_never_ends_is_given_up(world):
    """The client's own deadline holds, in virtual time."""
    world.faults.add({"stall": "PROCESSING"}, "submit")
    with pytest.raises(PostcardError, match="not done after 30 s"):
        make(world, "the end of the rainbow", patience_s=30)
