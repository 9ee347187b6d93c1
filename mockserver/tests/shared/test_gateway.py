"""A gateway over a shared store: gone it says so, in the gateway's manner, and never does twice."""

from __future__ import annotations

import logging
from unittest.mock import patch

import pytest

from mockserver.base.wire import Request, Wait
from mockserver.gateway.gateway import Gateway
from mockserver.rules.faults import FaultRequest, On
from mockserver.shared import connection as connection_module
from mockserver.tests.conftest import HOST, KEY, PROMPT
from mockserver.tests.redis_server import APPEND_ONLY, serving_redis
from mockserver.tests.shared.conftest import SharedClient

JOB = "0" * 32
ASKED = [
    ("POST", "/v1/ideogram-3"),
    ("POST", "/v2/ideogram-3"),
    ("GET", f"/v2/requests/{JOB}/status"),
    ("GET", f"/v2/requests/{JOB}"),
    ("GET", f"/v1/requests/{JOB}"),
    ("GET", "/v1/get-user-credits"),
    ("GET", "/outputs/a.png"),
    ("GET", "/webhook/get"),
    ("GET", "/nowhere"),
    ("DELETE", "/v2/ideogram-3"),
]


@pytest.fixture
def server():
    """A Redis that the test may kill."""
    with serving_redis(*APPEND_ONLY) as found:
        yield found


@pytest.fixture
def client(server, monkeypatch):
    """A client of an emulator on it, that tries again at once what failed."""
    monkeypatch.setattr(connection_module, "REST_S", 0.0)
    return SharedClient(server.url)


def begin(client, path, clock="x2000"):
    """Begin a blocking run; return what it waits for."""
    client.run(lambda: client.store.move_default_clock(clock, 0))
    request = Request(
        method="POST",
        path=path,
        headers={
            b"host": HOST.encode(),
            b"x-api-key": KEY.encode(),
            b"content-type": b"application/json",
        },
        body=b'{"prompt": "a"}',
    )
    with client.emulator.lock:
        return client.emulator.gateway.handle(request)


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_route_says_that_the_store_is_gone(client, server, method, path):
    """With 503 and an error as the gateway has them, and at once."""
    server.kill()
    answer = client.ask(method, path, PROMPT if method == "POST" else None)
    assert (answer.status, list(answer.json)) == (503, ["error"])
    assert "store" in answer.error
    assert {"content-type", "content-length", "date"} <= set(answer.headers)


def test_what_was_answered_before_is_there_once_the_store_is_back(client, server, caplog):
    """Nothing that was asked meanwhile is, nor stands it in the journal."""
    job = client.submit()
    server.kill()
    with caplog.at_level(logging.WARNING, "segmock"):
        for _ in range(3):
            assert client.post("/v2/ideogram-3").status == 503
        server.start()
        assert client.get(f"/v2/requests/{job['request_id']}/status").status == 200
    assert client.submit()["request_id"] != job["request_id"]
    seen = client.run(lambda: [each.route for each in client.store.journals.exchanges_of(KEY)])
    assert seen == ["submit", "status", "submit"]
    lines = [record.getMessage().partition(server.url)[2] for record in caplog.records]
    assert [line.split(":")[0] for line in lines] == [" is gone", " is back"]


def test_a_blocking_run_whose_store_goes_ends_with_503(client, server):
    """Whoever waits for it is told, and it goes on once the store is back."""
    wait = begin(client, "/v1/ideogram-3")
    assert isinstance(wait, Wait)
    server.kill()
    with client.emulator.lock:
        assert client.emulator.gateway.resume(wait).status == 503
        client.emulator.gateway.abandon(wait)
    server.start()
    assert client.run(lambda: len(client.store.jobs_of(KEY))) == 1


def test_a_wait_may_be_gone_on_with_more_than_once(make_shared):
    """As it is where somebody gets ahead; the journal has it once."""
    first, second = make_shared(), make_shared()
    wait = begin(first, "/v1/ideogram-3")
    first.advance(60)
    with first.preceded(second.submit, times=3) as tries, first.emulator.lock:
        answer = first.emulator.gateway.resume(wait)
    assert (answer.status, tries) == (200, [1, 2, 3, 4])
    routes = second.run(lambda: [each.route for each in second.store.journals.exchanges_of(KEY)])
    assert routes == ["submit"] * 3 + ["sync"]


def test_who_leaves_while_waiting_is_noted_once(make_shared):
    """However often others get ahead."""
    first, second = make_shared(), make_shared()
    wait = begin(first, "/v1/ideogram-3")
    with first.preceded(second.submit, times=2), first.emulator.lock:
        first.emulator.gateway.abandon(wait)
    statuses = second.run(lambda: [each.status for each in second.store.journals.exchanges_of(KEY)])
    assert statuses == [200, 200, None]


def test_a_failure_of_the_emulators_own_is_told_once_though_work_was_done_twice(make_shared):
    """It is answered with 500, and stands in the journal."""
    first, second = make_shared(), make_shared()
    first.submit()
    told = []
    first.emulator.gateway.report = told.append
    with (
        patch("mockserver.gateway.gateway.decide", side_effect=ZeroDivisionError),
        first.preceded(lambda: second.advance(1), times=2) as tries,
    ):
        assert first.post("/v2/ideogram-3").status == 500
    assert tries == [1, 2, 3]
    statuses = second.run(lambda: [each.status for each in second.store.journals.exchanges_of(KEY)])
    assert statuses == [200, 500]
    assert len(told) == 1


def test_observers_see_each_request_once_and_only_what_is_written(make_shared):
    """Where others get ahead it is not yet."""
    first, second = make_shared(), make_shared()
    seen = []

    def observe(gateway, _context, answer):
        if gateway is first.emulator.gateway:
            seen.append((answer.status, second.run(lambda: second.store.journals.last)))

    with (
        patch.object(Gateway, "observers", (*Gateway.observers, observe)),
        first.preceded(second.submit, times=2),
    ):
        first.submit()
    assert seen == [(200, 3)]


def test_a_failure_of_the_control_plane_is_told_as_well(make_shared, caplog, monkeypatch):
    """It is no request's, so it is told at once."""
    client = make_shared()
    monkeypatch.setattr(client.control.clock, "show", lambda _key: 1 / 0)
    request = Request(method="GET", path="/_mock/clock", headers={b"host": HOST.encode()}, body=b"")
    assert client.emulator.in_process.handle(request).status == 500
    assert caplog.text.count("ZeroDivisionError") == 1


def test_an_observer_that_fails_is_a_failure_of_the_emulator(make_shared, caplog):
    """The client is told of it, and what was done stays done."""
    first, second = make_shared(), make_shared()
    first.emulator.gateway.observers = (lambda *_: 1 / 0,)
    assert first.post("/v2/ideogram-3").status == 500
    assert caplog.text.count("ZeroDivisionError") == 1
    assert second.run(lambda: len(second.store.jobs_of(KEY))) == 1
    statuses = second.run(lambda: [each.status for each in second.store.journals.exchanges_of(KEY)])
    assert statuses == [200, 500]


def test_a_fault_strikes_once_though_work_was_done_twice(make_shared):
    """What was counted for a try that came to nothing was not."""
    first, second = make_shared(), make_shared()
    wanted = FaultRequest(does={"status": 503}, on=On(route="submit"), times=1)
    first.run(lambda: first.control.faults.add(wanted))
    with first.preceded(lambda: second.get("/v1/get-user-credits"), times=3):
        assert first.post("/v2/ideogram-3").status == 503
    assert first.post("/v2/ideogram-3").status == 200


def test_a_request_that_is_done_is_answered_though_nothing_can_be_tidied_up(client, server):
    """It was acknowledged by the store."""
    upkeep = client.store._upkeep
    with patch.object(
        upkeep, "go_on", side_effect=lambda: server.kill() or client.store._session.read(("PING",))
    ):
        assert client.post("/v2/ideogram-3").status == 200
    server.start()
    assert client.run(lambda: len(client.store.jobs_of(KEY))) == 1
