"""One emulator answers the same whichever way it is asked, and journals the same."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from decimal import Decimal
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote
from uuid import UUID

import httpx
import httpx2
import pytest

from mockserver import Emulator
from mockserver.base.bounds import SMALL_BODY_BYTES
from mockserver.base.wire import Request, Respond
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.files import find_data_dir
from mockserver.control.clock import ClockChange
from mockserver.control.jobs import JobChange
from mockserver.control.journal import JournalFilter
from mockserver.edges.asgi import App
from mockserver.edges.listeners import listen
from mockserver.edges.protocol import Protocol
from mockserver.edges.serve import serve_in_thread
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import FIXED, KEY, OTHER_KEY, PATIENCE_S, PROMPT
from mockserver.tests.media_models import MODELS, write_models

JSON_TYPE = {"content-type": "application/json"}
SUBMIT, CREDITS = "/v2/ideogram-3", "/v1/get-user-credits"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
INITIATED_BY_CLIENTS = {
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "user-agent",
}
ORIGIN, VENDOR = "http://gateway.test", "https://api.segmind.com"
VENDOR_IMAGES = "https://images.segmind.com"
NORMAL = "http://normal.test"
SETTINGS: dict[str, Any] = {"seed": 0, "clock": "frozen", "max_body_mib": 1, "explain": True}
SETTINGS |= FIXED
"""Those of every emulator on which a story is played."""


# What is asked


class Asked(NamedTuple):
    """One request of a story; `headers` may repeat a name."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes


class Answer(NamedTuple):
    """One answer, its URLs on one host whoever gave it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    def path(self, name: str) -> str:
        """Return the path of a URL in the body."""
        return self.json[name].removeprefix(NORMAL)


Story: TypeAlias = Callable[[Emulator], Generator[Asked, Answer, None]]


def get(path: str, key: str | None = KEY, **more: str) -> Asked:
    """Return a GET with a key; underscores in names of headers stand for hyphens."""
    return ask("GET", path, key, **more)


def ask(method: str, path: str, key: str | None = KEY, body: bytes = b"", **more: str) -> Asked:
    """Return a request with a key."""
    keyed = [("x-api-key", key)] if key is not None else []
    named = [(name.replace("_", "-"), value) for name, value in more.items()]
    return Asked(method, path, keyed + named, body)


def post(path: str = SUBMIT, body: Any = PROMPT, key: str | None = KEY, **more: str) -> Asked:
    """Return a POST of JSON, or of bytes as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask("POST", path, key, raw, **{"content_type": "application/json", **more})


def advance(emulator: Emulator, seconds: float) -> None:
    """Move the clock."""
    change = ClockChange(advance_s=seconds)
    emulator.transactions.run(lambda: emulator.control.clock.change(change))


def configure(emulator: Emulator, key: str = KEY, **fields: Any) -> None:
    """Say something of an account."""
    said = AccountSettings(**fields)
    emulator.transactions.run(lambda: emulator.control.accounts.put(key, said))


def fail(emulator: Emulator, request_id: str, error: str) -> None:
    """Have a job fail."""
    change = JobChange(state="FAILED", error=error)
    emulator.transactions.run(lambda: emulator.control.jobs.change(request_id, change))


# The stories


def a_job_from_its_submit_to_its_output(emulator):
    """Status, result and poll in every state, then the image in every format, by GET and HEAD."""
    job = yield post()
    paths = [job.path(name) for name in ("status_url", "response_url", "poll_url")]
    for seconds in (0, 0.2, 60):
        advance(emulator, seconds)
        for path in paths:
            result = yield get(path)
    output = result.path("output")
    yield get(output, key=None)
    yield ask("HEAD", output, key=None)
    yield get(output.replace(".png", ".webp"), key=None)
    yield ask("HEAD", output.replace(".png", ".jpg"), key=None)
    yield get(output.replace(".png", ".gif"), key=None)
    yield get("/outputs/nothing.png", key=None)
    yield ask("HEAD", "/outputs/nothing.png", key=None)
    yield ask("POST", output, key=None)
    advance(emulator, 8 * 86_400)
    yield get(output, key=None)


def a_failed_job(emulator):
    """FAILED is 422 on all three routes, whether asked for, blocked, or made by the control."""
    for prompt in ("mock:fail=Out of memory — größer", "mock:block", "A paper boat"):
        job = yield post(body={"prompt": prompt})
        if "mock" not in prompt:
            name = job.json["request_id"]
            fail(emulator, name, "Töricht")
        advance(emulator, 60)
        for name in ("status_url", "response_url", "poll_url"):
            yield get(job.path(name))


def a_wrong_value_that_fails_in_the_run(emulator):
    """What v1 refuses at once, v2 accepts and fails."""
    for params in ({"prompt": ""}, {"prompt": 7}, {**PROMPT, "rendering_speed": "WARP"}):
        yield post("/v1/ideogram-3", params)
        job = yield post(body=params)
        advance(emulator, 60)
        yield get(job.path("status_url"))


def jobs_that_are_not_there(emulator):
    """Unknown, somebody else's, and expired ids, in either spelling."""
    job = yield post()
    known = job.json["request_id"]
    for name in (UNKNOWN_ID, known):
        for spelled in (name, str(UUID(name)), name.upper()):
            for form in ("/v2/requests/{}/status", "/v2/requests/{}", "/v1/requests/{}"):
                yield get(form.format(spelled), key=OTHER_KEY if name == known else KEY)
    yield get(f"/v2/requests/{UUID(known)}/status")
    advance(emulator, 3600)
    yield get(f"/v2/requests/{known}")
    yield get(f"/v2/requests/{UUID(known)}")


def keys_that_do_not_open(_emulator):
    """No key, an empty one, one in the wrong place, and one that was revoked."""
    for path in (SUBMIT, "/v1/ideogram-3"):
        yield post(path, key=None)
        yield post(path, key="")
        yield post(path, key=None, authorization=f"Bearer {KEY}")
        yield post(path, key="SG_0000000000000401")
        yield post(f"{path}?api_key={KEY}", key=None)
    yield get(CREDITS, key=None)
    yield get(CREDITS, key=None, authorization=f"Bearer {KEY}")
    yield get(f"/v2/requests/{UNKNOWN_ID}", key=None)
    yield post(key=None, X_Api_Key=KEY)


def models_that_cannot_be_run(emulator):
    """Unknown, retired and denied models, on both versions."""
    configure(emulator, denied_models=["ideogram-2a-txt-2-img"])
    for slug in ("painter", "retired", "ideogram-2a-txt-2-img", "Ideogram-3"):
        yield post(f"/v1/{slug}")
        yield post(f"/v2/{slug}")
    yield post(key="SG_0000000000000403")


def wrong_verbs(_emulator):
    """A page of HTML."""
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        yield ask(method, SUBMIT)
        yield ask(method, "/v1/ideogram-3", body=b"{}" if method == "PUT" else b"")
    for path in (f"/v2/requests/{UNKNOWN_ID}/status", "/outputs/a.png"):
        yield post(path)
    yield ask("PUT", CREDITS)


def wrong_content_types(_emulator):
    """What is neither JSON nor multipart, and charsets."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "Application/JSON"):
        yield post(content_type=kind)
    yield post(content_type="application/json; charset=latin-1")
    yield post(content_type="application/json; charset=UTF-8")
    yield ask("POST", SUBMIT, body=b'{"prompt": "a"}')
    yield ask("POST", SUBMIT)


def malformed_bodies(_emulator):
    """What is no JSON object."""
    for path in (SUBMIT, "/v1/ideogram-3"):
        for body in (b"{", b"[]", b"", b'"a"', b'{"prompt": "\xff"}', b"null", b"\x00", b"[" * 999):
            yield post(path, body)


def bodies_that_break_the_contract(_emulator):
    """On v1 each kind of wrong parameter has its answer, and unknown ones pass."""
    for params in (
        {},
        {"prompt": None},
        {**PROMPT, "seed": 5},
        {**PROMPT, "aspect_ratio": "17x1"},
        {**PROMPT, "color_palette": {"name": "MUD"}},
        {**PROMPT, "🦊": "ünknown"},
    ):
        yield post("/v1/ideogram-3", params)
    yield post("/v1/ideogram-turbo-img-2-img")


def bodies_that_are_big(_emulator):
    """What an edge reads ahead of its turn is answered in its turn, right or wrong."""
    big = {"unheard_of": "x" * SMALL_BODY_BYTES}
    blank = b" " * SMALL_BODY_BYTES
    yield post(body={**PROMPT, **big}, key=None)
    for path in (SUBMIT, "/v1/ideogram-3", "/v2/unheard-of", "/workflows/w", "/upload-asset"):
        yield post(path, {**PROMPT, **big})
        yield post(path, {"prompt": 7, **big})
        yield post(path, b"{" + blank)
        yield post(path, {**PROMPT, **big}, content_type="text/plain")
    yield post("/upload-asset", {"data_urls": ["data:image/png;base64,aGk="], **big})
    yield post("/webhook/add", big)
    yield post("/webhook/add", b"a=b" + blank, content_type="application/x-www-form-urlencoded")
    yield ask("PUT", "/finetune/request/access-update", body=b"{" + blank)
    yield ask("PUT", SUBMIT, body=blank)


def bodies_that_are_too_large(_emulator):
    """Over the limit, at it, and after it."""
    body = json.dumps(PROMPT).encode()
    yield post(body=body.ljust(1024 * 1024))
    yield post(body=body.ljust(1024 * 1024 + 1))
    yield post("/v1/ideogram-3", body=b" " * (2 * 1024 * 1024))
    yield get(CREDITS)


def a_limit(emulator):
    """The third call of a minute is refused, and says when the window ends."""
    configure(emulator, requests_per_minute=2)
    yield post()
    advance(emulator, 20.5)
    for path in ("/v2/painter", "/v1/ideogram-3", SUBMIT, SUBMIT):
        yield post(path)
    yield get(CREDITS)
    advance(emulator, 39.5)
    yield post()


def multipart_fields(emulator):
    """Fields in place of JSON; one of them in another script."""
    fields = {"prompt": "Ein Böötchen 🚣", "seed": "4711", "rendering_speed": "TURBO"}
    parts = "".join(
        f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body = f"{parts}--b--\r\n".encode()
    kind = "multipart/form-data; boundary=b"
    yield post("/v1/ideogram-3", body, content_type=kind)
    job = yield post(body=body, content_type=kind)
    yield post(body=body[:-20], content_type=kind)
    yield post(body=body, content_type="multipart/form-data")
    advance(emulator, 60)
    result = yield get(job.path("response_url"))
    yield get(result.path("output"), key=None)


def blocking_runs(emulator):
    """JSON, raw bytes, a failure, one that takes too long, and what all that has cost."""
    yield post("/v1/ideogram-3", {**PROMPT, "seed": 4711})
    image = {**PROMPT, "image_file": "https://example.com/a.png"}
    yield post("/v1/ideogram-turbo-img-2-img", image)
    yield post("/v1/ideogram-3", {"prompt": "mock:fail=No"})
    yield post("/v1/ideogram-3", {"prompt": "mock:stall"})
    yield post("/v1/ideogram-3", {"prompt": "mock:block"})
    yield post("/v1/mock-inference", {"sleep": 3})
    advance(emulator, 1)
    yield get(CREDITS)


def pictures_made_of_pictures(_emulator):
    """From a data URL, a form, an upload and an output: the same thumbnail, the same bytes."""
    data = b64encode((find_data_dir("fixtures") / "media" / "input.png").read_bytes()).decode()
    upload = yield post("/upload-asset", {"data_urls": [f"data:image/png;base64,{data}"]})
    sources = [f"data:image/png;base64,{data}", upload.json["urls"][0], "https://h.test/a.png"]
    for source in sources:
        yield post("/v1/ideogram-turbo-img-2-img", {**PROMPT, "image_file": source, "seed": 4711})
    head = '--b\r\ncontent-disposition: form-data; name="'
    file = f'{head}image_file"; filename="a.png"\r\n\r\n'.encode() + b64decode(data)
    body = file + f'\r\n{head}prompt"\r\n\r\nA boat\r\n--b--\r\n'.encode()
    kind = "multipart/form-data; boundary=b"
    yield post("/v1/ideogram-turbo-img-2-img", body, content_type=kind)


def media_of_every_kind(emulator):
    """Meshes, vectors, transcriptions and captions: on v1, on v2, and by the links to them."""
    for slug in sorted(MODELS):
        job = yield post(f"/v2/{slug}", {**PROMPT, "image": "https://h.test/a.png"})
        yield post(f"/v1/{slug}", {**PROMPT, "audio_url": "https://h.test/a.wav"})
        advance(emulator, 60)
        result = yield get(job.path("response_url"))
        if result.json["output"].startswith(NORMAL):
            for suffix in ("glb", "obj", "ply", "stl", "png"):
                name = result.path("output").replace(".glb", f".{suffix}")
                yield get(name, key=None, range="bytes=0-99")
    yield post("/v1/shaper", {**PROMPT, "file_type": "obj", "seed": 7})
    yield post("/v1/embedder", {"prompt": ["a", "b"], "dimensions": 2})


def money(emulator):
    """A balance, none at all, and too little."""
    configure(emulator, credits=Decimal("0.5"), free_credits=Decimal("0.0184921035"))
    yield get(CREDITS)
    configure(emulator, credits=Decimal("0.01"), free_credits=Decimal(0))
    yield post()
    yield post("/v1/ideogram-3")
    yield post(key="SG_0000000000000406")
    configure(emulator, credits=None)
    yield get(CREDITS)


ODD_PATHS = [
    "",
    "/",
    "//v2/ideogram-3",
    "/v2/ideogram-3/",
    "/v2/ideogram%2D3",
    "/v2/ideogram%2d3%20",
    "/v2/ideogram-3;x=1",
    "/V2/ideogram-3",
    "/v2/requests",
    "/v2/requests/",
    "/v2/requests//status",
    "/v2/requests/%C3%A9",
    "/v2/requests/é/status",
    "/v2/requests/%FF%FE",
    "/v2/requests/a%2Fstatus",
    "/v2/requests/a%3Fb%23c",
    "/v1/requests/%F0%9F%A6%8A",
    "/v2/requests/a%00b/status",
    "/v2/requests/a%0d%0ab",
    "/v2/requests/a+b%2Bc%25d%2525",
    "/v2/./requests/../ideogram-3",
    "/v2/requests/%2e%2e/status",
    "/outputs/%2e%2e%2fsecret",
    "/outputs/a%20b.png",
    "/_mockery",
    "/v2/requests/" + "a" * 3000,
]


def odd_paths(_emulator):
    """Whatever a path is made of."""
    for path in ODD_PATHS:
        yield get(path)
        yield post(path)


def query_strings(_emulator):
    """Queries are no part of a path, and are journalled as they came."""
    job = yield post(f"{SUBMIT}?a=1&a=2&b=%C3%A9&c=a+b%20c&d")
    for query in ("?", "?x=%FF", "?x=é", "?a=/v2&b=?", "?=&&=", "?token=abcdefgh", "?x=%3F#frag"):
        yield get(f"{job.path('status_url')}{query}")


def headers_that_come_twice(_emulator):
    """The last of several keys counts, and values may hold Latin letters."""
    twice = [("x-api-key", OTHER_KEY), ("x-api-key", KEY), ("X-API-KEY", KEY)]
    yield Asked("GET", CREDITS, twice, b"")
    kinds = [("content-type", "text/plain"), ("content-type", "application/json")]
    yield Asked("POST", SUBMIT, [("x-api-key", KEY), *kinds], b'{"prompt": "a"}')
    yield get(CREDITS, x_note="caf\xe9", accept_language="de", cookie="a=b", x_empty="")


def answers_that_triggers_ask_for(_emulator):
    """Keys and prompts that stand for a status."""
    for code in (429, 500, 502, 504):
        for _ in range(2):
            yield post(key=f"SG_0000000000000{code}")
    for code in (500, 503, 418):
        yield post(body={"prompt": f"mock:status={code}"})
        yield post("/v1/ideogram-3", {"prompt": f"mock:status={code}"})


def bodies_where_none_belongs(_emulator):
    """The body of a GET or HEAD is read, and ignored where it means nothing."""
    for method in ("GET", "HEAD"):
        yield ask(method, CREDITS, body=b'{"prompt": "a"}', content_type="application/json")
    yield ask("DELETE", SUBMIT, body=b'{"prompt": "a"}')


def pages_of_other_origins(_emulator):
    """Preflights, and answers of every kind to a page."""
    page = {"origin": "http://localhost:5173"}
    asking = {**page, "access_control_request_method": "POST"}
    for path in (SUBMIT, CREDITS, "/outputs/a.png", "/nowhere"):
        wanted = {"access_control_request_headers": "x-api-key,content-type,x-own"}
        yield ask("OPTIONS", path, None, **asking, **wanted)
        yield ask("OPTIONS", path, None, **asking, access_control_request_private_network="true")
        yield ask("OPTIONS", path, None, **page)
        yield get(path, **page)
    yield post(**page)
    yield post("/v1/ideogram-3", **page)
    yield post(key=None, **page)


STORIES: list[Story] = [
    a_job_from_its_submit_to_its_output,
    a_failed_job,
    a_wrong_value_that_fails_in_the_run,
    jobs_that_are_not_there,
    keys_that_do_not_open,
    models_that_cannot_be_run,
    wrong_verbs,
    wrong_content_types,
    malformed_bodies,
    bodies_that_break_the_contract,
    bodies_that_are_big,
    bodies_that_are_too_large,
    a_limit,
    multipart_fields,
    blocking_runs,
    pictures_made_of_pictures,
    media_of_every_kind,
    money,
    odd_paths,
    query_strings,
    headers_that_come_twice,
    answers_that_triggers_ask_for,
    bodies_where_none_belongs,
    pages_of_other_origins,
]


# Who answers

Asking: TypeAlias = Callable[[Any], Any]
"""Sends a request of a library and returns its response, both libraries' alike."""


class Way(NamedTuple):
    """How an emulator is asked: at what origin, by whom, with requests of which library."""

    origin: str
    ask: Asking
    library: ModuleType = httpx

    def make_request(self, asked: Asked) -> Any:
        """Return what a client of the library would send."""
        headers = [(n, v.encode("latin-1")) for n, v in asked.headers]
        url = self.origin + asked.path
        return self.library.Request(asked.method, url, headers=headers, content=asked.body)


def core_of(emulator: Emulator) -> Asking:
    """Ask the core as the smallest possible edge would."""

    def answer(request: httpx.Request) -> httpx.Response:
        content = request.read()
        is_large = len(content) > 1024 * 1024
        outcome = emulator.gateway.handle(
            Request(
                method=request.method,
                path=unquote(request.url.raw_path.partition(b"?")[0].decode()),
                query=request.url.query.decode(),
                headers={name.lower(): value for name, value in request.headers.raw},
                body=b"" if is_large else content,
                oversized=is_large,
            )
        )
        assert isinstance(outcome, Respond)
        body = b"" if request.method == "HEAD" else outcome.body
        stream = httpx.ByteStream(body)
        response = httpx.Response(outcome.status, headers=list(outcome.headers), stream=stream)
        response.read()
        return response

    return answer


@contextmanager
def sync(client: Any) -> Iterator[Asking]:
    """Ask with a sync client."""
    with client:
        yield client.send


@contextmanager
def awaited(client: Any) -> Iterator[Asking]:
    """Ask with an async client."""
    with asyncio.Runner() as runner:
        yield lambda request: runner.run(client.send(request))
        runner.run(client.aclose())


@contextmanager
def through_core(emulator: Emulator) -> Iterator[Way]:
    """No edge at all."""
    yield Way(ORIGIN, core_of(emulator))


@contextmanager
def through_transport(emulator: Emulator, library: ModuleType = httpx) -> Iterator[Way]:
    """A sync client of the transport."""
    with sync(library.Client(transport=emulator.transport)) as ask:
        yield Way(ORIGIN, ask, library)


@contextmanager
def through_async_transport(emulator: Emulator, library: ModuleType = httpx) -> Iterator[Way]:
    """An async client of the transport."""
    with awaited(library.AsyncClient(transport=emulator.transport)) as ask:
        yield Way(ORIGIN, ask, library)


@contextmanager
def through_respx(
    emulator: Emulator, library: ModuleType = httpx, using: str | None = None
) -> Iterator[Way]:
    """An ordinary sync client, at the vendor's host."""
    with emulator.respx(using=using), sync(library.Client(verify=False)) as ask:
        yield Way(VENDOR, ask, library)


@contextmanager
def through_async_respx(emulator: Emulator, library: ModuleType = httpx) -> Iterator[Way]:
    """An ordinary async client, at the vendor's host."""
    with emulator.respx(), awaited(library.AsyncClient(verify=False)) as ask:
        yield Way(VENDOR, ask, library)


def through_respx_on_clients(
    emulator: Emulator, library: ModuleType = httpx
) -> AbstractContextManager[Way]:
    """The same, where the clients themselves are patched."""
    return through_respx(emulator, library, library.__name__)


@contextmanager
def through_asgi(emulator: Emulator) -> Iterator[Way]:
    """An async client of the ASGI application."""
    with awaited(httpx.AsyncClient(transport=httpx.ASGITransport(app=emulator.asgi))) as ask:
        yield Way(ORIGIN, ask)


@contextmanager
def through_socket(emulator: Emulator) -> Iterator[Way]:
    """A sync client of a server."""
    with emulator.live() as server, sync(httpx.Client(timeout=PATIENCE_S, verify=False)) as ask:
        yield Way(server.url, ask)


@contextmanager
def through_socket_and_asgi(emulator: Emulator) -> Iterator[Way]:
    """The same, with a server that has its application answer even the smallest request."""
    app, listeners = emulator.protect_asgi("127.0.0.1"), listen("127.0.0.1", 0)
    with (
        serve_in_thread(app, listeners, protocol=Protocol) as server,
        sync(httpx.Client(timeout=PATIENCE_S, verify=False)) as ask,
    ):
        yield Way(server.url, ask)


@contextmanager
def through_socket_for_vendor(emulator: Emulator) -> Iterator[Way]:
    """A server behind a proxy that has the vendor's name: not a byte may differ from respx."""
    with emulator.live() as server, sync(httpx.Client(timeout=PATIENCE_S, verify=False)) as ask:

        def proxied(request: httpx.Request) -> httpx.Response:
            request.url = httpx.URL(server.url).copy_with(raw_path=request.url.raw_path)
            return ask(request)

        yield Way(VENDOR, proxied)


Edge: TypeAlias = Callable[[Emulator], AbstractContextManager[Way]]

OF_EACH_LIBRARY = [
    through_transport,
    through_async_transport,
    through_respx,
    through_async_respx,
    through_respx_on_clients,
]
EDGES: dict[str, Edge] = {
    **{
        f"{edge.__name__} of {library.__name__}": partial(edge, library=library)
        for library in (httpx, httpx2)
        for edge in OF_EACH_LIBRARY
    },
    "through_asgi": through_asgi,
    "through_socket": through_socket,
    "through_socket_and_asgi": through_socket_and_asgi,
}
over_every_edge = pytest.mark.parametrize("edge", EDGES.values(), ids=EDGES)


# Playing a story


def normal(text: bytes, origin: str) -> bytes:
    """Return text with every URL of the emulator on one host."""
    normal_host = NORMAL.encode()
    return text.replace(origin.encode(), normal_host).replace(VENDOR_IMAGES.encode(), normal_host)


def answer_of(method: str, response: Any, origin: str) -> Answer:
    """Return what came, on one host, with the length that the body then has."""
    headers = [(n.lower().decode(), v.decode("latin-1")) for n, v in response.headers.raw]
    body = normal(response.content, origin)
    if method != "HEAD" and response.status_code != 204:
        told = ("content-length", str(len(response.content)))
        assert told in headers
        headers[headers.index(told)] = ("content-length", str(len(body)))
    return Answer(response.status_code, headers, body)


def played(story: Story, edge: Edge, **settings: Any) -> tuple[list[Answer], Any]:
    """Play a story on an emulator of its own; return its answers and its journal."""
    emulator = Emulator(**SETTINGS, **settings)
    answers: list[Answer] = []
    with edge(emulator) as way, closing(story(emulator)) as told:
        asked = next(told)
        while asked is not None:
            request = way.make_request(asked)
            if way.origin == VENDOR:
                request.headers.setdefault("x-forwarded-proto", "https")
            response = way.ask(request)
            assert isinstance(response, way.library.Response)
            answers.append(answer_of(asked.method, response, way.origin))
            try:
                asked = told.send(answers[-1])
            except StopIteration:
                asked = None
    return answers, journal_of(emulator, way.origin)


def journal_of(emulator: Emulator, origin: str) -> Any:
    """Return the journal without what clients and edges add to it."""
    shown = emulator.transactions.run(lambda: emulator.control.journal.show(JournalFilter()))[
        "requests"
    ]
    text = normal(json.dumps(shown, default=str, ensure_ascii=False).encode(), origin)
    exchanges = json.loads(text)
    for exchange in exchanges:
        del exchange["received_s"]
        exchange["response"]["headers"].pop("content-length", None)
        added = INITIATED_BY_CLIENTS | {"x-forwarded-proto"}
        for name in added & set(exchange["request"]["headers"]):
            del exchange["request"]["headers"][name]
    return exchanges


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder with a retired model, and with models of every kind."""
    folder = write_models(tmp_path_factory.mktemp("models"))
    contract = json.loads(
        (find_data_dir("contracts") / "models" / "mock-inference.json").read_bytes()
    )
    contract["$id"] = "urn:test:model:retired"
    contract["x-model"] |= {"slug": "retired", "retired": True}
    (folder / "retired.json").write_text(json.dumps(contract))
    return folder


@pytest.fixture(autouse=True)
def _one_catalogue(monkeypatch, catalogue):
    """Let all emulators read the same contracts: they only read them."""
    monkeypatch.setattr("mockserver.emulator.load_shipped_catalogue", lambda: catalogue)


@pytest.fixture(scope="module")
def catalogue(models):
    """The contracts, and those of the folder."""
    return Catalogue(models)


@pytest.fixture(scope="module")
def told_by_core():
    """What the core makes of a story; asked once for each."""
    told: dict[Story, Any] = {}

    def tell(story: Story) -> Any:
        if story not in told:
            told[story] = played(story, through_core)
        return told[story]

    return tell


@over_every_edge
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_every_edge_answers_as_the_core_does(story, edge, told_by_core):
    """Status, headers and body of every answer are the core's, and so is the journal."""
    expected_answers, expected_journal = told_by_core(story)
    answers, journal = played(story, edge)
    for answer, expected in zip(answers, expected_answers, strict=True):
        assert answer == expected
    for exchange, expected in zip(journal, expected_journal, strict=True):
        assert exchange == expected


@pytest.mark.parametrize("story", [a_failed_job, multipart_fields], ids=lambda s: s.__name__)
def test_behind_a_proxy_with_the_vendors_name_a_socket_says_what_respx_says(story):
    """Not a byte of the answers differs, nor do the journals."""
    assert played(story, through_socket_for_vendor) == played(story, through_respx)


@pytest.mark.parametrize(
    ("edge", "least", "most"), [(through_socket, 0.0, 0.2), (through_socket_and_asgi, 1.0, 1.0)]
)
def test_a_socket_answers_most_of_it_without_the_application(edge, least, most, monkeypatch):
    """So both ways of a server are shown to say what the core says."""
    told: list[str] = []
    answer = App.__call__

    async def note(self: App, scope: Any, receive: Any, send: Any) -> None:
        told.append(scope["path"])
        await answer(self, scope, receive, send)

    monkeypatch.setattr(App, "__call__", note)
    asked = [len(played(story, edge)[0]) for story in STORIES]
    assert least <= len(told) / sum(asked) <= most


def test_the_suite_has_every_status_and_route_in_it(told_by_core):
    """The stories reach every route, every delivery of an answer, and every status there is."""
    answers = [answer for story in STORIES for answer in told_by_core(story)[0]]
    routes = {exchange["route"] for story in STORIES for exchange in told_by_core(story)[1]}
    statuses = {answer.status for answer in answers}
    assert len(answers) > 150
    assert statuses >= {200, 400, 401, 403, 404, 405, 406, 410, 413, 422, 429, 500, 502, 503, 504}
    assert routes >= {"sync", "submit", "status", "result", "poll", "credits", "output", "unknown"}


@over_every_edge
def test_every_edge_reaches_the_control_plane(edge):
    """The control plane and the OpenAPI document answer the same wherever they are asked."""
    emulator = Emulator(seed=0, clock="frozen", **FIXED)
    with edge(emulator) as way:

        def called(method: str, path: str, content: bytes = b"") -> Any:
            asked = Asked(method, path, [("host", "127.0.0.1")], content)
            return way.ask(way.make_request(asked))

        health = called("GET", "/_mock/health")
        moved = called("PATCH", "/_mock/clock?api_key=a%20b", b'{"advance_s": 60}')
        shown = called("GET", "/_mock/accounts/a%20b")
        head = called("HEAD", "/_mock/health")
        wrong = called("GET", "/_mock/nothing")
        refused = called("PATCH", "/_mock/clock", b"[]")
        reset = called("POST", "/_mock/reset")
        document = called("GET", "/openapi.json")
        overview = called("GET", "/_mock/")
        icon = called("GET", "/favicon.ico")
        requests = called("GET", "/_mock/requests")
    assert health.json()["status"] == "ok"
    assert moved.json()["now_utc"] == "2026-01-01T00:01:00.000000Z"
    assert shown.json()["plan"] == "unlimited"
    assert (head.status_code, head.content) == (200, b"")
    assert (wrong.status_code, sorted(wrong.json())) == (404, ["error", "hint"])
    assert (refused.status_code, sorted(refused.json())) == (400, ["error", "hint"])
    assert (reset.status_code, reset.content) == (204, b"")
    assert document.json()["openapi"].startswith("3.1")
    assert (overview.json()["name"], icon.headers["content-type"]) == ("segmock", "image/png")
    assert requests.json()["requests"] == []
