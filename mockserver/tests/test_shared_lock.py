"""A process has one connection to its store, and one thread at a time that uses it."""

from __future__ import annotations

import httpx
import pytest

from mockserver.emulator import Emulator
from mockserver.shared.connection import Connection
from mockserver.tests.conftest import KEY, PROMPT

FAULT = {"api_key": KEY, "on": {"route": "submit"}, "do": {"status": 502}, "times": 1}
CALLS = [
    ("PUT", f"/_mock/accounts/{KEY}", {"credits": 10}),
    ("POST", "/_mock/faults", FAULT),
    ("POST", "/v2/ideogram-3", PROMPT),
    ("POST", "/v2/ideogram-3", PROMPT),
    ("PATCH", "/_mock/clock", {"api_key": KEY, "advance_s": 60}),
    ("GET", "/v2/requests/{id}", None),
    ("GET", "/v2/requests/{id}/status", None),
    ("GET", "/v1/get-user-credits", None),
    *[
        ("GET", f"/_mock/{path}", None)
        for path in (
            *(
                "health",
                "accounts",
                "accounts/" + KEY,
                "clock",
                "clock?api_key=" + KEY,
                "jobs",
                "jobs/{id}",
            ),
            *("jobs?api_key=" + KEY, "faults", "faults/fault-1", "faults?api_key=" + KEY),
            *("requests", "requests?last=2", "requests?stray=true", "requests?route=submit"),
            *("requests?wait_s=5", "requests?limit=1&api_key=" + KEY, "verdicts", ""),
            *("verdicts?api_key=" + KEY, "report?full=true&api_key=" + KEY, "behaviours"),
        )
    ],
    ("POST", "/v2/ideogram-3", PROMPT),
    ("PATCH", "/_mock/clock", {"to_next": True}),
    ("PATCH", "/_mock/jobs/{id}", {"stall": True}),
    ("PATCH", "/_mock/jobs/{id}", {"expire": True}),
    ("DELETE", "/_mock/faults/fault-1", None),
    ("DELETE", "/_mock/requests?route=submit", None),
    ("DELETE", "/_mock/requests", None),
    ("DELETE", f"/_mock/accounts/{KEY}", None),
    ("POST", "/_mock/reset", {}),
    ("GET", "/_mock", None),
]


@pytest.fixture
def watched(redis_url, monkeypatch):
    """A server that fails where its store is used without the lock."""
    call = Connection.call
    emulator = Emulator(store=redis_url)

    def call_within_lock(*args, **kwargs):
        assert emulator.lock.locked(), "the store is used by who does not hold the lock"
        return call(*args, **kwargs)

    with emulator.live() as server:
        monkeypatch.setattr(Connection, "call", call_within_lock)
        yield server.url


def test_whatever_is_asked_uses_the_store_within_the_lock(watched):
    """Answers would get into the hands of others, who cannot read them or wait for them in vain."""
    job = ""
    with httpx.Client(base_url=watched, headers={"x-api-key": KEY}) as client:
        for method, path, body in CALLS:
            answer = client.request(method, path.replace("{id}", job), json=body)
            assert answer.status_code in {200, 204, 502}, (method, path, answer.text)
            if answer.status_code == 200 and path == "/v2/ideogram-3":
                job = answer.json()["request_id"]
        assert client.get("/", headers={"accept": "text/html"}).status_code == 200
