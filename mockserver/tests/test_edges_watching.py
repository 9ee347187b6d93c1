"""Waiting for the journal's next exchange."""

from threading import Timer

import httpx

from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY


def test_a_reader_of_the_journal_can_wait_for_news():
    """With `wait_s` the answer comes when there is an exchange to show, not before."""
    with Emulator().live() as server, httpx.Client(base_url=server.url) as client:
        ask = {"since": 0, "wait_s": 30}
        caller = Timer(0.1, httpx.get, [f"{server.url}/v1/get-user-credits"])
        caller.start()
        [entry] = client.get("/_mock/requests", params=ask).json()["requests"]
        caller.join()
        assert entry["route"] == "credits"


def test_a_reader_without_patience_is_answered_at_once():
    """Without `wait_s`, and when it is over, the answer may be empty."""
    with Emulator().live() as server, httpx.Client(base_url=server.url) as client:
        for query in ({}, {"wait_s": 0.05}, {"api_key": KEY, "wait_s": 0.05}):
            assert client.get("/_mock/requests", params=query).json() == {"requests": []}
