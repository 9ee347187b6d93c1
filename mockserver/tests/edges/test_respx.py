"""The vendor's host names answered in process, beside whatever else a test mocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import anyio
import httpcore
import httpx
import pytest
import respx
import segmind
from respx.mocks import Mocker
from respx.models import AllMockedAssertionError

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.tests.conftest import KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS

API = "https://api.segmind.com"
VENDOR_HOSTS = [
    "segmind.com",
    "api.segmind.com",
    "images.segmind.com",
    "workflows-api.segmind.com",
    "api.spotprod.segmind.com",
    "cloud.segmind.com",
]
STRANGERS = [
    "https://example.com/",
    "https://api.segmind.com.example.com/",
    "https://notsegmind.com/",
    "http://127.0.0.1:9/",
]
HEADERS = {"x-api-key": KEY}

Get = Callable[[str], httpx.Response]


def get_sync(url: str) -> httpx.Response:
    """GET with a sync client."""
    with httpx.Client(headers=HEADERS, verify=False) as client:
        return client.get(url)


def get_async(url: str) -> httpx.Response:
    """GET with an async client."""

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(headers=HEADERS, verify=False) as client:
            return await client.get(url)

    return asyncio.run(get())


@pytest.fixture(params=[get_sync, get_async], ids=["sync", "async"])
def get(request) -> Get:
    """GET, sync and async."""
    return request.param


@pytest.fixture(params=["httpcore", "httpx"])
def using(request) -> str:
    """What respx patches."""
    return request.param


@pytest.fixture
def emulator() -> Emulator:
    """An emulator whose clock steps on with each poll."""
    return Emulator(clock="auto")


@pytest.fixture(autouse=True)
def _nothing_stays_patched():
    """After each test respx has no router, and httpx and httpcore are themselves again."""
    patched = [
        (httpx.Client, "_transport_for_url"),
        (httpx.AsyncClient, "_transport_for_url"),
        (httpcore.ConnectionPool, "handle_request"),
        (httpcore.AsyncConnectionPool, "handle_async_request"),
    ]
    before = [getattr(owner, name) for owner, name in patched]
    yield
    assert [router for mocker in Mocker.registry.values() for router in mocker.routers] == []
    assert [getattr(owner, name) for owner, name in patched] == before


def credits_of(response: httpx.Response) -> Any:
    """Return the balance that an answer tells."""
    return response.json()["credits"]


def by_test(get: Get, url: str = API + CREDITS) -> bool:
    """Tell whether a test's own route answers in place of the emulator."""
    return get(url).text == "the test's own"


OWN = httpx.Response(200, text="the test's own")


# Whose hosts


@pytest.mark.fact("R7")
def test_every_host_of_the_vendor_is_answered(emulator, get, using):
    """Each of them is the emulator, whatever scheme, case or port it is written with."""
    hosts = [*VENDOR_HOSTS, "API.Segmind.com", "api.segmind.com:8443"]
    with emulator.respx(using=using):
        for url in [*(f"https://{host}" for host in hosts), "http://api.segmind.com"]:
            assert credits_of(get(url + CREDITS)) == 100


@pytest.mark.parametrize("url", STRANGERS)
def test_a_stranger_is_refused_with_what_to_do(emulator, get, using, url):
    """A request elsewhere does not leave the machine, and the message says how it could."""
    with emulator.respx(using=using), pytest.raises(AllMockedAssertionError) as caught:
        get(url)
    for words in (f"GET {url}", "segmind.com", "router.get(", "emulator.respx(pass_through=True)"):
        assert words in str(caught.value)


def test_strangers_may_be_let_out(get, using):
    """With `pass_through` they reach their host, and the vendor's still do not."""
    inside, outside = Emulator(clock="auto", credits=1), Emulator(clock="auto", credits=2)
    with outside.live() as server, inside.respx(pass_through=True, using=using):
        assert credits_of(get(server.url + CREDITS)) == 2
        assert credits_of(get(API + CREDITS)) == 1


def test_what_respx_cannot_patch_is_refused(emulator):
    """A wrong word would patch nothing, and let every call out to the vendor."""
    with pytest.raises(EmulatorError, match="requests") as caught:
        emulator.respx(using="requests")
    assert "httpcore" in caught.value.hint


# Routes of a test's own


def test_a_route_on_the_router_comes_first(emulator, get, using):
    """It may stand for the vendor or for a stranger; anything else is the emulator's."""
    with emulator.respx(using=using) as router:
        vendor = router.get(API + CREDITS).mock(return_value=OWN)
        router.get("https://example.com/").mock(return_value=OWN)
        assert by_test(get)
        assert by_test(get, "https://example.com/")
        assert get(f"{API}/v1/nothing").status_code == 405
        assert (vendor.call_count, router.calls.call_count) == (1, 3)


def test_a_route_that_lets_a_request_go_lets_the_emulator_answer(emulator, get):
    """A side effect that returns None has only looked."""
    looked: list[httpx.Request] = []
    with emulator.respx() as router:
        router.route().mock(side_effect=looked.append)
        assert credits_of(get(API + CREDITS)) == 100
    assert len(looked) == 1


def test_a_route_that_fails_fails(emulator, get):
    """An error that a route raises is the client's."""
    with emulator.respx() as router:
        router.get(API + CREDITS).mock(side_effect=httpx.ConnectTimeout)
        with pytest.raises(httpx.ConnectTimeout):
            get(API + CREDITS)
        assert router.calls.call_count == 1


@pytest.mark.parametrize("emulator_first", [True, False])
@pytest.mark.parametrize("all_mocked", [True, False])
def test_other_routers_go_on_beside_it(emulator, get, emulator_first, all_mocked):
    """Their routes come first, the emulator has the vendor's other paths, in either order."""
    other = respx.mock(assert_all_mocked=all_mocked)
    first, second = (emulator.respx(), other) if emulator_first else (other, emulator.respx())
    with first, second:
        other.get(API + CREDITS).mock(return_value=OWN)
        other.get("https://example.com/").mock(return_value=OWN)
        assert by_test(get)
        assert by_test(get, "https://example.com/")
        assert get(f"{API}/v2/requests/0").status_code == 404
        assert other.calls.call_count == 2
        if all_mocked:
            with pytest.raises(AllMockedAssertionError):
                get("https://example.com/elsewhere")
        else:
            assert get("https://example.com/elsewhere").status_code == 200


def test_the_global_router_composes_too(emulator, get):
    """Routes on `respx.mock` itself are honoured, as a context and as a decorator."""

    @respx.mock
    def decorated() -> None:
        respx.get(API + CREDITS).mock(return_value=OWN)
        with emulator.respx():
            assert by_test(get)
            assert get(f"{API}/v2/requests/0").status_code == 404

    decorated()
    with emulator.respx(), respx.mock:
        respx.get("https://example.com/").mock(return_value=OWN)
        assert by_test(get, "https://example.com/")
        assert credits_of(get(API + CREDITS)) == 100


def test_routes_on_several_routers_do_not_run_in_circles(emulator, get):
    """Two emulators with a route for the same call: that of the last one entered answers."""
    with emulator.respx() as outer, Emulator(clock="auto").respx() as inner:
        outer.get(API + CREDITS).respond(text="outer")
        assert get(API + CREDITS).text == "outer"
        inner.get(API + CREDITS).respond(text="inner")
        assert get(API + CREDITS).text == "inner"


def test_of_two_emulators_the_last_one_entered_answers(get, using):
    """A test's own emulator covers that of a fixture, and uncovers it again."""
    outer, inner = Emulator(clock="auto", credits=1), Emulator(clock="auto", credits=2)
    with outer.respx(using=using):
        with inner.respx(using=using):
            assert credits_of(get(API + CREDITS)) == 2
        assert credits_of(get(API + CREDITS)) == 1


def test_it_is_a_decorator_as_well(emulator, get):
    """As any router of respx is, for sync and async tests; one may ask for the router."""

    @emulator.respx()
    def decorated(respx_mock: Any) -> Any:
        return credits_of(get(API + CREDITS)), respx_mock.calls.call_count

    @emulator.respx()
    async def coroutine() -> Any:
        async with httpx.AsyncClient(headers=HEADERS, verify=False) as client:
            return credits_of(await client.get(API + CREDITS))

    assert decorated() == (100, 1)
    assert asyncio.run(coroutine()) == 100


def test_it_is_an_async_context_as_well(emulator):
    """`async with` opens it too."""

    async def ask() -> Any:
        async with emulator.respx() as router, httpx.AsyncClient(verify=False) as client:
            answer = await client.get(API + CREDITS, headers=HEADERS)
            return credits_of(answer), router.calls.call_count

    assert asyncio.run(ask()) == (100, 1)


# What it records and restores


def test_calls_are_recorded(emulator, get, using):
    """Each call has its request and its response, until the context ends."""
    with emulator.respx(using=using) as router:
        get(API + CREDITS)
        get(f"{API}/v1/requests/0")
        told = [(call.request.url.path, call.response.status_code) for call in router.calls]
    assert told == [(CREDITS, 200), ("/v1/requests/0", 404)]
    assert router.calls.call_count == 0


@pytest.mark.parametrize(
    ("does", "kind"),
    [
        ({"reset": True}, httpx.ReadError),
        ({"close": True}, httpx.RemoteProtocolError),
        ({"truncate_bytes": 3}, httpx.RemoteProtocolError),
        ({"delay_s": 60}, httpx.ReadTimeout),
        ({"drip": {"bytes": 1, "every_s": 60}}, httpx.ReadTimeout),
    ],
    ids=str,
)
@pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
def test_a_fault_is_what_httpx_makes_of_it(emulator, using, does, kind, backend):
    """The error is that of a real connection, and a call without an answer is recorded too."""
    emulator.account(KEY).faults.add(does, "credits", times=1)

    async def ask() -> None:
        async with httpx.AsyncClient(timeout=0.02, headers=HEADERS, verify=False) as client:
            await client.get(API + CREDITS)

    def ask_sync() -> None:
        with httpx.Client(timeout=0.02, headers=HEADERS, verify=False) as client:
            client.get(API + CREDITS)

    with emulator.respx(using=using) as router:
        with pytest.raises(kind):
            ask_sync() if backend == "sync" else anyio.run(ask, backend=backend)
        [call] = router.calls
    is_begun = "truncate_bytes" in does or "drip" in does
    assert (call.request.url.path, call.has_response) == (CREDITS, is_begun)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_delayed_async_client_holds_up_no_other(emulator, backend):
    """While one waits, another is answered."""
    emulator.account(KEY).faults.add({"delay_s": 0.1}, "credits", times=1)
    done: list[str] = []

    async def ask(client: httpx.AsyncClient, path: str) -> None:
        await client.get(API + path)
        done.append(path)

    async def both() -> None:
        async with (
            httpx.AsyncClient(headers=HEADERS, verify=False) as client,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(ask, client, CREDITS)
            tasks.start_soon(ask, client, "/v2/requests/0")

    with emulator.respx():
        anyio.run(both, backend=backend)
    assert done == ["/v2/requests/0", CREDITS]


def test_an_exception_restores_everything(emulator, get):
    """A test that fails inside leaves nothing patched, and routes with it."""
    router = emulator.respx()

    def failing() -> None:
        with router:
            router.get(API + CREDITS).mock(return_value=OWN)
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert list(router.routes) == []
    with router:
        assert credits_of(get(API + CREDITS)) == 100


def test_a_route_that_was_never_called_is_no_complaint(emulator):
    """The emulator's router is for answering: it does not demand that its routes be used."""
    with emulator.respx() as router:
        router.get("https://example.com/")


# The vendor's SDK


def test_the_sdk_runs_unmodified(emulator, using, monkeypatch):
    """`segmind.run` finds the emulator where it looks for the vendor, image and all."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)
    monkeypatch.setattr(segmind, "_default_client", None)
    account = emulator.account(KEY)
    with emulator.respx(using=using), account.sleepless():
        result = segmind.run("ideogram-3", **PROMPT)
        image = httpx.get(result["output"], verify=False)
    assert result["status"] == "COMPLETED"
    assert result["output"].startswith("https://images.segmind.com/outputs/")
    assert image.content.startswith(b"\x89PNG")
    assert account.verdicts == []
    routes = [exchange["route"] for exchange in account.requests]
    assert (routes[:2], routes[-2:]) == (["submit", "status"], ["result", "output"])
