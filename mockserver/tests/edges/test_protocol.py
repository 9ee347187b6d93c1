"""One connection: what is read off it however it is cut, how long it has, and what is refused.

Most of it is shown on a connection that leads nowhere, in time that goes when it is told.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import pytest
import uvicorn
from hypothesis import example, given
from hypothesis import strategies as st
from uvicorn.server import ServerState

from mockserver import Emulator
from mockserver.base.wire import Outcome, Request, Respond, Wait
from mockserver.edges.connection_limits import Limits
from mockserver.edges.connection_openings import OPENING
from mockserver.edges.fast_protocol import FastProtocol
from mockserver.edges.listeners import listen
from mockserver.edges.protocol import Protocol
from mockserver.edges.send import OUTCOME
from mockserver.edges.serve import serve_in_thread
from mockserver.tests.edges.test_asgi import (
    CREDITS,
    SUBMIT,
    Answer,
    answers_in,
    head_of,
    plain_get,
    plain_post,
    raw,
)
from mockserver.tests.gateway.test_body_readers import SERVICES

BODY = b'{"prompt":"A paper boat in a puddle"}'
HEAD_BYTES = Limits().head_bytes
CHUNKED = head_of("POST", "/", "Host: h", "Transfer-Encoding: chunked")


class Seen(NamedTuple):
    """A request as the application has it."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time goes when it is told."""

    now = 0.0

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self.now

    async def settle(self) -> None:
        """Let happen what can happen at this instant."""
        for _ in range(2):
            while True:
                event = asyncio.Event()
                self.call_soon(event.set)
                await event.wait()
                if not self._ready:
                    break


class Wire(asyncio.Transport):
    """The server's end of a connection that leads nowhere."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__({"peername": ("127.0.0.1", 4711)})
        self.written: list[bytes] = []
        self.is_paused = False
        self.ended_at: float | None = None
        self._now = now

    def write(self, data: Any) -> None:
        """Keep what was sent."""
        self.written.append(bytes(data))

    def pause_reading(self) -> None:
        """Let nothing come for a while."""
        self.is_paused = True

    def resume_reading(self) -> None:
        """Let it come again."""
        self.is_paused = False

    def close(self) -> None:
        """Close."""
        self.ended_at = self._now() if self.ended_at is None else self.ended_at

    def is_closing(self) -> bool:
        """Tell whether it was closed."""
        return self.ended_at is not None

    def write_eof(self) -> None:
        """Say that nothing more is sent."""


class Heard(NamedTuple):
    """What came of a connection before its client left.

    Attributes:
        seen: The requests that were read.
        answers: What was answered.
        ended_at: When the server closed it.
        waiting: How many requests have neither an answer nor heard that they will get none.
        is_read: Whether the server would take more.
        written: What was written, piece by piece.
        openings: Of each request, the port of its client and those of its connection's neighbours.
    """

    seen: list[Seen]
    answers: list[Answer]
    ended_at: float | None
    waiting: int
    is_read: bool
    written: list[bytes]
    openings: list[tuple[int, tuple[int, ...] | None]]


SLOW_S = 200
"""How long the application takes for a request to /slow."""

Step: TypeAlias = bytes | float | str
"""Bytes that come, seconds that pass, or the name of what is called of the connection."""


def speak(*steps: Step) -> Heard:
    """Feed a connection piece by piece, with seconds between them, which need no time.

    It is done twice: what an application hears of a connection and what its client is answered
    is the same where small requests are answered as they are read.
    """
    heard, _ = speak_with(Protocol, *steps)
    fast, _ = speak_with(FastProtocol, *steps)
    assert list(map(without_repeats, fast.seen)) == list(map(without_repeats, heard.seen))
    assert fast.waiting <= heard.waiting  # one whose body is not here has no task yet
    assert fast.answers == heard.answers
    assert (fast.ended_at, fast.is_read) == (heard.ended_at, heard.is_read)
    assert fast.openings == heard.openings
    return heard


def speak_with(kind: type[Protocol], *steps: Step) -> tuple[Heard, list[str]]:
    """Feed a connection of a kind; return the paths too of which an application was told."""
    loop = Loop()
    try:
        return loop.run_until_complete(_speak(loop, kind, steps))
    finally:
        loop.close()


def without_repeats(seen: Seen) -> Seen:
    """Return a request as the core has it, which keeps the last of several fields of a name."""
    return seen._replace(headers=list(dict(seen.headers).items()))


OK = ((b"content-length", b"0"),)


class Application:
    """An application that notes what it is asked, and answers at once but for a few paths."""

    def __init__(self, loop: Loop) -> None:
        self.seen: list[Seen] = []
        self.told: list[str] = []
        self.openings: list[tuple[int, tuple[int, ...] | None]] = []
        self.data_plane = self
        self.services = SERVICES
        self._loop = loop

    def handle(self, request: Request) -> Outcome:
        """Answer a request that is here."""
        named = (request.method, request.path, request.query.encode("latin-1"))
        self.seen.append(Seen(*named, list(request.headers.items()), request.body))
        self.openings.append((request.connection, request.beside))
        return self.decide(request)

    def decide(self, request: Request) -> Outcome:
        """Say what comes of a request."""
        if request.path == "/slow":
            return Wait(SLOW_S, None, lambda *_: None)
        return Respond(200, OK, b"")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or deliver what was decided."""
        self.told.append(scope["path"])
        if OUTCOME in scope["extensions"]:
            await receive()
        elif not await self._read(scope, receive, send):
            return
        if scope["path"] == "/slow":
            is_over = asyncio.Event()
            self._loop.call_later(SLOW_S, is_over.set)
            await is_over.wait()
        await send({"type": "http.response.start", "status": 200, "headers": OK})
        await send({"type": "http.response.body", "body": b""})

    async def _read(self, scope: Any, receive: Any, send: Any) -> bool:
        if scope["path"] == "/early":
            length = [(b"content-length", b"2")]
            await send({"type": "http.response.start", "status": 200, "headers": length})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return False
            body, more = body + message["body"], message["more_body"]
        named = (scope["method"], scope["path"], scope["query_string"])
        self.seen.append(Seen(*named, scope["headers"], body))
        self.openings.append((scope["client"][1], scope["extensions"][OPENING].beside))
        return True


async def _speak(
    loop: Loop, kind: type[Protocol], steps: tuple[Step, ...]
) -> tuple[Heard, list[str]]:
    app = Application(loop)
    config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, proxy_headers=False)
    state, wire = ServerState(), Wire(loop.time)
    protocol = kind(config=config, server_state=state, app_state={}, _loop=loop)
    protocol.connection_made(wire)
    for step in steps:
        if wire.is_paused or not isinstance(step, bytes):
            await loop.settle()
        if isinstance(step, bytes):
            protocol.data_received(step)
        elif isinstance(step, str):
            getattr(protocol, step)()
        else:
            until_s = loop.now + step
            while loop.now < until_s:
                loop.now = min(loop.now + 1, until_s)
                await loop.settle()
    await loop.settle()
    heard = (wire.ended_at, len(state.tasks), not wire.is_paused)
    written = list(wire.written)
    protocol.connection_lost(None)
    loop.now += SLOW_S
    await loop.settle()
    assert not state.tasks
    assert wire.written == written, "something was written to a client that had left"
    return Heard(app.seen, answers_in(b"".join(written)), *heard, written, app.openings), app.told


@pytest.mark.parametrize("count", [1, 2, 9])
def test_nothing_is_done_or_written_for_a_client_that_has_left(count):
    """Whoever leaves takes along all requests of the connection, not only the newest."""
    heard = speak(plain_get("/slow"), *[plain_get("/")] * (count - 1))
    assert (len(heard.seen), heard.waiting, heard.answers) == (1, 1, [])


# However it is cut


OFFERS = [
    [],
    ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"],
    ["connection: upgrade", "UPGRADE: websocket"],
    ["Upgrade: h2c"],
]
LINES = ["Accept: */*", "x-n: 1", "x-n: 2", "X-Empty:", "cookie: a=b; c=d", "Upgrade-Insecure: 1"]
TEXTS = st.sampled_from([b"\r\nUpgrade: yes\r\n", b"\r\n\r\n", b"GET / HTTP/1.1\r\n", b"{}", b"\0"])
BODIES = st.lists(TEXTS | st.binary(min_size=1, max_size=9), max_size=5).map(b"".join)


@st.composite
def requests(draw: Any) -> tuple[bytes, Seen]:
    """Make a good request, and say what an application is to see of it."""
    method = draw(st.sampled_from(["POST", "PUT", "PATCH", "GET"]))
    path, query = (
        draw(st.sampled_from(["/", "/v2/ideogram-3", "/a%20b"])),
        draw(st.sampled_from(["", "q=1"])),
    )
    offer = draw(st.sampled_from(OFFERS))
    lines = draw(st.permutations([*draw(st.lists(st.sampled_from(LINES))), *offer, "Host: h"]))
    body, framed = draw(BODIES), b""
    if body and draw(st.booleans()):
        lines.append("Transfer-Encoding: chunked")
        cut = draw(st.integers(1, len(body)))
        chunks = [part for part in (body[:cut], body[cut:]) if part]
        framed = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in chunks)
        framed += b"0\r\n" + draw(st.sampled_from([b"", b"host: evil\r\nx-t: 1\r\n"])) + b"\r\n"
    elif body:
        lines.append(f"Content-Length: {len(body)}")
        framed = body
    target = f"{path}?{query}" if query else path
    named = [line.partition(":")[::2] for line in lines]
    headers = [(name.lower().encode(), value.strip().encode()) for name, value in named]
    seen = Seen(method, path.replace("%20", " "), query.encode(), headers, body)
    return head_of(method, target, *lines) + framed, seen


@given(
    made=st.lists(requests(), min_size=1, max_size=4),
    cuts=st.sets(st.integers(1, 2000), max_size=12) | st.just(set(range(1, 2000))),
)
def test_what_is_read_does_not_depend_on_where_the_bytes_are_cut(made, cuts):
    """Any good requests, in any pieces, with or without an offer, are read as they were sent."""
    sent = b"".join(request for request, _ in made)
    bounds = [0, *sorted(cut for cut in cuts if cut < len(sent)), len(sent)]
    pieces = [sent[start:end] for start, end in pairwise(bounds)]
    seen, answers, *_ = speak(*pieces)
    assert seen == [expected for _, expected in made]
    assert [status for status, _, _ in answers] == [200] * len(made)


def test_a_thousand_offers_in_one_piece_are_read():
    """Each one is put aside by itself."""
    offer = head_of("GET", "/", "Host: h", "Upgrade: h2c", "Connection: Upgrade")
    seen, answers, *_ = speak(offer * 1000)
    assert len(seen) == len(answers) == 1000


# The rules of RFC 9112


def refusal_of(*sent: bytes) -> tuple[list[Seen], int, str]:
    """Return what was read, and the status and words of the last answer, which ends it all."""
    seen, answers, *_ = speak(*sent)
    status, headers, body = answers[-1]
    assert headers["connection"] == "close"
    assert headers["content-type"] == "application/json"
    assert len(answers) == len(seen) + 1
    return seen, status, json.loads(body)["error"]


HOSTS = {
    "none": [],
    "two": ["Host: a", "Host: b"],
    "two that agree": ["Host: a", "host: a"],
    **{f"host {bad!r}": [f"Host: {bad}"] for bad in ("a b", 'a"b', "x/y?", "u@h", "h:x", "[::1")},
}


@pytest.mark.fact("R11")
@pytest.mark.parametrize("lines", HOSTS.values(), ids=HOSTS)
def test_a_request_says_for_which_host_it_is_once(lines):
    """None, two, and what is no host are refused in words (RFC 9112, 3.2)."""
    seen, status, error = refusal_of(head_of("GET", "/", *lines))
    assert (seen, status) == ([], 400)
    assert "Host" in error


@pytest.mark.parametrize("lines", [[], ["Host: h"], ["Host:"]])
def test_http_1_0_needs_no_host(lines):
    """It is older than the field."""
    assert len(speak(head_of("GET", "/", *lines, version="1.0")).seen) == 1


@pytest.mark.parametrize(
    ("target", "path", "query", "host"),
    [
        ("http://a:1/x?q", "/x", b"q", b"a:1"),
        ("http://a", "/", b"", b"a"),
        ("https://[::1]?q", "/", b"q", b"[::1]"),
    ],
)
@pytest.mark.parametrize("offer", [[], OFFERS[1]], ids=["plain", "offer"])
def test_the_host_of_a_whole_url_outranks_the_field(target, path, query, host, offer):
    """A target that is a URL says by itself where it leads (RFC 9112, 3.2.2)."""
    [seen] = speak(head_of("GET", target, "Host: b", *offer)).seen
    assert (seen.path, seen.query) == (path, query)
    assert [value for name, value in seen.headers if name == b"host"] == [host]
    assert len(seen.headers) == 1 + len(offer)


@pytest.mark.parametrize("target", ["http://", "http://u@a/", "http://a b/", "http://a:x/", "x"])
def test_a_target_that_is_no_url_is_refused(target):
    """A client that means a host says it right."""
    seen, status, _ = refusal_of(head_of("GET", target, "Host: b"))
    assert (seen, status) == ([], 400)


@pytest.mark.parametrize("name", ["host", "x-api-key", "content-type", "x-new", "expect"])
def test_trailer_fields_are_no_header_fields(name):
    """What comes after the body changes nothing of what was read before it."""
    head = head_of("POST", "/", "Host: h", "Transfer-Encoding: chunked")
    seen, answers, *_ = speak(head + b"2\r\n{}\r\n", f"0\r\n{name}: 100-continue\r\n\r\n".encode())
    assert seen == [
        Seen("POST", "/", b"", [(b"host", b"h"), (b"transfer-encoding", b"chunked")], b"{}")
    ]
    assert len(answers) == 1


@pytest.mark.fact("R11")
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1"),
        (b"\0\1\2\r\n\r\n", "HTTP/1.1"),
        (b"GET / HTTP/x\r\n\r\n", "HTTP/1.1"),
        (head_of("CONNECT", "h:1", "Host: h"), "proxies"),
        (head_of("POST", "/", "Host: h", "Content-Length: x"), "Content-Length"),
        (CHUNKED + b"zz\r\n", "chunk"),
    ],
)
def test_what_is_no_request_is_refused_in_words(sent, words):
    """The error names what was wrong with it, and the connection ends."""
    seen, status, error = refusal_of(sent)
    assert (seen, status) == ([], 400)
    assert words in error


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("rest", [b"\0\1\2\r\n\r\n", plain_post("/", b"")[:-2] + b"x\0: y\r\n\r\n"])
def test_requests_before_garbage_have_their_answers(count, rest):
    """What comes after a good request takes nothing from it."""
    seen, status, _ = refusal_of(plain_get(CREDITS) * count + rest)
    assert (len(seen), status) == (count, 400)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_requests_before_a_broken_body_have_their_answers(count):
    """The request whose body is broken is never answered as if it were whole."""
    broken = CHUNKED + b"2\r\n{}\r\nzz\r\n"
    seen, status, _ = refusal_of(plain_get(CREDITS) * count + broken)
    assert (len(seen), status) == (count, 400)


def test_a_request_whose_body_is_broken_hears_of_it_at_once():
    """It does not wait for the client to leave, who may read on."""
    broken = CHUNKED + b"11170\r\n" + b"a" * 70_000 + b"\r\nzz\r\n"
    heard = speak(*cut_up(broken, HEAD_BYTES))
    assert (heard.seen, heard.waiting, heard.is_read) == ([], 0, True)
    assert [status for status, _, _ in heard.answers] == [400]


def test_an_answer_that_has_begun_is_not_followed_by_a_refusal():
    """The connection ends instead, so that nobody takes the refusal for the rest of the answer."""
    begun = CHUNKED.replace(b"POST /", b"POST /early") + b"2\r\n{}\r\n"
    heard = speak(begun, 1, b"zz\r\n")
    assert [(status, body) for status, _, body in heard.answers] == [(200, b"{")]
    assert (heard.ended_at, heard.waiting) == (1, 0)


# Size


def cut_up(whole: bytes, every: int) -> list[bytes]:
    """Return the pieces of what is sent."""
    return [whole[start : start + every] for start in range(0, len(whole), every)]


def sized(size: int, where: str) -> bytes:
    """Return a request whose head, as the server counts it, has so many bytes."""
    fixed = len("/?q=") + len("host: h\r\n") + len("x-big: \r\n")
    text = "a" * (size - fixed)
    line, query = (f"x-big: {text}", "") if where == "value" else ("x-big: ", text)
    return head_of("GET", f"/?q={query}", "host: h", line)


@pytest.mark.fact("R11")
@pytest.mark.parametrize("where", ["value", "query"])
@pytest.mark.parametrize("every", [1000, HEAD_BYTES - 1, 10**6])
def test_a_head_may_be_as_large_as_the_limit_and_no_larger(where, every):
    """The limit holds for all of the head, however it comes."""
    assert len(speak(*cut_up(sized(HEAD_BYTES, where), every)).seen) == 1
    seen, status, error = refusal_of(*cut_up(sized(HEAD_BYTES + 1, where), every))
    assert (seen, status) == ([], 431)
    assert str(HEAD_BYTES) in error


BEGINNINGS = {
    "nothing": b"\r\n",
    "target": b"GET /",
    "name": b"GET / HTTP/1.1\r\nx",
    "value": b"GET / HTTP/1.1\r\nx: ",
    "trailer": CHUNKED + b"0\r\nx: ",
    "extension": CHUNKED + b"1;x=",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_what_never_ends_is_refused_long_before_it_is_large(beginning):
    """At most twice the limit is taken in, so that nothing can grow with each segment."""
    filler = b"\r\n" if beginning == b"\r\n" else b"aa"
    seen, status, _ = refusal_of(beginning, *[filler * 512] * (2 * HEAD_BYTES // 1024))
    assert seen == []
    assert status in {400, 431}


@given(body=st.integers(HEAD_BYTES - 2000, 5 * HEAD_BYTES), every=st.sampled_from([50_000, 10**6]))
@example(body=HEAD_BYTES, every=HEAD_BYTES)
def test_a_large_body_is_no_large_head(body, every):
    """What follows a body in the same segment counts for the next head alone."""
    sent = (plain_post("/", b"a" * body) + sized(HEAD_BYTES - 100, "value")) * 2
    assert [len(request.body) for request in speak(*cut_up(sent, every)).seen] == [body, 0] * 2


# Time


GET = plain_get("/")
POST = plain_post("/", BODY)
LATE = {
    "head": ([GET[:5]], 30, 408),
    "head, slowly": ([GET[:5], 20, GET[5:9], 9, GET[9:10]], 30, 408),
    "head after a request": ([GET, 40, GET[:5]], 70, 408),
    "head after the body of one": ([POST[:-1], 50, POST[-1:] + GET[:5]], 80, 408),
    "body": ([POST[:-1]], 60, 408),
    "body, slowly": ([POST[:-9], *[59, b"x"] * 8], 532, 408),
    "nothing of a body": ([10, POST[: -len(BODY)]], 70, 408),
    "chunk": ([CHUNKED + b"2\r\n{", 59, b"}\r\n"], 119, 408),
    "trailer": ([CHUNKED + b"0\r\nx:"], 60, 408),
    "nothing": ([], 75, None),
    "blank line": ([40, b"\r\n"], 115, None),
    "another request": ([GET, 70, GET], 145, None),
}


@pytest.mark.fact("R11")
@pytest.mark.parametrize(("steps", "ends_at", "status"), LATE.values(), ids=LATE)
def test_a_connection_is_waited_for_so_long(steps, ends_at, status):
    """30 s for a head, 60 s without a byte of a body, 75 s without a request; then it is closed."""
    waited = sum(step for step in steps if not isinstance(step, bytes))
    linger_s = Limits().linger_s if status else 0
    early = speak(*steps, ends_at - waited - 0.01)
    assert (early.ended_at, len(early.answers)) == (None, len(early.seen))
    heard = speak(*steps, ends_at - waited, linger_s)
    assert heard.ended_at == ends_at + linger_s
    refusals = [answer for answer in heard.answers if answer[0] != 200]
    assert [answer[0] for answer in refusals] == ([status] if status else [])
    assert len(heard.answers) == len(heard.seen) + len(refusals)


def test_a_slow_sender_is_kept_while_it_sends():
    """A body of which a byte comes every 59 s is taken, though it needs half an hour."""
    drops = [step for byte in BODY for step in (59, bytes([byte]))]
    heard = speak(POST[: -len(BODY)], *drops)
    assert (heard.seen[0].body, heard.ended_at) == (BODY, None)


def test_a_request_that_is_not_read_is_not_late():
    """While an answer takes its time no more than the beginning of the next request is read."""
    large = plain_post("/", b"a" * 90_000)
    heard = speak(plain_get("/slow"), 1, large[:80_000], SLOW_S - 1, 10, large[80_000:])
    assert [request.path for request in heard.seen] == ["/slow", "/"]
    assert heard.ended_at is None


def test_a_request_that_is_refused_waits_for_the_answers_before_it():
    """The refusal comes when the slow answer is out, and the connection ends after it."""
    heard = speak(plain_get("/slow") + b"\0", SLOW_S, Limits().linger_s)
    assert [status for status, _, _ in heard.answers] == [200, 400]
    assert heard.ended_at == SLOW_S + Limits().linger_s


class Hasty(Protocol):
    """A connection that waits for little."""

    limits = Limits(head_s=0.03, body_s=0.03)


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """An emulator whose clock is frozen."""
    return Emulator(clock="frozen")


@pytest.fixture(scope="module")
def hasty(emulator) -> Iterator[str]:
    """The root of a server that waits for little."""
    app = emulator.protect_asgi("127.0.0.1")
    with serve_in_thread(app, listen("127.0.0.1", 0), protocol=Hasty) as server:
        yield server.url


HALVES = {
    "head": (plain_get(CREDITS)[:-2], "head"),
    "request line": (b"G", "head"),
    "body": (plain_post(SUBMIT, BODY)[:-1], "body"),
    "no body": (plain_post(SUBMIT, BODY)[: -len(BODY)], "body"),
    "control plane": (
        plain_post("/_mock/reset", BODY)[:-1].replace(b"h\r", b"localhost\r"),
        "body",
    ),
    "chunk": (head_of("POST", SUBMIT, "Host: h", "Transfer-Encoding: chunked") + b"2\r\n{", "body"),
    "offer": (plain_post(SUBMIT, BODY, "Upgrade: h2c", "Connection: Upgrade")[:-1], "body"),
}


@pytest.mark.fact("R11")
@pytest.mark.parametrize(("half", "part"), HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("before", [b"", plain_get(CREDITS)], ids=["first", "second"])
def test_half_a_request_is_refused_when_its_rest_does_not_come(hasty, half, part, before):
    """The connection ends with 408 and words, after what came before has its answer."""
    answers = answers_in(raw(hasty, before + half))
    assert [status for status, _, _ in answers] == ([200] if before else []) + [408]
    assert f"rest of the {part}" in json.loads(answers[-1][2])["error"]


# Again and again


@given(
    made=requests(),
    targets=st.lists(st.binary(max_size=9) | st.sampled_from([b"/", b"/a", b"/a?b#c", b"//"])),
    tail=st.sampled_from([b"", b"\r\n", b"\r\n\r\n", b" ", b"GET"]),
)
@example((plain_get("/a"), None), [b"/b", b"/_mock/health", b"/slow", b"/a b", b"/\xff"], b"")
@example((plain_post("/a", BODY), None), [b"/b", b"/c\r\nHost: evil", b"/d"], b"GET / HTTP/1.1\r\n")
def test_a_request_is_read_for_itself_however_like_it_is_to_the_last(made, targets, tail):
    """Another target, a byte more or less: what comes of it is what comes of it alone."""
    sent, _ = made
    method, target, rest = sent.split(b" ", 2)
    alike = [b" ".join([method, other, rest]) for other in [target, *targets]]
    speak(sent, *alike, sent + tail, sent + tail, sent)
    speak(sent, sent[:-1], sent[-1:], sent, sent * 2, sent)


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("body", [None, BODY])
def test_the_first_request_tells_how_its_connection_was_opened(body, offer):
    """Which others were young then; later ones do not tell it again."""
    sent = plain_post("/a", body, *offer) if body else plain_get("/a", *offer)
    assert speak(sent, 1, sent, 1, sent).openings == [(4711, ()), (4711, None), (4711, None)]


def test_a_body_that_looks_like_a_request_is_none():
    """Not even if it comes by itself, and if the same bytes come again after it."""
    inner = b"GET /a HTTP/1.1\r\nx: y\r\n\r\n"
    post = plain_post("/b", inner)
    seen, answers, *_ = speak(post[: -len(inner)], inner, inner)
    assert [request.body for request in seen] == [inner]
    assert [status for status, _, _ in answers] == [200, 400]


def test_blank_lines_after_a_body_of_blank_lines_are_no_part_of_it():
    """Nor does what comes in their place the next time belong to the body."""
    post = plain_post("/b", b"\r\n")
    seen, answers, *_ = speak(post + b"\r\n", post + b"\0\0", post)
    assert [request.body for request in seen] == [b"\r\n"] * 2
    assert [status for status, _, _ in answers] == [200, 200, 400]
