"""The ASGI edge: what is decided where bytes, connections and real time are.

Everything goes over a real socket, except where only the application's side of it matters.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from mockserver import Emulator
from mockserver.base.json_encoding import encode
from mockserver.contract.openapi import render_openapi
from mockserver.tests.conftest import FIXED, KEY, OTHER_KEY, PATIENCE_S, PROMPT

MIB = 1024 * 1024
JSON_TYPE = {"content-type": "application/json"}
START = "Thu, 01 Jan 2026 00:00:00 GMT"
CREDITS = "/v1/get-user-credits"
SUBMIT = "/v2/ideogram-3"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
LONG_RUN = {"sleep": 60}
"""A run of 60 virtual seconds: the longest that a blocking call waits for."""

Answer = tuple[int, dict[str, str], bytes]


def client_of(url: str, **headers: str) -> httpx.Client:
    """Return a client with a key, for the tests of this module and others."""
    return httpx.Client(base_url=url, headers={"x-api-key": KEY, **headers}, timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Emulator, httpx.Client]]:
    """An emulator whose clock is frozen and whose body limit is small, and a client of it."""
    emulator = Emulator(clock="frozen", max_body_mib=1, **FIXED)
    with emulator.live() as server, client_of(server.url) as client:
        yield emulator, client


@pytest.fixture
def emulator(shared) -> Emulator:
    """The emulator, as it was when it started."""
    shared[0].services.store.reset()
    return shared[0]


@pytest.fixture
def live(emulator, shared) -> httpx.Client:
    """A client of the emulator on a real socket."""
    assert not emulator.services.store.accounts
    return shared[1]


def ask_app(emulator: Emulator, method: str, url: str, **options: Any) -> httpx.Response:
    """Send one request to the application, without a socket."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=emulator.asgi)) as client:
            return await client.request(method, url, **options)

    return asyncio.run(ask())


def head_of(method: str, path: str, *lines: str, version: str = "1.1") -> bytes:
    """Return the head of a request as it goes over the wire."""
    return "\r\n".join([f"{method} {path} HTTP/{version}", *lines, "", ""]).encode("latin-1")


def plain_get(path: str, *lines: str) -> bytes:
    """Return a GET of HTTP/1.1 with a key."""
    return head_of("GET", path, "Host: h", f"x-api-key: {KEY}", *lines)


def plain_post(path: str, body: bytes, *lines: str) -> bytes:
    """Return a POST of HTTP/1.1 with a key."""
    fixed = ("Host: h", f"x-api-key: {KEY}", f"content-length: {len(body)}")
    return head_of("POST", path, *fixed, "content-type: application/json", *lines) + body


LAST = plain_get(CREDITS, "Connection: close")
"""A good request, after which the server closes the connection."""


def raw(url: str, sent: bytes) -> bytes:
    """Send bytes on a connection of their own; return what comes until the server closes it."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_S) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as received:
            return received.read()


def answers_in(received: bytes) -> list[Answer]:
    """Split what came over a connection into answers."""
    answers = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        answers.append((int(status.split()[1]), headers, received[:length]))
        received = received[length:]
    return answers


def connection_of(response: httpx.Response) -> Any:
    """Return the client's end of the connection that an answer came over."""
    return response.extensions["network_stream"].get_extra_info("client_addr")


# Absolute URLs


@pytest.mark.fact("S1")
@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({"host": "gateway.test"}, "http://gateway.test"),
        ({"host": "gateway.test:8080"}, "http://gateway.test:8080"),
        ({"host": "[::1]:8080"}, "http://[::1]:8080"),
        ({"host": "h", "x-forwarded-proto": "https"}, "https://h"),
        ({"host": "h", "x-forwarded-host": "public.test"}, "http://public.test"),
        (
            {"host": "h", "x-forwarded-host": "public.test", "x-forwarded-proto": "https"},
            "https://public.test",
        ),
    ],
)
def test_urls_are_those_that_the_client_sees(live, headers, origin):
    """The URLs of a submit are on the host and scheme that the client, or its proxy, named."""
    body = live.post(SUBMIT, json=PROMPT, headers=headers).json()
    at = f"{origin}/v2/requests/{body['request_id']}"
    assert body["response_url"] == at
    assert body["status_url"] == f"{at}/status"
    assert body["poll_url"] == f"{origin}/v1/requests/{body['request_id']}"


def test_behind_two_proxies_the_first_one_counts(live):
    """Where each proxy appended what it saw, the URLs are those of the outermost."""
    headers = {"x-forwarded-proto": "https, http", "x-forwarded-host": "public.test, inner.test"}
    body = live.post(SUBMIT, json=PROMPT, headers=headers).json()
    assert body["status_url"].startswith("https://public.test/v2/")


@pytest.mark.fact("R7")
def test_on_the_vendors_host_outputs_are_on_its_image_host(emulator):
    """A request to the vendor's API host gets an output on its image host, which serves it."""
    host = "https://api.segmind.com"
    auth = {"x-api-key": KEY}
    submitted = ask_app(emulator, "POST", host + SUBMIT, json=PROMPT, headers=auth).json()
    ask_app(emulator, "PATCH", f"{host}/_mock/clock", json={"advance_s": 60})
    result = ask_app(emulator, "GET", submitted["response_url"], headers=auth).json()
    assert result["output"].startswith("https://images.segmind.com/")
    assert ask_app(emulator, "GET", result["output"]).headers["content-type"] == "image/png"


def test_http_1_0_needs_no_host(live):
    """A request of HTTP/1.0 without a Host gets URLs on the address it was sent to."""
    body = encode(PROMPT)
    lines = (f"x-api-key: {KEY}", "content-type: application/json", f"content-length: {len(body)}")
    received = raw(str(live.base_url), head_of("POST", SUBMIT, *lines, version="1.0") + body)
    [(status, headers, answer)] = answers_in(received)
    url = httpx.Response(200, content=answer).json()["status_url"]
    assert (status, headers["connection"]) == (200, "close")
    assert live.get(url).json()["status"] == "QUEUED"


def test_without_a_host_an_ipv6_address_is_in_brackets(emulator):
    """A server on an IPv6 address names itself with brackets where the request names no host."""
    scope = scope_of("POST", SUBMIT, server=("::1", 8765))
    [answer] = run_app(emulator, scope, [body_message(encode(PROMPT))])
    assert answer.json()["status_url"].startswith("http://[::1]:8765/")


def test_an_empty_host_counts_as_none(live):
    """An empty Host header does not make URLs without a host."""
    body = live.post(SUBMIT, json=PROMPT, headers={"host": ""}).json()
    assert body["status_url"].startswith(f"{str(live.base_url).rstrip('/')}/v2/")


# Bodies


def spaces(count: int) -> Iterator[bytes]:
    """Yield a prompt with that many bytes of white space behind it, chunk by chunk."""
    yield encode(PROMPT)
    yield from [b" " * 65536] * (count // 65536)


@pytest.mark.parametrize(
    "content",
    [lambda: b"".join(spaces(2 * MIB)), lambda: spaces(2 * MIB)],
    ids=["content-length", "chunked"],
)
def test_a_body_over_the_limit_is_refused_and_the_connection_goes_on(live, content):
    """A body over the limit gets 413 with its reason, and the connection serves on."""
    refused = live.post(SUBMIT, content=content(), headers=JSON_TYPE)
    after = live.post(SUBMIT, json=PROMPT)
    assert (refused.status_code, after.status_code) == (413, 200)
    assert "1 MiB" in refused.json()["error"]
    assert connection_of(refused) == connection_of(after)


def test_a_body_at_the_limit_is_accepted(live):
    """A body of exactly the limit is read."""
    body = encode(PROMPT).ljust(MIB)
    assert live.post(SUBMIT, content=body, headers=JSON_TYPE).status_code == 200


def test_a_chunked_body_is_read_whole(live):
    """A body that comes in chunks is one body."""
    assert live.post(SUBMIT, content=spaces(65536), headers=JSON_TYPE).status_code == 200


def test_a_client_may_wait_before_it_sends_the_body(live):
    """A client that expects 100 Continue gets it, then the answer."""
    request = plain_post(SUBMIT, encode(PROMPT), "Expect: 100-continue", "Connection: close")
    assert [status for status, *_ in answers_in(raw(str(live.base_url), request))] == [100, 200]


@pytest.mark.fact("N17", "N18")
@pytest.mark.parametrize("is_chunked", [False, True])
def test_the_body_of_a_get_is_read(live, is_chunked):
    """A GET that announces a body, as the SDK's for fine-tuning do, has it, whole or in chunks."""
    body = encode({"name": "data.zip"})
    content = iter([body[:3], body[3:]]) if is_chunked else body
    request = live.build_request("GET", "/finetune/request/upload/pre-signed-url", content=content)
    assert live.send(request).json()["s3_url"].endswith(".zip")


def test_the_body_of_a_get_is_no_second_request(live):
    """A body that came with a GET is read, and the next request on the connection answered."""
    first = plain_get(CREDITS, "content-length: 5") + b"GET /"
    answers = answers_in(raw(str(live.base_url), first + LAST))
    assert [status for status, *_ in answers] == [200, 200]


Message = dict[str, Any]


def scope_of(method: str, path: str, **fields: Any) -> dict[str, Any]:
    """Return the scope of a request without a Host, as a server hands it over."""
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "server": ("127.0.0.1", 8765),
        "headers": [(b"x-api-key", KEY.encode()), (b"content-type", b"application/json")],
        **fields,
    }


def body_message(body: bytes, *, more: bool = False) -> Message:
    """Return a part of a body as a server hands it over."""
    return {"type": "http.request", "body": body, "more_body": more}


def run_app(emulator: Emulator, scope: Message, received: list[Message]) -> list[httpx.Response]:
    """Call the application by hand; return the answers that it sent."""
    sent: list[Message] = []

    async def receive() -> Message:
        return received.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(emulator.asgi(scope, receive, send))
    pairs = zip(sent[::2], sent[1::2], strict=True)
    return [
        httpx.Response(start["status"], headers=list(start["headers"]), content=body["body"])
        for start, body in pairs
    ]


def test_a_client_that_leaves_within_its_body_starts_no_job(emulator):
    """A request whose body never ended is dropped: it makes no job and costs nothing."""
    messages = [body_message(encode(PROMPT), more=True), {"type": "http.disconnect"}]
    run_app(emulator, scope_of("POST", SUBMIT), messages)
    assert emulator.control.jobs.list() == {"jobs": [], "next": None}


# Requests that are odd, but legal


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/%%%25%", 405),
        ("/v2/%2e%2e/%2F", 404),
        ("//v2//ideogram-3", 404),
        ("/v2/../v1/get-user-credits", 404),
        ("/v2/requests/%ff%00/status", 404),
        ("/v1/requests/%0d%0ax-evil:%201", 404),
        ("/" + "a/" * 2000, 404),
        (f"http://elsewhere.test{CREDITS}", 200),
        (f"{CREDITS}?x=%&&=", 200),
    ],
)
def test_an_odd_path_gets_an_ordinary_answer(live, path, status):
    """Whatever a path is made of, the answer is an ordinary one, and the next request works."""
    first, second = answers_in(raw(str(live.base_url), plain_get(path) + LAST))
    assert first[0] == status
    assert "x-evil" not in first[1]
    assert second[0] == 200


def test_pipelined_requests_are_answered_in_order():
    """Requests that were sent without waiting get their answers in order, a slow one included."""
    slow = plain_post("/v1/mock-inference", encode({"sleep": 10}))
    with Emulator(clock="x200").live() as server:
        sent = plain_get("/v2/requests/a") + slow + plain_get("/v2/requests/b") + LAST
        answers = answers_in(raw(server.url, sent))
    assert [status for status, *_ in answers] == [404, 200, 404, 200]
    assert [b"a not found" in answers[0][2], b"b not found" in answers[2][2]] == [True, True]


@pytest.mark.fact("R7")
def test_head_of_an_output_is_get_without_the_body(live):
    """HEAD of an output has the headers of GET and no body, and the connection serves on."""
    job = live.post(SUBMIT, json=PROMPT).json()
    live.patch("/_mock/clock", json={"advance_s": 60})
    output = live.get(job["response_url"]).json()["output"]
    head, get = live.head(output), live.get(output)
    assert head.headers == get.headers
    assert (head.content, len(get.content)) == (b"", int(head.headers["content-length"]))
    assert connection_of(head) == connection_of(get)


# Time


@contextmanager
def blocking_run(client: httpx.Client, params: Any) -> Iterator[Future[httpx.Response]]:
    """Start a blocking run in another thread, and go on when the server has begun it."""
    assert client.get("/_mock/health").is_success  # which loads the control plane
    with ThreadPoolExecutor(1) as pool, client_of(str(client.base_url)) as another:
        future = pool.submit(another.post, "/v1/mock-inference", json=params)
        polls = (client.get("/_mock/jobs").json()["jobs"] for _ in range(1000))
        assert any(polls), "the run did not begin"
        yield future


@pytest.mark.fact("R1", "V2")
def test_a_blocking_call_takes_its_time():
    """A v1 call under a running clock is answered when its virtual seconds have passed."""
    with Emulator(clock="x200").live() as server, client_of(server.url) as client:
        answer = client.post("/v1/mock-inference", json={"sleep": 30})
        [exchange] = client.get("/_mock/requests").json()["requests"]
    assert answer.headers["x-generation-time"] == "30.0"
    assert exchange["elapsed_ms"] >= 30_000


def test_a_waiting_call_holds_up_nobody():
    """While a v1 call waits, other requests are answered."""
    with (
        Emulator(clock="x100").live() as server,
        client_of(server.url) as client,
        blocking_run(client, LONG_RUN) as run,
    ):
        client.get(CREDITS)
        assert run.result().status_code == 200
        journal = client.get("/_mock/requests").json()["requests"]
    assert [exchange["route"] for exchange in journal] == ["credits", "sync"]


@pytest.mark.parametrize(
    "meddle",
    [
        lambda client: client.patch("/_mock/clock", json={"advance_s": 7200}),
        lambda client: client.patch("/_mock/clock", json={"mode": "frozen"}),
        lambda client: client.patch("/_mock/clock", json={"mode": "auto"}),
        lambda client: client.patch("/_mock/clock", json={"mode": "x400"}),
    ],
    ids=["jump", "frozen", "auto", "faster"],
)
def test_a_waiting_call_survives_a_change_of_its_clock(meddle: Callable[[httpx.Client], Any]):
    """A v1 call that waits is answered, whatever becomes of its clock meanwhile."""
    with (
        Emulator(clock="x300").live() as server,
        client_of(server.url) as client,
        blocking_run(client, LONG_RUN) as run,
    ):
        assert meddle(client).is_success
        assert run.result().status_code == 200


@pytest.mark.parametrize(
    "end",
    [
        lambda client: client.post("/_mock/reset", json={}),
        lambda client: client.post("/_mock/reset", json={"api_key": KEY}),
        lambda client: client.delete(f"/_mock/accounts/{KEY}"),
    ],
    ids=["reset of all", "reset", "delete"],
)
def test_a_waiting_call_ends_with_its_world(end: Callable[[httpx.Client], Any]):
    """A v1 call whose account is reset or deleted while it waits is answered with 404."""
    with (
        Emulator(clock="x300").live() as server,
        client_of(server.url) as client,
        blocking_run(client, LONG_RUN) as run,
    ):
        assert end(client).is_success
        assert run.result().status_code == 404
        assert client.get("/_mock/health").json()["accounts"] == 0


def test_the_date_is_that_of_the_virtual_clock(live):
    """The Date header is the virtual time: fixed while it is frozen, and later after a jump."""
    before = live.get(CREDITS).headers["date"]
    live.patch("/_mock/clock", json={"advance_s": 86_400})
    after = live.get(CREDITS).headers["date"]
    assert (before, after) == (START, "Fri, 02 Jan 2026 00:00:00 GMT")


@pytest.mark.parametrize(
    "path", [CREDITS, "/nowhere", "/_mock/health", "/_mock/no", "/openapi.json"]
)
def test_no_answer_names_a_server(live, path):
    """No answer has a `server` header."""
    assert "server" not in live.get(path).headers


# The control plane


@pytest.fixture
def job(live) -> Any:
    """A job in the queue."""
    return live.post(SUBMIT, json=PROMPT).json()


def test_openapi_is_served(live, emulator):
    """The OpenAPI document is that of the contracts."""
    served = live.get("/openapi.json").json()
    assert served["openapi"].startswith("3.1")
    assert served == httpx.Response(200, content=encode(render_openapi(emulator.catalogue))).json()


CONTROL_ROUTES = [
    ("GET", "/_mock/health", None, 200),
    ("GET", "/_mock/accounts/{key}", None, 200),
    ("PUT", "/_mock/accounts/{key}", {"plan": "pro"}, 200),
    ("DELETE", "/_mock/accounts/{key}", None, 204),
    ("GET", "/_mock/clock", None, 200),
    ("PATCH", "/_mock/clock", {"advance_s": 1}, 200),
    ("GET", "/_mock/jobs", None, 200),
    ("GET", "/_mock/jobs/{id}", None, 200),
    ("PATCH", "/_mock/jobs/{id}", {"state": "COMPLETED"}, 200),
    ("GET", "/_mock/requests", None, 200),
    ("DELETE", "/_mock/requests", None, 204),
    ("GET", "/_mock/behaviours", None, 200),
    ("POST", "/_mock/reset", {}, 204),
    ("GET", "/openapi.json", None, 200),
]


@pytest.mark.parametrize("case", CONTROL_ROUTES, ids=str)
def test_every_control_route_answers(live, job, case):
    """Every route of the control plane answers with JSON, or with nothing where it says 204."""
    method, path, body, status = case
    where = path.format(key=KEY, id=job["request_id"])
    answer = live.request(method, where, json=body)
    assert answer.status_code == status
    assert bool(answer.content) is (status == 200)
    assert not answer.content or isinstance(answer.json(), dict)


PAGE = {"origin": "http://localhost:5173"}
PREFLIGHT = {**PAGE, "access-control-request-method": "GET"}


def assert_closed(answer):
    """See that no page of another origin may read an answer."""
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("case", CONTROL_ROUTES, ids=str)
def test_no_page_reads_the_control_plane(live, job, case):
    """CORS opens the data plane alone: no route but health heeds a page of another origin."""
    method, path, body, _ = case
    where = path.format(key=KEY, id=job["request_id"])
    preflight = live.options(where, headers=PREFLIGHT)
    answer = live.request(method, where, json=body, headers=PAGE)
    refused = (405, 200) if path == "/_mock/health" else (403, 403)
    assert (preflight.status_code, answer.status_code) == refused
    assert_closed(preflight)
    assert_closed(answer)


@pytest.mark.parametrize("path", ["/_mock", "/_mock/", "/_mock/nothing", "/_mock/faults/x"])
def test_no_page_reads_what_the_control_plane_has_not(live, path):
    """Nor do its refusals, nor those of the guard."""
    for headers in (PAGE, {"origin": "https://evil.test"}):
        assert_closed(live.get(path, headers=headers))
        assert_closed(live.options(path, headers={**PREFLIGHT, **headers}))


def test_no_page_reads_the_stream_of_events(live):
    """Nor can news be had by a page of another origin."""
    assert_closed(live.options("/_mock/events", headers=PREFLIGHT))
    with live.stream("GET", "/_mock/events", headers=PAGE) as answer:
        assert_closed(answer)


def test_health_counts_what_there_is(live, job):
    """The health says that all is well, how time goes, and what the emulator holds."""
    health = live.get("/_mock/health").json()
    assert job["status"] == "QUEUED"
    assert (health["status"], health["accounts"], health["jobs"]) == ("ok", 1, 1)
    assert health["clock"] == {"mode": "frozen", "now_utc": "2026-01-01T00:00:00.000000Z"}
    assert health["version"]


def test_a_reset_of_one_account_leaves_the_others(live, job):
    """A reset with a key forgets that account alone; without a key, all."""
    other = {"x-api-key": OTHER_KEY}
    kept = live.post(SUBMIT, json=PROMPT, headers=other).json()
    live.post("/_mock/reset", json={"api_key": KEY})
    assert live.get(job["status_url"]).status_code == 404
    assert live.get(kept["status_url"], headers=other).status_code == 200
    live.post("/_mock/reset")
    assert live.get(kept["status_url"], headers=other).status_code == 404


def test_an_account_is_made_changed_shown_and_forgotten(live):
    """PUT makes an account and merges, GET shows it, DELETE forgets it."""
    path = f"/_mock/accounts/{KEY}"
    live.put(path, json={"plan": "free", "credits": 2.5})
    changed = live.put(path, json={"free_credits": 0.25, "denied_models": ["ideogram-3"]}).json()
    expected = {
        "plan": "free",
        "requests_per_minute": 5,
        "credits": 2.5,
        "free_credits": 0.25,
        "status": "active",
        "denied_models": ["ideogram-3"],
        "ledger": [],
    }
    assert changed == live.get(path).json() == changed | expected
    live.delete(path)
    assert live.get(path).status_code == 404


def test_an_accounts_clock_is_named_in_the_query_or_the_body(live):
    """The clock of a key can be named in the query and in the body; other clocks stand still."""
    live.patch("/_mock/clock", params={"api_key": KEY}, json={"advance_s": 60})
    moved = live.patch("/_mock/clock", json={"api_key": KEY, "advance_s": 60}).json()
    assert moved["now_utc"] == "2026-01-01T00:02:00.000000Z"
    assert live.get("/_mock/clock", params={"api_key": KEY}).json()["now_utc"] == moved["now_utc"]
    for untouched in ({}, {"api_key": OTHER_KEY}):
        clock = live.get("/_mock/clock", params=untouched).json()
        assert clock["now_utc"] == "2026-01-01T00:00:00.000000Z"


def test_a_moved_clock_says_what_came_to_pass(live, job):
    """Moving the clock lists the transitions on the way, oldest first."""
    fired = live.patch("/_mock/clock", json={"advance_s": 60}).json()["fired"]
    assert [(each["request_id"], each["state"]) for each in fired] == [
        (job["request_id"], "PROCESSING"),
        (job["request_id"], "COMPLETED"),
    ]


@pytest.mark.fact("T4")
def test_a_job_can_be_brought_to_its_end(live, job):
    """A job that is made to fail has failed when the call returns."""
    path = f"/_mock/jobs/{job['request_id']}"
    changed = live.patch(path, json={"state": "FAILED", "error": "Out of memory."}).json()
    polled = live.get(job["status_url"])
    assert [each["state"] for each in changed["timeline"]] == ["QUEUED", "PROCESSING", "FAILED"]
    assert (polled.status_code, polled.json()["error"]) == (422, "Out of memory.")


@pytest.mark.fact("T6")
def test_a_job_can_be_made_to_expire(live, job):
    """A job that is made to expire is unknown from then on."""
    live.patch(f"/_mock/jobs/{job['request_id']}", json={"expire": True})
    assert live.get(job["status_url"]).status_code == 404


@pytest.mark.parametrize(
    ("query", "routes"),
    [
        ({}, ["submit", "status", "unknown"]),
        ({"api_key": KEY}, ["submit", "status"]),
        ({"route": "status"}, ["status"]),
        ({"since": "FIRST"}, ["status", "unknown"]),
        ({"after": "FIRST"}, ["status", "unknown"]),
        ({"limit": 1}, ["submit"]),
        ({"last": 2}, ["status", "unknown"]),
        ({"last": 1, "api_key": KEY}, ["status"]),
    ],
    ids=str,
)
def test_the_journal_can_be_narrowed(live, job, query, routes):
    """The journal shows the exchanges that its filters ask for, oldest first."""
    live.get(job["status_url"])
    live.get("/nowhere", headers={"x-api-key": ""})
    first = live.get("/_mock/requests").json()["requests"][0]["seq"]
    query = {name: first if value == "FIRST" else value for name, value in query.items()}
    exchanges = live.get("/_mock/requests", params=query).json()["requests"]
    assert [exchange["route"] for exchange in exchanges] == routes


def test_the_journal_shows_no_key(live, job):
    """No key is in the journal, wherever it was sent."""
    live.get(f"{job['status_url']}?api_key={KEY}", headers={"authorization": f"Bearer {KEY}"})
    text = live.get("/_mock/requests").text
    assert KEY not in text
    assert f"...{KEY[-4:]}" in text


@pytest.mark.parametrize("key", ["key", "method", "a"])
def test_a_short_key_leaves_the_journal_readable(live, key):
    """The fields of an exchange have their names, also where a key is spelled like one."""
    expected = set(journal_of(live, KEY)[0])
    assert set(journal_of(live, key)[0]) == expected


def journal_of(client: httpx.Client, key: str) -> Any:
    """Return the journal of a key after one request."""
    client.get(CREDITS, headers={"x-api-key": key})
    return client.get("/_mock/requests", params={"api_key": key}).json()["requests"]


def test_part_of_the_journal_can_be_forgotten(live, job):
    """DELETE forgets the exchanges that its filters ask for."""
    live.get(job["status_url"])
    live.delete("/_mock/requests", params={"route": "submit"})
    exchanges = live.get("/_mock/requests").json()["requests"]
    assert [exchange["route"] for exchange in exchanges] == ["status"]


REFUSED = [
    ("PATCH", "/_mock/clock", b"{", 400),
    ("PATCH", "/_mock/clock", b"[]", 400),
    ("PATCH", "/_mock/clock", b'{"advance": 1}', 400),
    ("PATCH", "/_mock/clock", b'{"advance_s": "1"}', 400),
    ("PATCH", "/_mock/clock", b'{"advance_s": -1}', 400),
    ("PATCH", "/_mock/clock", b'{"advance_s": 1e300}', 400),
    ("PATCH", "/_mock/clock", b'{"mode": "fast"}', 400),
    ("PATCH", "/_mock/clock", b'{"mode": "rate"}', 400),
    ("PATCH", "/_mock/clock", b'{"rate": 2}', 400),
    ("PATCH", "/_mock/clock", b'{"set_utc": "yesterday"}', 400),
    ("PATCH", "/_mock/clock", b'{"set_utc": "2025-12-31T00:00:00Z"}', 400),
    ("POST", "/_mock/reset", b'{"key": "k"}', 400),
    ("PUT", f"/_mock/accounts/{KEY}", b'{"plan": "golden"}', 400),
    ("PUT", f"/_mock/accounts/{KEY}", b'{"credits": -1}', 400),
    ("PUT", f"/_mock/accounts/{KEY}", b'{"status": "gone"}', 400),
    ("GET", f"/_mock/accounts/{OTHER_KEY}", b"", 404),
    ("DELETE", f"/_mock/accounts/{OTHER_KEY}", b"", 404),
    ("GET", f"/_mock/jobs?api_key={OTHER_KEY}", b"", 404),
    ("GET", f"/_mock/jobs/{UNKNOWN_ID}", b"", 404),
    ("PATCH", f"/_mock/jobs/{UNKNOWN_ID}", b'{"expire": true}', 404),
    ("PATCH", "/_mock/jobs/{id}", b"{}", 400),
    ("PATCH", "/_mock/jobs/{id}", b'{"state": "QUEUED"}', 400),
    ("GET", "/_mock/requests?limit=many", b"", 400),
    ("GET", "/_mock/requests?key=k", b"", 400),
    ("POST", "/_mock", b"", 405),
    ("GET", "/_mock/nothing", b"", 404),
    ("POST", "/_mock/clock", b"{}", 405),
    ("DELETE", "/_mock/health", b"", 405),
    ("POST", "/openapi.json", b"{}", 405),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_control_error_says_what_is_wrong_and_what_to_do(live, job, case):
    """An error of the control plane has exactly an error and a hint, both in words."""
    method, path, body, status = case
    where = path.replace("{id}", job["request_id"])
    answer = live.request(method, where, content=body)
    assert answer.status_code == status
    assert sorted(answer.json()) == ["error", "hint"]
    assert all(answer.json().values())


def test_an_ended_job_stays_as_it_is(live, job):
    """A job that has ended cannot be brought into another state."""
    path = f"/_mock/jobs/{job['request_id']}"
    live.patch(path, json={"state": "COMPLETED"})
    assert live.patch(path, json={"state": "FAILED"}).status_code == 400
    assert live.get(path).json()["state"] == "COMPLETED"


def test_a_wrong_verb_is_told_the_right_ones(live):
    """A 405 of the control plane names in `allow` the verbs that its path takes."""
    assert {"GET", "PATCH"} <= set(live.post("/_mock/clock").headers["allow"].split(", "))


@pytest.mark.fact("A3")
def test_a_refused_account_is_not_made():
    """A PUT that is refused makes no account: its key stays unknown."""
    with (
        Emulator(clock="frozen", accept="listed").live() as server,
        client_of(server.url) as client,
    ):
        assert client.put(f"/_mock/accounts/{KEY}", json={"credits": -1}).status_code == 400
        assert client.get(CREDITS).status_code == 401


def test_looking_makes_no_account():
    """Asking for the clock of an unknown key does not make the key valid."""
    with (
        Emulator(clock="frozen", accept="listed").live() as server,
        client_of(server.url) as client,
    ):
        client.get("/_mock/clock", params={"api_key": KEY})
        assert client.get(CREDITS).status_code == 401


def test_only_paths_below_the_prefix_are_the_control_planes(live):
    """A path that merely begins with the same letters is an unknown route of the gateway."""
    assert list(live.get("/_mockery").json()) == ["error"]
