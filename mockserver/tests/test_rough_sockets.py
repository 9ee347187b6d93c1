"""Whatever comes over a real socket: an answer or an end, never an accident, and life goes on.

Every example is a connection of its own. On it come requests that are whole, half, bent, slow,
huge or none at all; then another client makes a good call, which must succeed. Nothing may hang,
no answer may be a 5xx, and the log must stay free of errors.
"""

from __future__ import annotations

import logging
import re
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.base.json_encoding import encode
from mockserver.control.control import ResetScope
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, OTHER_KEY, PATIENCE_S, PROMPT
from mockserver.tests.kinds import IS_STORM

REQUESTS = 10_000 if IS_STORM else 1_000
PAUSE_S = 0.001
BODY = encode(PROMPT)
SUBMIT, CREDITS = "/v2/ideogram-3", "/v1/get-user-credits"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
LARGEST_HEAD, BLANKS = 64 * 1024, 100
"""How many bytes a head may have, give or take blanks and line ends, which are not counted."""


ACCIDENT = "Exception in ASGI application"

Ending: TypeAlias = Literal["half-close", "close", "reset", "stay"]
Answer: TypeAlias = tuple[int, bytes]


@dataclass(frozen=True)
class Rough:
    """What one connection brings.

    Attributes:
        pieces: What is sent, with a pause after each piece but the last.
        requests: How many requests that is, or was meant to be.
        ending: How the client leaves, or that it stays until the server closes.
        answers: The status of each answer and bytes in it, where that is known; it stays for them.
    """

    pieces: tuple[bytes, ...]
    requests: int = 1
    ending: Ending = "half-close"
    answers: tuple[tuple[int, bytes], ...] | None = None

    def _repr_pretty_(self, printer: Any, _cycle: Any) -> None:
        """Let Hypothesis show an example without all of its bytes."""
        pieces = [piece if len(piece) < 999 else f"{len(piece)} bytes" for piece in self.pieces]
        printer.text(f"Rough({pieces}, {self.requests}, {self.ending!r}, {self.answers})")


# The server, its log, and its clients


class Log(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was said, and which exception it was about."""
        self.errors.append(f"{record.getMessage().strip()}: {record.exc_info}")


class Server:
    """A live server, watched."""

    def __init__(self, emulator: Emulator, url: str, log: Log) -> None:
        host, _, port = url.removeprefix("http://").rpartition(":")
        self.emulator = emulator
        self.address = (host, int(port))
        self.log = log

    def connected(self) -> socket.socket:
        """Return a connection on which each piece goes out at once."""
        connection = socket.create_connection(self.address, timeout=PATIENCE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def take(self, rough: Rough) -> None:
        """Send what is rough, check what comes back, and that the next client is served."""
        with self.connected() as connection:
            with suppress(ConnectionError):  # the server may have had enough
                for piece in rough.pieces[:-1]:
                    connection.sendall(piece)
                    select.select([connection], [], [], PAUSE_S)
                connection.sendall(rough.pieces[-1])
            if rough.answers is None:
                if rough.ending == "half-close":
                    self.serve_the_next()  # by then the server has read what was sent
                leave(connection, rough.ending)
            received = b"" if connection.fileno() < 0 else received_from(connection)
        answers = answers_in(received)
        assert all(status < 500 for status, _ in answers), received[:500]
        if rough.answers is not None:
            assert [status for status, _ in answers] == [status for status, _ in rough.answers]
            for (_, body), (_, part) in zip(answers, rough.answers, strict=True):
                assert part in body
        self.serve_the_next()
        assert self.log.errors == []

    def serve_the_next(self) -> None:
        """Check that another client with its own key can submit a run and ask for it."""
        with self.emulator.lock:
            self.emulator.control.faults.clear(None)  # a bent rule may strike everybody
        asked = request("POST", SUBMIT, body=BODY, key=OTHER_KEY)
        with self.connected() as connection:
            connection.sendall(asked)
            [(status, body)] = answers_in(one_answer(connection))
            assert status == 200
            request_id = msgspec.json.decode(body)["request_id"]
            path = f"/v2/requests/{request_id}/status"
            connection.sendall(request("GET", path, "Connection: close", key=OTHER_KEY))
            [(status, body)] = answers_in(received_from(connection))
        document = msgspec.json.decode(body)
        assert (status, document["request_id"]) == (200, request_id)
        assert document["status"] in {"QUEUED", "PROCESSING", "COMPLETED"}  # a clock may run now

    def calm_down(self) -> None:
        """Undo whatever the control plane was made to do."""
        with self.emulator.lock:
            self.emulator.control.reset(ResetScope())


def leave(connection: socket.socket, ending: Ending) -> None:
    """Say goodbye, just go, or slam the door."""
    if ending in {"half-close", "stay"}:
        with suppress(OSError):  # the server has gone first
            connection.shutdown(socket.SHUT_WR) if ending == "half-close" else None
        return
    if ending == "reset":
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()


def received_from(connection: socket.socket) -> bytes:
    """Return what comes until the server closes; it has to, in time."""
    received = b""
    with suppress(ConnectionError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


def one_answer(connection: socket.socket) -> bytes:
    """Return the next answer on a connection that stays open."""
    with connection.makefile("rb") as stream:
        head = b"".join(iter(stream.readline, b"\r\n"))
        length = int(re.search(rb"content-length: (\d+)", head)[1])
        return head + b"\r\n" + stream.read(length)


def answers_in(received: bytes) -> list[Answer]:
    """Split what came over a connection into answers; there is nothing else in it.

    An answer to a HEAD announces a body that does not come: another answer, or nothing, follows.
    """
    answers = []
    while received:
        head, separator, rest = received.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        assert separator, received
        status = re.fullmatch(rb"HTTP/1\.1 (\d{3}) [^\r\n]*", first)
        assert status, received
        headers = dict(line.lower().split(b": ", 1) for line in lines)
        length = int(headers.get(b"content-length", 0))
        is_bodiless = bool(length) and (not rest or rest.startswith(b"HTTP/1.1 "))
        length = 0 if is_bodiless else length
        assert len(rest) >= length, received
        answers.append((int(status[1]), rest[:length]))
        received = rest[length:]
    return answers


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """One server for all of it, whose log is kept."""
    emulator = Emulator(clock="frozen", triggers=False, credits=10**9, max_body_mib=1)
    log, names = Log(), ("segmock", "uvicorn.error", "asyncio")
    with emulator.live() as live:
        for name in names:
            logging.getLogger(name).addHandler(log)
        yield Server(emulator, live.url, log)
    for name in names:
        logging.getLogger(name).removeHandler(log)


@pytest.fixture
def server(shared) -> Iterator[Server]:
    """The server as it was when it started, which logs nothing until the test is over."""
    shared.calm_down()
    shared.log.errors.clear()
    yield shared
    assert shared.log.errors == []


# Requests


def request(
    method: str, path: str, *lines: str, body: bytes = b"", key: str = KEY, version: str = "1.1"
) -> bytes:
    """Return a good request."""
    fixed = ["Host: 127.0.0.1", f"x-api-key: {key}", "content-type: application/json"]
    length = [f"content-length: {len(body)}"] if body else []
    head = [f"{method} {path} HTTP/{version}", *fixed, *length, *lines, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


MULTIPART = (
    b'--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nA kite\r\n'
    b'--b\r\ncontent-disposition: form-data; name="seed"\r\n\r\n7\r\n--b--\r\n'
)
CALLS = [
    request("POST", SUBMIT, body=BODY),
    request("POST", "/v1/ideogram-3", body=BODY),
    request("POST", SUBMIT, body=MULTIPART).replace(
        b"application/json", b"multipart/form-data; boundary=b"
    ),
    request("GET", f"/v2/requests/{UNKNOWN_ID}/status"),
    request("GET", f"/v1/requests/{UNKNOWN_ID}"),
    request("GET", CREDITS, "Accept: */*", "User-Agent: rough/1.0"),
    request("HEAD", f"/outputs/{UNKNOWN_ID}.png"),
    request("GET", "/openapi.json?x=%41#there"),
]
GONE: list[Ending] = ["close", "reset"]
CONTROL: list[tuple[str, str, Any]] = [
    ("POST", "/_mock/reset", {"api_key": KEY}),
    ("PUT", f"/_mock/accounts/{KEY}", {"plan": "free", "credits": 1.5, "status": "active"}),
    ("DELETE", f"/_mock/accounts/{KEY}", {}),
    ("PATCH", "/_mock/clock", {"api_key": KEY, "mode": "x60", "advance_s": 3.5}),
    ("PATCH", "/_mock/clock", {"api_key": KEY, "set_utc": "2027-01-01T00:00:00Z"}),
    ("PATCH", f"/_mock/jobs/{UNKNOWN_ID}", {"state": "FAILED", "error": "no", "expire": True}),
    ("POST", "/_mock/faults", {"api_key": KEY, "do": {"status": 418}, "on": {"route": "credits"}}),
    ("POST", "/_mock/faults", {"api_key": KEY, "do": [None, {"reset": True}]}),
    ("DELETE", "/_mock/faults/fault-1", {}),
    ("GET", "/_mock/verdicts", {}),
]
CLOSE = "Connection: close"
SOME_BYTES = st.binary(min_size=1, max_size=12)
OPTIONAL_CLOSE = st.sampled_from([(), (CLOSE,)])
EDGES = [4096, 8190, 8191, 8192, 16_384, LARGEST_HEAD - 300, LARGEST_HEAD, 300_000]
SIZES = st.sampled_from(EDGES) | st.integers(200, 70_000)


@st.composite
def bent(draw: Any, whole: bytes) -> bytes:
    """Replace, insert, drop and repeat a few bytes."""
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(whole)))
        end = min(at + draw(st.integers(0, 9)), len(whole))
        middle = draw(st.sampled_from([b"", whole[at:end] * 2]) | SOME_BYTES)
        whole = whole[:at] + middle + whole[end:]
    return whole or b"\0"


@st.composite
def halves(draw: Any, calls: list[bytes], endings: list[Ending]) -> Rough:
    """Send the first part of a good request, in one piece or two, and leave."""
    call = draw(st.sampled_from(calls))
    end = draw(st.integers(1, len(call) - 1))
    cut = draw(st.integers(0, end - 1))
    pieces = (call[:cut], call[cut:end]) if cut and draw(st.booleans()) else (call[:end],)
    return Rough(pieces, ending=draw(st.sampled_from(endings)))


@st.composite
def huge_headers(draw: Any) -> Rough:
    """Send a header, a path or a query of many bytes."""
    text = "a" * draw(SIZES)
    where = draw(st.sampled_from(["value", "name", "path", "query"]))
    path = {"path": f"/v1/{text}", "query": f"{CREDITS}?q={text}"}.get(where, CREDITS)
    line = {"value": f"x-big: {text}", "name": f"{text}: x"}.get(where, "x-none: x")
    whole = request("GET", path, line, CLOSE)
    if abs(len(whole) - LARGEST_HEAD) < BLANKS:
        return Rough((whole,))
    status = 431 if len(whole) > LARGEST_HEAD else 405 if where == "path" else 200
    return Rough((whole,), answers=((status, b""),))


@st.composite
def many_headers(draw: Any) -> Rough:
    """Send hundreds of headers, some of them twice."""
    names = draw(st.lists(st.sampled_from(["Cookie", "x-n", "Accept"]), min_size=1, max_size=9))
    lines = [f"{name}-{n % 200}: {n}" for n in range(draw(st.integers(50, 400))) for name in names]
    return Rough((request("GET", CREDITS, *lines, CLOSE),), answers=((200, b'"credits"'),))


@st.composite
def absurd_lines(draw: Any) -> Rough:
    """Send a request line with a method or a path that nobody would write."""
    methods = ["BREW", "get", "G" * 500, "PUT", "CONNECT", "TRACE", "OPTIONS", "M-SEARCH", "\0", ""]
    parts = ["%00", "%", "%zz", "%c3%28", "%2e%2e", "//", "/..", "\0", "\xff", "*", "://", "[::1"]
    method = draw(st.sampled_from(["GET", "POST", "HEAD", *methods]))
    texts = st.sampled_from([*parts, "/v2/", "/_mock/accounts/", "/outputs/", "?", "#", ":99"])
    path = "".join(draw(st.lists(texts | st.text(max_size=5), min_size=1, max_size=8)))
    version = draw(st.sampled_from(["1.1", "1.1", "1.1", "9.9", "1.", "x", "1.1 1.1"]))
    call = f"{method} /{path} HTTP/{version}\r\nHost: h\r\nx-api-key: {KEY}\r\n\r\n"
    return Rough((call.encode("utf-8", "replace"),))


@st.composite
def good_chunks(draw: Any) -> Rough:
    """Send a body in chunks, with extensions and trailers."""
    rest, chunks = BODY, b""
    while rest:
        size = draw(st.integers(1, len(rest)))
        spelled = draw(st.sampled_from([b"%x", b"%X", b"00%x", b"%x;name=value", b'%x;a="b"']))
        chunks += spelled % size + b"\r\n" + rest[:size] + b"\r\n"
        rest = rest[size:]
    chunks += b"0\r\n" + draw(st.sampled_from([b"", b"x-trailer: y\r\n"])) + b"\r\n"
    head = request("POST", SUBMIT, "Transfer-Encoding: chunked", CLOSE)
    cut = draw(st.integers(1, len(chunks) - 1))
    pieces = draw(st.sampled_from([(head + chunks,), (head, chunks[:cut], chunks[cut:])]))
    return Rough(pieces, answers=((200, b'"QUEUED"'),))


@st.composite
def bad_chunks(draw: Any) -> Rough:
    """Send chunks whose sizes and ends are not what they should be."""
    sizes = [b"zz", b"-1", b"", b"fffffffffffffffff", b"7", b"0", b"5;" + b"e" * 20_000, b"0x5"]
    ends = st.sampled_from([b"\r\n", b"\n", b"", b"\r", b"\r\n\r\n"])
    part = st.tuples(st.sampled_from(sizes), ends, SOME_BYTES | st.just(BODY), ends)
    parts = draw(st.lists(part.map(b"".join), min_size=1, max_size=4))
    coding = draw(st.sampled_from(["chunked", "gzip, chunked", "chunked, gzip", "identity", ""]))
    head = request("POST", SUBMIT, f"Transfer-Encoding: {coding}")
    return Rough((head + b"".join(parts),))


@st.composite
def wrong_lengths(draw: Any) -> Rough:
    """Announce a length that is none, two lengths, or one that the body does not have."""
    length = len(BODY)
    texts = [
        "-1",
        "",
        "x",
        "1e3",
        "+5",
        "5 5",
        "0x10",
        "9" * 30,
        "00",
        str(length - 1),
        f"{length},9",
    ]
    given_lengths = draw(st.lists(st.sampled_from(texts), min_size=1, max_size=3))
    lines = [f"content-length: {text}" for text in given_lengths]
    lines += draw(
        st.sampled_from([[], [f"content-length: {length}"], ["Transfer-Encoding: chunked"]])
    )
    return Rough((request("POST", SUBMIT, *lines) + BODY,))


@st.composite
def short_bodies(draw: Any) -> Rough:
    """Announce more than comes, and leave."""
    more = draw(st.sampled_from([1, 2, 1000, 2**20, 2**20 + 1, 2**40]))
    sent = BODY[: draw(st.integers(0, len(BODY)))]
    path = draw(st.sampled_from([SUBMIT, "/v1/ideogram-3", "/v2/nothing"]))
    call = request("POST", path, f"content-length: {len(sent) + more}") + sent
    return Rough((call,), ending=draw(st.sampled_from(["half-close", "close", "reset"])))


@st.composite
def slow_requests(draw: Any) -> Rough:
    """Send a good request in pieces."""
    call = request("POST", SUBMIT, CLOSE, body=BODY)
    cuts = sorted(draw(st.sets(st.integers(1, len(call) - 1), min_size=1, max_size=4)))
    bounds = zip([0, *cuts], [*cuts, len(call)], strict=True)
    return Rough(tuple(call[a:b] for a, b in bounds), answers=((200, b'"QUEUED"'),))


@st.composite
def pipelines(draw: Any) -> Rough:
    """Send several requests in one write; each answer says which request it is for."""
    calls, answers = [], []
    count = draw(st.integers(2, 8))
    for number in range(count):
        lines = [CLOSE] if number == count - 1 else []
        mark = f"{number}-{draw(st.integers(0, 999))}"
        kind = draw(st.sampled_from(["status", "nowhere", "submit"]))
        path = {"status": f"/v2/requests/{mark}/status", "nowhere": f"/nowhere/{mark}"}.get(kind)
        if path is None:
            lines.append(f"x-forwarded-host: {mark}.test")
            calls.append(request("POST", SUBMIT, *lines, body=BODY))
        else:
            calls.append(request("GET", path, *lines))
        answers.append((404 if path else 200, mark.encode()))
    return Rough((b"".join(calls),), requests=count, answers=tuple(answers))


@st.composite
def expectations(draw: Any) -> Rough:
    """Ask whether to go on before sending the body, and go on, or not."""
    word = draw(st.sampled_from(["100-continue", "100-Continue", "200-maybe", ""]))
    head = request("POST", SUBMIT, f"Expect: {word}", CLOSE, f"content-length: {len(BODY)}")
    if draw(st.integers(0, 4)) == 0:
        return Rough((head,), ending=draw(st.sampled_from(["half-close", "close"])))
    cut = draw(st.integers(0, len(BODY) - 1))
    is_asked = word.lower() == "100-continue"
    continued = ((100, b""),) if is_asked else ()
    return Rough((head, BODY[:cut], BODY[cut:]), answers=(*continued, (200, b'"QUEUED"')))


@st.composite
def upgrades(draw: Any) -> Rough:
    """Ask for another protocol; there is none."""
    protocol = draw(st.sampled_from(["websocket", "h2c", "TLS/1.0", "", "websocket, h2c"]))
    lines = [f"Upgrade: {protocol}", draw(st.sampled_from(["Connection: Upgrade", CLOSE]))]
    path, body = draw(st.sampled_from([(CREDITS, b""), (SUBMIT, BODY), ("/_mock/health", b"")]))
    frame = SOME_BYTES.map(b"\x81%b".__mod__)
    rest = draw(frame | st.sampled_from([b"", request("GET", CREDITS), PREFACE]))
    return Rough((request("POST" if body else "GET", path, *lines, body=body) + rest,))


@st.composite
def old_requests(draw: Any) -> Rough:
    """Send HTTP/1.0: one answer, and the connection closes."""
    lines = ("Connection: keep-alive", CLOSE, "Accept: */*", "Pragma: no-cache")
    lines = draw(st.lists(st.sampled_from(lines), max_size=3))
    is_post = draw(st.booleans())
    method, path, body = ("POST", SUBMIT, BODY) if is_post else ("GET", CREDITS, b"")
    call = request(method, path, *lines, body=body, version="1.0")
    if draw(st.booleans()):
        call = call.replace(b"Host: 127.0.0.1\r\n", b"")
    cut = draw(st.integers(0, len(call) - 1))
    pieces = (call[:cut], call[cut:]) if cut else (call,)
    return Rough(pieces, answers=((200, b'"QUEUED"' if is_post else b'"credits"'),))


@st.composite
def prefaces(draw: Any) -> Rough:
    """Speak HTTP/2: a preface, then frames."""
    size, kind, flags, stream = draw(
        st.tuples(*map(st.integers, (0, 0, 0, 0), (2**14, 12, 255, 9)))
    )
    frame = struct.pack(">I", size)[1:] + struct.pack(">BBI", kind, flags, stream)
    whole = PREFACE + frame + draw(st.binary(max_size=40))
    return Rough((whole[: draw(st.integers(len(PREFACE) - 4, len(whole)))],))


@st.composite
def control_bodies(draw: Any) -> Rough:
    """Send the control plane a document that is bent, or that is not one."""
    method, path, document = draw(st.sampled_from(CONTROL))
    values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    odd = st.dictionaries(st.sampled_from([*document, "x"]), values | st.lists(values, max_size=2))
    bodies = bent(encode(document)) | odd.map(lambda fields: encode({**document, **fields}))
    body = draw(bodies | SOME_BYTES | st.sampled_from([b"[" * 5000, b'"\\ud800"', b"null"]))
    return Rough((request(method, path, CLOSE, body=body),), ending="stay")


@st.composite
def control_queries(draw: Any) -> Rough:
    """Ask the control plane with parameters that cannot be."""
    numbers = ["0", "-1", "1e-9", "nan", "-inf", "9" * 25, "-" + "9" * 25, "%00", "", "½"]
    names = ["limit", "since", "route", "request_id", "api_key", "x"]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(numbers))
    query = "&".join("=".join(pair) for pair in draw(st.lists(pairs, max_size=3)))
    waits = st.sampled_from(["0", "-1", "1e-9", "0.001", "nan", "-inf", "x", "%00"])
    query += draw(waits.map("&wait_s={}".format) | st.just(""))
    query += draw(st.sampled_from(["", "&since=999999999"]))
    resources = ["jobs", "faults", "clock", "verdicts", f"jobs/{UNKNOWN_ID}", "events", "nothing"]
    resource = draw(st.just("requests") | st.sampled_from(resources))
    method = draw(st.sampled_from(["GET", "GET", "DELETE", "HEAD"]))
    ending = draw(st.sampled_from(GONE)) if resource == "events" else "stay"
    return Rough((request(method, f"/_mock/{resource}?{query}", CLOSE),), ending=ending)


CONTROL_CALLS = [request(method, path, body=encode(document)) for method, path, document in CONTROL]
KINDS: dict[str, st.SearchStrategy[Rough]] = {
    "bent": st.sampled_from(CALLS).flatmap(bent).map(lambda call: Rough((call,))),
    "random": st.binary(min_size=1, max_size=300).map(lambda sent: Rough((sent,))),
    "half, then gone": halves(CALLS, GONE),
    "half, then half closed": halves(CALLS, ["half-close"]),
    "huge header": huge_headers(),
    "many headers": many_headers(),
    "absurd request line": absurd_lines(),
    "good chunks": good_chunks(),
    "bad chunks": bad_chunks(),
    "wrong length": wrong_lengths(),
    "short body": short_bodies(),
    "slow": slow_requests(),
    "pipelined": pipelines(),
    "expect": expectations(),
    "upgrade": upgrades(),
    "HTTP/1.0": old_requests(),
    "HTTP/2": prefaces(),
    "control plane: body": control_bodies(),
    "control plane: query": control_queries(),
    "control plane: half": halves(CONTROL_CALLS, [*GONE, "half-close"]),
}
EACH = -(-REQUESTS // len(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_comes_the_next_client_is_served(server, kind):
    """A rough connection gets answers below 500, or its end; nothing is logged, nothing hangs."""
    sent = 0

    @settings(max_examples=EACH)
    @given(rough=KINDS[kind])
    def take(rough: Rough) -> None:
        nonlocal sent
        sent += rough.requests
        try:
            server.take(rough)
        finally:
            if kind.startswith("control"):
                server.log.errors.clear()
                server.calm_down()

    take()
    print(f"\n{kind}: {sent} requests", end="")  # noqa: T201
    assert sent >= EACH


NUMBERS = ["-" + "9" * 25, "nan", "-1", "1e-9", "0x1", ""]
ODD = [f"{name}={number}" for name in ("limit", "since", "wait_s") for number in NUMBERS]


@pytest.mark.parametrize("query", [*ODD, f"limit={'9' * 25}", f"since={'9' * 25}"])
def test_the_journal_is_shown_or_refused_whatever_the_number(server, query):
    """A number that is huge, negative or none at all neither breaks the journal nor hangs it."""
    call = request("GET", f"/_mock/requests?route=sync&{query}", CLOSE)
    server.take(Rough((call,), ending="stay"))


def test_an_unparseable_request_is_refused_in_words(server):
    """What is no HTTP gets a 400 with an error in JSON, and the connection closes."""
    for sent in (
        PREFACE,
        b"\0\1\2\r\n\r\n",
        b"GET / HTTP/x\r\n\r\n",
        b"CONNECT h:1 HTTP/1.1\r\n\r\n",
    ):
        with server.connected() as connection:
            connection.sendall(sent)
            [(status, body)] = answers_in(received_from(connection))
        assert status == 400
        assert msgspec.json.decode(body)["error"]
    server.serve_the_next()


@pytest.mark.parametrize("lines", [[], [CLOSE]], ids=["as it is read", "by the application"])
@pytest.mark.parametrize(
    ("part", "told"),
    [("handle", f"{ACCIDENT}: (<class 'ZeroDivisionError'>"), ("carry_out", "ZeroDivisionError: ")],
)
def test_an_accident_would_be_seen(server, monkeypatch, part, told, lines):
    """The log that the other tests read is the one that an accident would be written to."""
    monkeypatch.setattr(server.emulator.gateway, part, lambda *_, **__: 1 / 0)
    with server.connected() as connection:
        connection.sendall(request("GET", CREDITS, *lines))
        assert connection.recv(65536).startswith(b"HTTP/1.1 500 ")
    [error] = server.log.errors
    server.log.errors.clear()
    assert told in error
