"""What goes wrong in process goes wrong as on a socket: the same errors, bytes and journal."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from types import ModuleType
from typing import Any, NamedTuple

import anyio
import httpx
import httpx2
import pytest

from mockserver import Emulator
from mockserver.base.clock import MINUTE
from mockserver.base.errors import EmulatorError
from mockserver.control.pages import VerdictFilter
from mockserver.edges import realtime
from mockserver.edges.http_libraries import find_library
from mockserver.rules.faults import FaultRequest, On
from mockserver.state.changes import MakeAccount, MoveClock
from mockserver.tests.conftest import FIXED, KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT

ORIGIN, API = "http://127.0.0.1", "https://api.segmind.com"
V1 = "/v1/mock-inference"
NEVER_S = 60
"""A delay that no client waits for."""

BACKENDS = ("asyncio", "trio")
on_each_backend = pytest.mark.parametrize("backend", BACKENDS)

PATIENCE_S = 0.05
BEGUN_S = 0.5
"""Patience in which an answer has begun, however busy the machine is."""
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
    Case({"drip": SLOW}, patience_s=BEGUN_S),
    Case({"drip": {"bytes": 10**6, "every_s": NEVER_S}}, patience_s=BEGUN_S),
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


def asked(emulator: Emulator, client: Any, case: Case, path: str) -> Seen:
    """Ask with a sync client, reading the answer as it comes."""
    response, received, error = None, b"", None
    try:
        with client.stream(case.method, path, **options_of(case)) as response:
            for piece in response.iter_raw():
                received += piece
    except (httpx.HTTPError, httpx2.HTTPError) as caught:
        error = caught
    return seen(emulator, response, received, error)


async def asked_async(emulator: Emulator, client: Any, case: Case, path: str) -> Seen:
    """Ask with an async client, reading the answer as it comes."""
    response, received, error = None, b"", None
    try:
        async with client.stream(case.method, path, **options_of(case)) as response:
            async for piece in response.aiter_raw():
                received += piece
    except (httpx.HTTPError, httpx2.HTTPError) as caught:
        error = caught
    return seen(emulator, response, received, error)


@pytest.fixture(scope="module")
def live() -> Iterator[tuple[Emulator, str]]:
    """An emulator whose clock is frozen, on a real socket."""
    emulator = Emulator(clock="frozen", **FIXED)
    with emulator.live() as server:
        yield emulator, server.url


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def library(request) -> ModuleType:
    """The library that the client is on."""
    return request.param


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """The same in process."""
    return Emulator(clock="frozen", **FIXED)


def client_on(library: ModuleType, url: str, **options: Any) -> Any:
    """Return a sync client with a key."""
    headers = {"x-api-key": KEY, "host": "127.0.0.1"}
    return library.Client(base_url=url, headers=headers, verify=False, **options)


def over_socket(library: ModuleType, live: tuple[Emulator, str], case: Case) -> Seen:
    """Ask the server, and wait until its journal has the exchange."""
    emulator, url = live
    path = prepared(emulator, case)
    before, newest = len(journal_of(emulator)), emulator.services.store.journals.last
    with client_on(library, url) as client:
        came = asked(emulator, client, case, path)
    if len(came.journal) == before:
        with client_on(library, url) as client:
            client.get("/_mock/requests", params={"wait_s": 10, "since": newest})
    return came._replace(journal=journal_of(emulator))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_the_same_with_and_without_a_socket(live, emulator, case, library):
    """Status, headers, bytes, class of the error, journal and jobs are those of a socket."""
    expected = over_socket(library, live, case)
    path = prepared(emulator, case)
    with client_on(library, ORIGIN, transport=emulator.transport) as client:
        assert asked(emulator, client, case, path) == expected

    async def ask() -> Seen:
        headers, transport = {"x-api-key": KEY}, emulator.transport
        async with library.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers
        ) as client:
            return await asked_async(emulator, client, case, prepared(emulator, case))

    for backend in BACKENDS:
        assert anyio.run(ask, backend=backend) == expected, backend


# What the errors say


@pytest.mark.parametrize(
    ("does", "kind", "words"),
    [
        ({"reset": True}, "ReadError", "Connection reset by peer"),
        ({"close": True}, "RemoteProtocolError", "Server disconnected without sending"),
        (
            {"truncate_bytes": 3},
            "RemoteProtocolError",
            r"closed connection without sending complete .* \(received 3 bytes, expected \d+\)",
        ),
        ({"delay_s": NEVER_S}, "ReadTimeout", "timed out"),
        ({"drip": SLOW}, "ReadTimeout", "timed out"),
    ],
    ids=str,
)
def test_an_error_reads_as_the_library_writes_it(emulator, does, kind, words, library):
    """The words are those of the client's library, and the error knows its request."""
    case = Case(does)
    path = prepared(emulator, case)
    with (
        client_on(library, ORIGIN, transport=emulator.transport, timeout=PATIENCE_S) as client,
        pytest.raises(getattr(library, kind), match=words) as caught,
    ):
        client.get(path)
    assert caught.value.request.url == f"{ORIGIN}{path}"


# Waiting


def run_async(
    library: ModuleType,
    emulator: Emulator,
    story: Callable[[Any], Any],
    backend: str = "asyncio",
) -> Any:
    """Run a coroutine with an async client of the emulator."""

    async def run() -> Any:
        headers, transport = {"x-api-key": KEY}, emulator.transport
        async with library.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers
        ) as client:
            return await story(client)

    return anyio.run(run, backend=backend)


async def cancel_waiting(call: Callable[[], Any]) -> None:
    """Make a call in a task, and cancel that once it waits for what never comes."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()


async def run_together(*stories: Callable[[], Any]) -> None:
    """Run coroutines at the same time."""
    async with anyio.create_task_group() as tasks:
        for story in stories:
            tasks.start_soon(story)


@on_each_backend
def test_a_delayed_async_client_holds_up_no_other(emulator, backend, library):
    """While one waits, another's whole job goes by."""
    prepared(emulator, Case({"delay_s": 0.2}))
    done: list[str] = []

    async def one(client: Any) -> None:
        await client.get(CREDITS)
        done.append("delayed")

    async def other(client: Any) -> None:
        job = (await client.post(SUBMIT, json=PROMPT)).json()
        await client.get(job["status_url"])
        done.append("whole job")

    def both(client: Any) -> Any:
        return run_together(lambda: one(client), lambda: other(client))

    run_async(library, emulator, both, backend)
    assert done == ["whole job", "delayed"]


@on_each_backend
@pytest.mark.parametrize("does", [{"delay_s": 0.1}, {"drip": {"bytes": 16, "every_s": 0.05}}])
def test_async_clients_wait_at_the_same_time(emulator, does, backend, library):
    """When the first of five has its answer, all five have been struck."""
    prepared(emulator, Case({"status": 500}, "submit"))
    arm(emulator, does, "credits", times=5)
    hits: list[int] = []

    async def five(client: Any) -> None:
        async def one() -> None:
            assert (await client.get(CREDITS)).status_code == 200
            hits.append(emulator.control.faults.list()["faults"][-1]["hits"])

        await run_together(*[one] * 5)

    run_async(library, emulator, five, backend)
    assert hits == [5] * 5


@on_each_backend
def test_a_cancelled_call_is_journalled_as_lost(emulator, backend, library):
    """A task that is cancelled while it waits has left, as one that hangs up has."""
    prepared(emulator, Case({"delay_s": NEVER_S}, "submit", when="after"))

    def cancelled(client: Any) -> Any:
        return cancel_waiting(lambda: client.post(SUBMIT, json=PROMPT, timeout=None))

    run_async(library, emulator, cancelled, backend)
    assert journal_of(emulator) == [("submit", None, "lost")]
    assert len(emulator.services.store.records[KEY].jobs) == 1


@on_each_backend
def test_a_cancelled_reader_has_what_came_until_then(emulator, backend, library):
    """The first piece of a body that drips, and not the second; nothing is left running."""
    prepared(emulator, Case({"drip": SLOW}))
    received = bytearray()

    async def read(client: Any) -> None:
        async with client.stream("GET", CREDITS, timeout=None) as response:
            async for piece in response.aiter_raw():
                received.extend(piece)

    run_async(library, emulator, lambda client: cancel_waiting(lambda: read(client)), backend)
    assert len(received) == SLOW["bytes"]


def test_an_interrupted_call_is_journalled_as_lost(emulator, monkeypatch, library):
    """Ctrl-C while a sync client waits is no answer either."""

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(realtime, "pause_s", interrupt)
    prepared(emulator, Case({"delay_s": NEVER_S}))
    with (
        client_on(library, ORIGIN, transport=emulator.transport) as client,
        pytest.raises(KeyboardInterrupt),
    ):
        client.get(CREDITS)
    assert journal_of(emulator) == [("credits", None, "lost")]


def test_a_lost_submit_that_is_sent_again_gets_its_verdict(emulator, library):
    """The journal of the transport is one that verdicts can be read off."""
    prepared(emulator, Case({"delay_s": NEVER_S}, "submit", when="after"))
    with client_on(library, ORIGIN, transport=emulator.transport) as client:
        with pytest.raises(library.ReadTimeout):
            client.post(SUBMIT, json=PROMPT, timeout=0.01)
        client.post(SUBMIT, json=PROMPT)
    verdicts = emulator.control.verdicts.show(VerdictFilter(api_key=KEY))["verdicts"]
    assert [verdict["id"] for verdict in verdicts] == ["resubmitted-after-lost-answer"]


def run_blocking(
    library: ModuleType, emulator: Emulator, backend: str, sleep_s: int, patience_s: float
) -> Any:
    """Return the answer to a v1 call, of a sync client or of an async one."""
    options: dict[str, Any] = {"json": {"sleep": sleep_s}, "timeout": patience_s}
    if backend in BACKENDS:
        return run_async(library, emulator, lambda client: client.post(V1, **options), backend)
    with client_on(library, ORIGIN, transport=emulator.transport) as client:
        return client.post(V1, **options)


by_each_client = pytest.mark.parametrize("backend", ["sync", *BACKENDS])


@pytest.mark.fact("R1")
@by_each_client
def test_a_blocking_run_takes_its_time(backend, library):
    """A v1 call under a running clock is answered when its virtual seconds have passed."""
    emulator = Emulator(clock="x2000")
    answer = run_blocking(library, emulator, backend, sleep_s=40, patience_s=60)
    assert answer.headers["x-generation-time"] == "40.0"
    [exchange] = emulator.services.store.records[KEY].journal
    assert exchange.answered_at - exchange.at >= 40_000_000


@by_each_client
def test_a_blocking_run_outlasts_an_impatient_client(backend, library):
    """The client's read timeout trips, and what it began goes on without it."""
    emulator = Emulator(clock="real", speed=1)
    with pytest.raises(library.ReadTimeout):
        run_blocking(library, emulator, backend, sleep_s=50, patience_s=0.02)
    assert journal_of(emulator) == [("sync", None, "lost")]
    assert len(emulator.services.store.records[KEY].jobs) == 1


@on_each_backend
def test_a_blocking_run_outlasts_a_cancelled_task(backend, library):
    """It is the caller alone that has left."""
    emulator = Emulator(clock="real", speed=1)

    def cancelled(client: Any) -> Any:
        return cancel_waiting(lambda: client.post(V1, json={"sleep": 50}, timeout=None))

    run_async(library, emulator, cancelled, backend)
    assert journal_of(emulator) == [("sync", None, "lost")]
    assert len(emulator.services.store.records[KEY].jobs) == 1


# Being a transport of each library


def test_one_transport_is_a_transport_of_each_library(emulator, library):
    """Who checks finds what it expects, and is answered with a response of its own."""
    transport = emulator.transport
    assert isinstance(transport, library.BaseTransport)
    assert isinstance(transport, library.AsyncBaseTransport)
    response = transport.handle_request(library.Request("GET", f"{ORIGIN}{CREDITS}"))
    assert isinstance(response, library.Response)
    assert isinstance(response.stream, library.SyncByteStream)
    assert isinstance(response.stream, library.AsyncByteStream)


def test_what_is_of_neither_library_is_refused():
    """It would get a response that it cannot read."""
    with pytest.raises(TypeError, match="no request of httpx or httpx2"):
        find_library("GET /")


def test_a_reader_that_stops_early_leaves_no_generator_open(emulator):
    """Trio warns of one that is; httpx2 closes those that it is given."""
    prepared(emulator, Case({"drip": FAST}))

    async def stop_early(client: Any) -> None:
        async with (
            client.stream("GET", CREDITS) as response,
            aclosing(response.aiter_raw()) as pieces,
        ):
            await anext(pieces)

    run_async(httpx2, emulator, stop_early, "trio")
    prepared(emulator, Case({"drip": FAST}))

    async def patched() -> None:
        headers = {"x-api-key": KEY}
        async with httpx2.AsyncClient(base_url=API, headers=headers, verify=False) as client:
            await stop_early(client)

    with emulator.respx(using="httpx2"):
        anyio.run(patched, backend="trio")


def test_a_transport_outlives_its_clients(emulator, library):
    """Closing a client closes nothing of the emulator's, and both kinds share it."""
    prepared(emulator, Case({"status": 500}, "submit"))
    for _ in range(2):
        with client_on(library, ORIGIN, transport=emulator.transport) as client:
            assert client.get(CREDITS).json()["credits"] == 100
        answer = run_async(library, emulator, lambda client: client.get(CREDITS))
        assert answer.json()["credits"] == 100
    assert emulator.transport is emulator.transport


def test_a_body_may_come_in_pieces(emulator, library):
    """Generators are read to their end, by sync and async clients."""
    prepared(emulator, Case({"status": 500}))
    json_type = {"content-type": "application/json"}
    whole = json.dumps(PROMPT).encode()

    async def pieces() -> AsyncIterator[bytes]:
        yield whole[:5]
        yield whole[5:]

    with client_on(library, ORIGIN, transport=emulator.transport) as client:
        content = iter([whole[:5], whole[5:]])
        assert client.post(SUBMIT, content=content, headers=json_type).is_success
    answer = run_async(
        library, emulator, lambda client: client.post(SUBMIT, content=pieces(), headers=json_type)
    )
    assert answer.is_success
    bodies = [exchange.request.body for exchange in emulator.services.store.records[KEY].journal]
    assert bodies == [whole, whole]


def test_a_streamed_output_is_the_whole_output(emulator, library):
    """`client.stream` gives the bytes that `client.get` gives."""
    path = prepared(emulator, Case({"status": 500}, "output", when="before"))
    emulator.services.faults.clear()
    with client_on(library, ORIGIN, transport=emulator.transport) as client:
        whole = client.get(path).content
        with client.stream("GET", path) as response:
            assert b"".join(response.iter_bytes(1000)) == whole
    assert whole.startswith(b"\x89PNG")


@pytest.mark.parametrize("path", ["/_mock/events", "/_mock/requests?wait_s=1"])
def test_waiting_for_news_needs_a_server(emulator, path, library):
    """What would have to wait says so, and what to do."""
    with (
        client_on(library, ORIGIN, transport=emulator.transport) as client,
        pytest.raises(EmulatorError, match="waits") as caught,
    ):
        client.get(path)
    assert "live()" in caught.value.hint
