"""Who watches the journal of a store that goes is told so, and goes on when it is back."""

from __future__ import annotations

from threading import Timer

import httpx
import pytest

from mockserver.base.errors import StoreGoneError
from mockserver.edges.journal_stream import JournalFeed
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, PATIENCE_S
from mockserver.tests.redis_server import APPEND_ONLY, serving_redis

CREDITS = "/v1/get-user-credits"


@pytest.fixture
def redis():
    """A Redis of the test's own, to be killed."""
    with serving_redis(*APPEND_ONLY) as redis:
        yield redis


@pytest.fixture
def client(redis):
    """A client of a server whose state is in that Redis."""
    with Emulator(clock="frozen", store=redis.url).live() as server:
        headers = {"x-api-key": KEY}
        with httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE_S) as client:
            yield client


def call_until_served(client):
    """Call until the server has its store again."""
    while client.get(CREDITS).status_code != 200:
        pass


def test_a_wait_for_news_is_answered_503_and_one_after_that_hears_them(redis, client):
    """The answer is the one of the control plane whose store is gone, not of its own failure."""
    client.get(CREDITS)
    redis.kill()
    answer = client.get("/_mock/requests", params={"wait_s": 30})
    assert (answer.status_code, set(answer.json())) == (503, {"error", "hint"})
    redis.start()
    call_until_served(client)
    since = client.get("/_mock/requests").json()["newest"]
    caller = Timer(0.1, client.get, [CREDITS])
    caller.start()
    shown = client.get("/_mock/requests", params={"since": since, "wait_s": 30}).json()
    caller.join()
    assert [each["route"] for each in shown["requests"]] == ["credits"]


def test_a_stream_of_events_goes_on_when_the_store_is_back(redis, client):
    """It shows what is entered then; one that begins meanwhile is refused."""
    client.get(CREDITS)
    with client.stream("GET", "/_mock/events") as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("id:")) == "id: 1"
        redis.kill()
        assert client.get("/_mock/events").status_code == 503
        redis.start()
        call_until_served(client)
        assert next(line for line in lines if line.startswith("id:")) == "id: 2"


def test_a_stream_of_events_ends_where_the_store_goes_as_it_is_read(client, monkeypatch, caplog):
    """It ends as streams do, so that whoever reads it comes back; nothing has failed."""

    async def find_none(_feed, _wanted):
        raise StoreGoneError

    monkeypatch.setattr(JournalFeed, "find_events", find_none)
    with client.stream("GET", "/_mock/events") as stream:
        assert "".join(stream.iter_text()) == ": segmock\n\n"
    assert caplog.text == ""
