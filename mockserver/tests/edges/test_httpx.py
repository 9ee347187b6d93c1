"""What goes wrong in process goes wrong as on a socket: the same errors, bytes and journal."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, NamedTuple

import anyio
import httpx
import pytest

from mockserver import Emulator
from mockserver.base.clock import MINUTE
from mockserver.base.errors import EmulatorError
from mockserver.control.pages import VerdictFilter
from mockserver.edges import realtime
from mockserver.rules.faults import FaultRequest, On
from mockserver.state.changes import MakeAccount, MoveClock
from mockserver.tests.conftest import FIXED, KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT

ORIGIN = "http://127.0.0.1"
NEVER_S = 60
"""A delay that no client waits for."""

BACKENDS = ("asyncio", "trio")
on_each_backend = pytest.mark.parametrize("backend", BACKENDS)

PATIENCE_S = 0.05
FAST = {"bytes": 16, "every_s": 0.005}
SLOW = {"bytes": 16, "every_s": NEVER_S}


class Case(NamedTuple):
    """A fault, the call that it strikes, and how patient the client is."""

    does: dict[str, Any]
    route: str = "credits"
    when: str | None = None
    method: str = "GET"
    patience_s: float | None = 5.0


class Seen(NamedTuple):
    """What a client has of an answer, and how it ended; what the journal says of it."""

    status: int | None
    headers: list[tuple[bytes, bytes]]
    received: bytes
    error: type[Exception] | None
    journal: list[tuple[str, int | None, str]]
    jobs: int


CASES = [
    *(
        Case({effect: True}, route, when, method)
        for effect in ("reset", "close")
        for when in ("before", "after")
        for route, method in (("credits", "GET"), ("submit", "POST"))
    ),
    *(Case({"truncate_bytes": count}) for count in (0, 1, 10, 10**6)),
    *(Case({"truncate_bytes": count}, "submit", method="POST") for count in (0, 10**6)),
    Case({"truncate_bytes": 100}, "output"),
    Case({"drip": FAST}),
    Case({"drip": FAST}, patience_s=None),
    Case({"drip": SLOW}, patience_s=PATIENCE_S),
    Case({"drip": {"bytes": 10**6, "every_s": NEVER_S}}, patience_s=PATIENCE_S),
    Case({"drip": {"bytes": 4096, "every_s": 0.001}}, "output"),
    *(Case({"delay_s": 0.02}, when=when) for when in ("before", "after")),
    Case({"delay_s": 0.02}, patience_s=None),
    *(Case({"delay_s": NEVER_S}, when=when, patience_s=PATIENCE_S) for when in ("before", "after")),
    *(
        Case({"delay_s": NEVER_S}, "submit", when, "POST", PATIENCE_S)
        for when in ("before", "after")
    ),
    Case({"malformed": True}),
    Case({"extra_fields": {"region": "eu"}}),
    Case({"drop_fields": ["credits"]}),
    *(Case({"status": 503, "body": body}) for body in ("json", "html", "empty", "text:Ähem")),
    *(Case({"status": status}) for status in (204, 304, 429, 406, 599)),
    Case({"status": 500}, "submit", "after", "POST"),
    Case({"status": 500, "headers": {"Retry-After": "7"}}, "submit", "before", "POST"),
    Case({"opaque_urls": True}, "submit", method="POST"),
    Case({"expire": True}, "output", "before"),
    *(
        Case(does, "output", method="HEAD")
        for does in (
            {"truncate_bytes": 0},
            {"truncate_bytes": 10},
            {"drip": SLOW},
            {"reset": True},
            {"close": True},
            {"delay_s": 0.02},
            {"status": 503},
        )
    ),
    Case({"delay_s": NEVER_S}, "output", method="HEAD", patience_s=PATIENCE_S),
]


def arm(emulator: Emulator, does: Any, route: str = "*", **fields: Any) -> None:
    """Arm a fault that strikes once, unless it says otherwise."""
    named = {name: value for name, value in fields.items() if value is not None}
    wanted = FaultRequest(does=does, on=On(route=route), **{"times": 1, **named})
    with emulator.lock:
        emulator.control.faults.add(wanted)


def prepared(emulator: Emulator, case: Case) -> str:
    """Begin anew, with an account, perhaps an output, and the fault; return the path to ask."""
    with emulator.lock:
        emulator.services.store.reset()
        emulator.services.faults.clear()
        emulator.services.store.commit(KEY, (MakeAccount(),), 0)
    path = {"credits": CREDITS, "submit": SUBMIT}.get(case.route)
    if path is None:
        with httpx.Client(transport=emulator.transport, headers={"x-api-key": KEY}) as client:
            job = client.post(f"{ORIGIN}{SUBMIT}", json=PROMPT).json()
            emulator.services.store.commit(KEY, (MoveClock(MINUTE),), 0)
            path = httpx.URL(client.get(job["response_url"]).json()["output"]).path
    arm(emulator, case.does, case.route, when=case.when)
    return path


def journal_of(emulator: Emulator) -> list[tuple[str, int | None, str]]:
    """Return route, status and delivery of every exchange."""
    with emulator.lock:
        exchanges = list(emulator.services.store.records[KEY].journal)
    return [(exchange.route, exchange.status, exchange.delivery) for exchange in exchanges]


def seen(emulator: Emulator, response: Any, received: bytes, error: Any) -> Seen:
    """Collect what there is to compare."""
    jobs = len(emulator.services.store.records[KEY].jobs)
    if response is None:
        return Seen(None, [], received, type(error), journal_of(emulator), jobs)
    headers = [(name.lower(), value) for name, value in response.headers.raw]
    kind = type(error) if error else None
    return Seen(response.status_code, headers, received, kind, journal_of(emulator), jobs)


def options_of(case: Case) -> dict[str, Any]:
    """Return what a client is told for a case."""
    body = {"json": PROMPT} if case.method == "POST" else {}
    return {**body, "timeout": case.patience_s}


def asked(emulator: Emulator, client: httpx.Client, case: Case, path: str) -> Seen:
    """Ask with a sync client, reading the answer as it comes."""
    response, received, error = None, b"", None
    try:
        with client.stream(case.method, path, **options_of(case)) as response:
            for piece in response.iter_raw():
                received += piece
    except httpx.HTTPError as caught:
        error = caught
    return seen(emulator, response, received, error)


async def asked_async(emulator: Emulator, client: httpx.AsyncClient, case: Case, path: str) -> Seen:
    """Ask with an async client, reading the answer as it comes."""
    response, received, error = None, b"", None
    try:
        async with client.stream(case.method, path, **options_of(case)) as response:
            async for piece in response.aiter_raw():
                received += piece
    except httpx.HTTPError as caught:
        error = caught
    return seen(emulator, response, received, error)


@pytest.fixture(scope="module")
def live() -> Iterator[tuple[Emulator, str]]:
    """An emulator whose clock is frozen, on a real socket."""
    emulator = Emulator(clock="frozen", **FIXED)
    with emulator.live() as server:
        yield emulator, server.url


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """The same in process."""
    return Emulator(clock="frozen", **FIXED)


def client_on(url: str, **options: Any) -> httpx.Client:
    """Return a sync client with a key."""
    headers = {"x-api-key": KEY, "host": "127.0.0.1"}
    return httpx.Client(base_url=url, headers=headers, verify=False, **options)


def over_socket(live: tuple[Emulator, str], case: Case) -> Seen:
    """Ask the server, and wait until its journal has the exchange."""
    emulator, url = live
    path = prepared(emulator, case)
    before, newest = len(journal_of(emulator)), emulator.services.store.journals.last
    with client_on(url) as client:
        came = asked(emulator, client, case, path)
    if len(came.journal) == before:
        with client_on(url) as client:
            client.get("/_mock/requests", params={"wait_s": 10, "since": newest})
    return came._replace(journal=journal_of(emulator))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_the_same_with_and_without_a_socket(live, emulator, case):
    """Status, headers, bytes, class of the error, journal and jobs are those of a socket."""
    expected = over_socket(live, case)
    path = prepared(emulator, case)
    with client_on(ORIGIN, transport=emulator.transport) as client:
        assert asked(emulator, client, case, path) == expected

    async def ask() -> Seen:
        headers, transport = {"x-api-key": KEY}, emulator.transport
        async with httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers
        ) as client:
            return await asked_async(emulator, client, case, prepared(emulator, case))

    for backend in BACKENDS:
        assert anyio.run(ask, backend=backend) == expected, backend


# What the errors say


@pytest.mark.parametrize(
    ("does", "kind", "words"),
    [
        ({"reset": True}, httpx.ReadError, "Connection reset by peer"),
        ({"close": True}, httpx.RemoteProtocolError, "Server disconnected without sending"),
        (
            {"truncate_bytes": 3},
            httpx.RemoteProtocolError,
            r"closed connection without sending complete .* \(received 3 bytes, expected \d+\)",
        ),
        ({"delay_s": NEVER_S}, httpx.ReadTimeout, "timed out"),
        ({"drip": SLOW}, httpx.ReadTimeout, "timed out"),
    ],
    ids=str,
)
def test_an_error_reads_as_httpx_writes_it(emulator, does, kind, words):
    """The words are those of httpx, and the error knows its request."""
    case = Case(does)
    path = prepared(emulator, case)
    with (
        client_on(ORIGIN, transport=emulator.transport, timeout=PATIENCE_S) as client,
        pytest.raises(kind, match=words) as caught,
    ):
        client.get(path)
    assert caught.value.request.url == f"{ORIGIN}{path}"


# Waiting


def run_async(
    emulator: Emulator, story: Callable[[httpx.AsyncClient], Any], backend: str = "asyncio"
) -> Any:
    """Run a coroutine with an async client of the emulator."""

    async def run() -> Any:
        headers, transport = {"x-api-key": KEY}, emulator.transport
        async with httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers
        ) as client:
            return await story(client)

    return anyio.run(run, backend=backend)


async def run_together(*stories: Callable[[], Any]) -> None:
    """Run coroutines at the same time."""
    async with anyio.create_task_group() as tasks:
        for story in stories:
            tasks.start_soon(story)


@on_each_backend
def test_a_delayed_async_client_holds_up_no_other(emulator, backend):
    """While one waits, another's whole job goes by."""
    prepared(emulator, Case({"delay_s": 0.2}))
    done: list[str] = []

    async def one(client: httpx.AsyncClient) -> None:
        await client.get(CREDITS)
        done.append("delayed")

    async def other(client: httpx.AsyncClient) -> None:
        job = (await client.post(SUBMIT, json=PROMPT)).json()
        await client.get(job["status_url"])
        done.append("whole job")

    def both(client: httpx.AsyncClient) -> Any:
        return run_together(lambda: one(client), lambda: other(client))

    run_async(emulator, both, backend)
    assert done == ["whole job", "delayed"]


@on_each_backend
@pytest.mark.parametrize("does", [{"delay_s": 0.1}, {"drip": {"bytes": 16, "every_s": 0.05}}])
def test_async_clients_wait_at_the_same_time(emulator, does, backend):
    """When the first of five has its answer, all five have been struck."""
    prepared(emulator, Case({"status": 500}, "submit"))
    arm(emulator, does, "credits", times=5)
    hits: list[int] = []

    async def five(client: httpx.AsyncClient) -> None:
        async def one() -> None:
            assert (await client.get(CREDITS)).status_code == 200
            hits.append(emulator.control.faults.list()["faults"][-1]["hits"])

        await run_together(*[one] * 5)

    run_async(emulator, five, backend)
    assert hits == [5] * 5


@on_each_backend
def test_a_cancelled_call_is_journalled_as_lost(emulator, backend):
    """A task that is cancelled while it waits has left, as one that hangs up has."""
    prepared(emulator, Case({"delay_s": NEVER_S}, "submit", when="after"))

    async def cancelled(client: httpx.AsyncClient) -> None:
        with pytest.raises(TimeoutError), anyio.fail_after(0.02):
            await client.post(SUBMIT, json=PROMPT, timeout=None)

    run_async(emulator, cancelled, backend)
    assert journal_of(emulator) == [("submit", None, "lost")]
    assert len(emulator.services.store.records[KEY].jobs) == 1


def test_an_interrupted_call_is_journalled_as_lost(emulator, monkeypatch):
    """Ctrl-C while a sync client waits is no answer either."""

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(realtime, "pause_s", interrupt)
    prepared(emulator, Case({"delay_s": NEVER_S}))
    with (
        client_on(ORIGIN, transport=emulator.transport) as client,
        pytest.raises(KeyboardInterrupt),
    ):
        client.get(CREDITS)
    assert journal_of(emulator) == [("credits", None, "lost")]


def test_a_lost_submit_that_is_sent_again_gets_its_verdict(emulator):
    """The journal of the transport is one that verdicts can be read off."""
    prepared(emulator, Case({"delay_s": NEVER_S}, "submit", when="after"))
    with client_on(ORIGIN, transport=emulator.transport) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.post(SUBMIT, json=PROMPT, timeout=0.01)
        client.post(SUBMIT, json=PROMPT)
    verdicts = emulator.control.verdicts.show(VerdictFilter(api_key=KEY))["verdicts"]
    assert [verdict["id"] for verdict in verdicts] == ["resubmitted-after-lost-answer"]


@pytest.mark.fact("R1")
@pytest.mark.parametrize("backend", ["sync", *BACKENDS])
def test_a_blocking_run_takes_its_time(backend):
    """A v1 call under a running clock is answered when its virtual seconds have passed."""
    emulator = Emulator(clock="x2000")
    if backend in BACKENDS:
        body = {"sleep": 40}
        answer = run_async(emulator, lambda c: c.post("/v1/mock-inference", json=body), backend)
    else:
        with client_on(ORIGIN, transport=emulator.transport) as client:
            answer = client.post("/v1/mock-inference", json={"sleep": 40})
    assert answer.headers["x-generation-time"] == "40.0"
    [exchange] = emulator.services.store.records[KEY].journal
    assert exchange.answered_at - exchange.at >= 40_000_000


def test_a_blocking_run_outlasts_an_impatient_client():
    """The client's read timeout trips, and what it began goes on without it."""
    emulator = Emulator(clock="real", speed=1)
    with (
        client_on(ORIGIN, transport=emulator.transport, timeout=0.02) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.post("/v1/mock-inference", json={"sleep": 50})
    assert journal_of(emulator) == [("sync", None, "lost")]
    assert len(emulator.services.store.records[KEY].jobs) == 1


# Being an httpx transport


def test_a_transport_outlives_its_clients(emulator):
    """Closing a client closes nothing of the emulator's, and both kinds share it."""
    prepared(emulator, Case({"status": 500}, "submit"))
    for _ in range(2):
        with client_on(ORIGIN, transport=emulator.transport) as client:
            assert client.get(CREDITS).json()["credits"] == 100
        assert run_async(emulator, lambda client: client.get(CREDITS)).json()["credits"] == 100
    assert emulator.transport is emulator.transport


def test_a_body_may_come_in_pieces(emulator):
    """Generators are read to their end, by sync and async clients."""
    prepared(emulator, Case({"status": 500}))
    json_type = {"content-type": "application/json"}
    whole = json.dumps(PROMPT).encode()

    async def pieces() -> AsyncIterator[bytes]:
        yield whole[:5]
        yield whole[5:]

    with client_on(ORIGIN, transport=emulator.transport) as client:
        content = iter([whole[:5], whole[5:]])
        assert client.post(SUBMIT, content=content, headers=json_type).is_success
    answer = run_async(
        emulator, lambda client: client.post(SUBMIT, content=pieces(), headers=json_type)
    )
    assert answer.is_success
    bodies = [exchange.request.body for exchange in emulator.services.store.records[KEY].journal]
    assert bodies == [whole, whole]


def test_a_streamed_output_is_the_whole_output(emulator):
    """`client.stream` gives the bytes that `client.get` gives."""
    path = prepared(emulator, Case({"status": 500}, "output", when="before"))
    emulator.services.faults.clear()
    with client_on(ORIGIN, transport=emulator.transport) as client:
        whole = client.get(path).content
        with client.stream("GET", path) as response:
            assert b"".join(response.iter_bytes(1000)) == whole
    assert whole.startswith(b"\x89PNG")


@pytest.mark.parametrize("path", ["/_mock/events", "/_mock/requests?wait_s=1"])
def test_waiting_for_news_needs_a_server(emulator, path):
    """What would have to wait says so, and what to do."""
    with (
        client_on(ORIGIN, transport=emulator.transport) as client,
        pytest.raises(EmulatorError, match="waits") as caught,
    ):
        client.get(path)
    assert "live()" in caught.value.hint
