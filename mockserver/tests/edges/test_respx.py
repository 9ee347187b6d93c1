"""The vendor's host names answered in process, beside whatever else a test mocks."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import anyio
import httpcore
import httpcore2
import httpx
import httpx2
import pytest
import respx
import segmind
from respx.mocks import HTTPCoreMocker, Mocker
from respx.models import AllMockedAssertionError

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.edges.respx_httpx2 import HTTPCore2Mocker, HTTPX2Mocker
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

Get = Callable[[str], Any]

PATCHES = {"httpx": ("httpcore", "httpx"), "httpx2": ("httpcore2", "httpx2")}
"""What can be patched for a library: what its clients go through, and its clients."""

PATCHED = [
    (httpx.Client, "_transport_for_url"),
    (httpx.AsyncClient, "_transport_for_url"),
    (httpcore.ConnectionPool, "handle_request"),
    (httpcore.AsyncConnectionPool, "handle_async_request"),
    (httpx2.Client, "_transport_for_url"),
    (httpx2.AsyncClient, "_transport_for_url"),
    (httpcore2.ConnectionPool, "handle_request"),
    (httpcore2.AsyncConnectionPool, "handle_async_request"),
]


def get_sync(library: ModuleType, url: str) -> Any:
    """GET with a sync client."""
    with library.Client(headers=HEADERS, verify=False) as client:
        return client.get(url)


def get_async(library: ModuleType, url: str) -> Any:
    """GET with an async client."""

    async def get() -> Any:
        async with library.AsyncClient(headers=HEADERS, verify=False) as client:
            return await client.get(url)

    return asyncio.run(get())


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def library(request) -> ModuleType:
    """The library that the client is on."""
    return request.param


@pytest.fixture(params=[get_sync, get_async], ids=["sync", "async"])
def get(request, library) -> Get:
    """GET, sync and async; what answers is a response of the client's library."""

    def ask(url: str) -> Any:
        answer = request.param(library, url)
        assert isinstance(answer, library.Response)
        return answer

    return ask


@pytest.fixture(params=[None, 0, 1], ids=["by default", "core", "client"])
def using(request, library) -> str | None:
    """What is patched for the library."""
    return None if request.param is None else PATCHES[library.__name__][request.param]


@pytest.fixture
def emulator() -> Emulator:
    """An emulator whose clock steps on with each poll."""
    return Emulator(clock="auto")


def find_patched() -> list[str]:
    """Return what is not what it was when this file was imported."""
    return [
        f"{owner.__module__}.{owner.__name__}"
        for (owner, name), whole in zip(PATCHED, WHOLE, strict=True)
        if getattr(owner, name) is not whole
    ]


WHOLE = [getattr(owner, name) for owner, name in PATCHED]


@pytest.fixture(autouse=True)
def _nothing_stays_patched():
    """After each test no router is left, and both libraries are themselves again."""
    yield
    mockers = [*Mocker.registry.values(), HTTPCore2Mocker, HTTPX2Mocker]
    assert [router for mocker in mockers for router in mocker.routers] == []
    assert find_patched() == []


def credits_of(response: Any) -> Any:
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


def test_what_cannot_be_patched_is_refused(emulator):
    """A wrong word would patch nothing, and let every call out to the vendor."""
    with pytest.raises(EmulatorError, match="requests") as caught:
        emulator.respx(using="requests")
    assert {"httpcore", "httpx", "httpcore2", "httpx2"} <= set(
        re.findall(r"\w+", caught.value.hint)
    )


def test_by_default_no_client_of_either_library_gets_past(emulator):
    """Whoever asks, sync or async, and both in one test."""
    with emulator.respx() as router:
        for library in (httpx, httpx2):
            assert credits_of(get_sync(library, API + CREDITS)) == 100
            assert credits_of(get_async(library, API + CREDITS)) == 100
        assert router.calls.call_count == 4


@pytest.mark.parametrize("core", [httpcore, httpcore2], ids=["httpcore", "httpcore2"])
def test_who_uses_what_is_beneath_a_library_is_answered_as_well(emulator, core):
    """With a response of that."""
    with emulator.respx():
        answer = core.request("GET", API + CREDITS, headers=HEADERS)
        assert isinstance(answer, core.Response)
        assert json.loads(answer.content)["credits"] == 100


@pytest.mark.parametrize(
    ("using", "patched"),
    [
        ("httpcore", ["httpcore.ConnectionPool", "httpcore.AsyncConnectionPool"]),
        ("httpx", ["httpx.Client", "httpx.AsyncClient"]),
        ("httpcore2", ["httpcore2.ConnectionPool", "httpcore2.AsyncConnectionPool"]),
        ("httpx2", ["httpx2.Client", "httpx2.AsyncClient"]),
    ],
)
def test_what_is_asked_for_is_patched_and_nothing_else(emulator, using, patched):
    """The clients of the other library are as they were."""
    with emulator.respx(using=using):
        assert find_patched() == patched


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


class OwnError(httpx.ConnectTimeout):
    """An error that a test has made of one of httpx."""


@pytest.mark.parametrize(
    "raised", [httpx.ConnectTimeout, httpx.ConnectTimeout("late"), OwnError], ids=repr
)
def test_a_route_that_fails_fails(emulator, get, library, using, raised):
    """An error of httpx that a route raises is one of the client's library."""
    with emulator.respx(using=using) as router:
        router.get(API + CREDITS).mock(side_effect=raised)
        with pytest.raises(library.ConnectTimeout) as caught:
            get(API + CREDITS)
        assert caught.value.request.url == API + CREDITS
        assert router.calls.call_count == 1


def test_a_route_sees_what_was_sent(emulator, library, using):
    """Method, address, headers and body, in pieces or not, are those of the client's request."""
    sent, url = b'{"a": 1}', "https://h.test/é?a=1"
    with emulator.respx(using=using) as router, library.Client(verify=False) as client:
        router.put(url, headers={"x-own": "yes"}, json={"a": 1}).mock(return_value=OWN)
        for content in (sent, iter([sent[:3], sent[3:]])):
            answer = client.put(url, content=content, headers={"x-own": "yes"})
            assert answer.text == "the test's own"
        assert [call.request.content for call in router.calls] == [sent, sent]


def give_by_mock(router, answers):
    """Return a route that gives its answers in turn."""
    return router.get(API + CREDITS).mock(side_effect=iter(answers))


def give_by_assignment(router, answers):
    """The same, without a call."""
    route = router.get(API + CREDITS)
    route.side_effect = answers
    return route


@pytest.mark.parametrize("of", [httpx, httpx2], ids=["of httpx", "of httpx2"])
@pytest.mark.parametrize("give", [give_by_mock, give_by_assignment])
def test_a_route_takes_what_either_library_has(emulator, get, library, of, give):
    """Responses, whole or in pieces, and errors, as classes and as they are raised."""

    class Pieces(of.SyncByteStream, of.AsyncByteStream):
        def __iter__(self):
            yield b"pie"
            yield b"ces"

        async def __aiter__(self):
            for piece in self:
                yield piece

    answers = [
        of.Response(418, headers={"x-own": "yes"}, json={"a": 1}),
        of.Response(200, stream=Pieces()),
        of.ReadTimeout,
        of.ConnectError("no way"),
    ]
    with emulator.respx() as router:
        route = give(router, answers)
        whole, pieces = get(API + CREDITS), get(API + CREDITS)
        assert (whole.status_code, whole.headers["x-own"], whole.json()) == (418, "yes", {"a": 1})
        assert pieces.content == b"pieces"
        with pytest.raises(library.ReadTimeout):
            get(API + CREDITS)
        with pytest.raises(library.ConnectError, match="no way"):
            get(API + CREDITS)
        assert route.call_count == 4
        route.return_value = of.Response(201)
        route.side_effect = None
        assert get(API + CREDITS).status_code == 201
        route % of.Response(202)
        assert (get(API + CREDITS).status_code, route.return_value.status_code) == (202, 202)
        route.side_effect = [of.Response(203)]
        assert next(route.side_effect).status_code == 203


def test_an_error_that_is_nobody_elses_passes_as_it_is(emulator, get):
    """What a route raises that is no error of httpx."""
    with emulator.respx() as router:
        router.get(API + CREDITS).mock(side_effect=KeyError("own"))
        with pytest.raises(KeyError, match="own"):
            get(API + CREDITS)


@pytest.mark.parametrize("emulator_first", [True, False])
@pytest.mark.parametrize("all_mocked", [True, False])
def test_other_routers_go_on_beside_it(emulator, get, library, emulator_first, all_mocked):
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
        if all_mocked or library is httpx2:  # to which the other router is no router
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


def test_it_is_a_decorator_as_well(emulator, get, library):
    """As any router of respx is, for sync and async tests; one may ask for the router."""

    @emulator.respx()
    def decorated(respx_mock: Any) -> Any:
        return credits_of(get(API + CREDITS)), respx_mock.calls.call_count

    @emulator.respx()
    async def coroutine() -> Any:
        async with library.AsyncClient(headers=HEADERS, verify=False) as client:
            return credits_of(await client.get(API + CREDITS))

    assert decorated() == (100, 1)
    assert asyncio.run(coroutine()) == 100


def test_it_is_an_async_context_as_well(emulator, library):
    """`async with` opens it too."""

    async def ask() -> Any:
        async with emulator.respx() as router, library.AsyncClient(verify=False) as client:
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
        ({"reset": True}, "ReadError"),
        ({"close": True}, "RemoteProtocolError"),
        ({"truncate_bytes": 3}, "RemoteProtocolError"),
        ({"delay_s": 60}, "ReadTimeout"),
        ({"drip": {"bytes": 1, "every_s": 60}}, "ReadTimeout"),
    ],
    ids=str,
)
@pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
def test_a_fault_is_what_the_clients_library_makes_of_it(
    emulator, library, using, does, kind, backend
):
    """The error is that of a real connection, and a call without an answer is recorded too."""
    emulator.account(KEY).faults.add(does, "credits", times=1)

    async def ask() -> None:
        async with library.AsyncClient(timeout=0.02, headers=HEADERS, verify=False) as client:
            await client.get(API + CREDITS)

    def ask_sync() -> None:
        with library.Client(timeout=0.02, headers=HEADERS, verify=False) as client:
            client.get(API + CREDITS)

    with emulator.respx(using=using) as router:
        with pytest.raises(getattr(library, kind)) as caught:
            ask_sync() if backend == "sync" else anyio.run(ask, backend=backend)
        [call] = router.calls
    assert caught.value.request.url == API + CREDITS
    is_begun = "truncate_bytes" in does or "drip" in does
    assert (call.request.url.path, call.has_response) == (CREDITS, is_begun)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_delayed_async_client_holds_up_no_other(emulator, library, backend):
    """While one waits, another is answered."""
    emulator.account(KEY).faults.add({"delay_s": 0.1}, "credits", times=1)
    done: list[str] = []

    async def ask(client: Any, path: str) -> None:
        await client.get(API + path)
        done.append(path)

    async def both() -> None:
        async with (
            library.AsyncClient(headers=HEADERS, verify=False) as client,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(ask, client, CREDITS)
            tasks.start_soon(ask, client, "/v2/requests/0")

    with emulator.respx():
        anyio.run(both, backend=backend)
    assert done == ["/v2/requests/0", CREDITS]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("does", [{"delay_s": 60}, {"drip": {"bytes": 1, "every_s": 60}}], ids=str)
def test_a_cancelled_call_ends_at_once(emulator, library, using, does, backend):
    """Whatever it waits for, without a time-out of its own."""
    emulator.account(KEY).faults.add(does, "credits", times=1)

    async def ask() -> None:
        async with library.AsyncClient(timeout=None, headers=HEADERS, verify=False) as client:
            with pytest.raises(TimeoutError), anyio.fail_after(0.02):
                await client.get(API + CREDITS)

    with emulator.respx(using=using):
        anyio.run(ask, backend=backend)


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


# What others patch


class Registered(HTTPCoreMocker):
    """What pytest-httpx2 registers with respx, and what a test of somebody's may have."""

    name = ""
    routers: ClassVar[list[Any]] = []
    _patches: ClassVar[list[Any]] = []
    targets = HTTPCore2Mocker.targets


@pytest.mark.parametrize("emulator_first", [True, False])
def test_routers_of_others_for_httpx2_go_on_beside_it(emulator, monkeypatch, emulator_first):
    """Of two that patch the same one would come to nothing: theirs is the one that is used."""
    monkeypatch.setattr(Mocker, "registry", {**Mocker.registry, "httpcore2": Registered})
    other = respx.mock(using="httpcore2")
    first, second = (emulator.respx(), other) if emulator_first else (other, emulator.respx())
    with first, second:
        other.get("https://example.com/").mock(return_value=OWN)
        assert get_sync(httpx2, "https://example.com/").text == "the test's own"
        assert credits_of(get_sync(httpx2, API + CREDITS)) == 100
        emulator.account(KEY).faults.add({"reset": True}, "credits", times=1)
        with pytest.raises(httpx2.ReadError):
            get_sync(httpx2, API + CREDITS)
    assert Registered.routers == []


def test_nothing_is_added_to_what_respx_knows(emulator):
    """A mocker of somebody's own may have the name that ours would have."""
    with emulator.respx():
        assert set(Mocker.registry) == {"httpcore", "httpx"}


# Where httpx2 goes by the name of httpx

ALIASED = f"""
import httpx2
httpx2.alias_httpx()
import httpx, respx, segmind
from mockserver import Emulator

assert httpx is httpx2
emulator = Emulator(clock="auto")
account = emulator.account({KEY!r})
sdk = segmind.SegmindClient(api_key={KEY!r})
for using in (None, "httpcore", "httpx", "httpcore2", "httpx2"):
    with emulator.respx(using=using) as router, account.sleepless():
        picture = httpx2.get(sdk.run("ideogram-3", prompt="A boat")["output"], verify=False)
        assert picture.content.startswith(bytes.fromhex("89504e47")), using
        router.get("https://example.com/").mock(side_effect=httpx2.ReadTimeout)
        try:
            httpx2.get("https://example.com/", verify=False)
        except httpx2.ReadTimeout:
            continue
        raise AssertionError(using)
with httpx.Client(transport=emulator.transport) as client:
    assert client.get("http://segmock/_mock/health").status_code == 200
"""


def test_httpx2_may_go_by_the_name_of_httpx():
    """After `httpx2.alias_httpx()` all that was written for httpx is on httpx2, the SDK too."""
    done = subprocess.run(
        [sys.executable, "-c", ALIASED], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# The vendor's SDK


@pytest.mark.parametrize("using", [None, "httpcore", "httpx"])
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
