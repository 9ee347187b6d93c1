"""Rows whose heads are long, halved, bent, or say what the body does not hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from mockserver.tests.assault.benches import CUT, KEY, Bench, Row, keys, many, request

MIB = 1024 * 1024
RUN, CREDITS = "/v2/ideogram-3", "/v1/get-user-credits"
PROMPT = b'{"prompt": "A kite"}'
OK = frozenset({200})
ANY = frozenset({CUT, *range(200, 500)})
"""Where the server may also close the connection without an answer."""

CONTENT_TYPES = (
    "application/json; charset*=utf-8''x; charset*0=utf",
    "application/json; a*1*=x; a*=y; a*0=q",
    f"application/json; charset*{'1' * 5_000}=utf-8",
    "multipart/form-data; boundary*=utf-8''x; boundary*0=e",
    "application/json" + "; a=b" * 10_000,
    "application/json; " + "a" * 40_000,
    "application/json; charset=" + '"\\' * 20_000,
    "multipart/form-data; boundary=" + "-" * 40_000,
    "\xff\xfe",
    "",
)
READ_BODIES = (
    ("POST", RUN),
    ("POST", "/v1/gpt-5.5"),
    ("POST", "/workflows/w"),
    ("POST", "/upload-asset"),
    ("POST", "/webhook/add"),
    ("PUT", "/finetune/request/access-update"),
)
DIGITS = "1" * 5_000
NUMBERS = (
    f"/_mock/requests?since={DIGITS}",
    f"/_mock/requests?limit={DIGITS}",
    f"/_mock/requests?wait_s={DIGITS}",
    f"/_mock/jobs?limit=-{DIGITS}",
    f"/_mock/events?since={DIGITS}",
    f"/inference-request/request-history?page={DIGITS}",
    f"/inference-request/request-history?per_page=1e{DIGITS}",
)
HOSTS = (
    ("Host: evil.example", "Host: localhost"),
    ("Host: a b",),
    ('Host: a"b',),
    ("Host: x/y?",),
    ("X-Forwarded-Proto: javascript", "X-Forwarded-Host: evil.example"),
    ("Transfer-Encoding: chunked", "Content-Length: 5"),
    ("Content-Length: 5", "Content-Length: 6"),
    (f"Content-Length: {DIGITS}",),
)


def send_content_types(bench: Bench) -> None:
    """Send each odd content type to each route that reads a body."""
    for method, path in READ_BODIES:
        for content_type in CONTENT_TYPES:
            bench.send(request(method, path, PROMPT, content_type=content_type))


def send_numbers(bench: Bench) -> None:
    """Send numbers of thousands of digits."""
    for path in NUMBERS:
        bench.send(request("GET", path))
    bench.send(request("GET", "/_mock/events", b"", f"Last-Event-ID: {DIGITS}"))


def send_hosts(bench: Bench) -> None:
    """Say twice, and otherwise, or not at all, where a request goes and how long it is."""
    for lines in HOSTS:
        bench.send(request("POST", RUN, PROMPT, *lines))


def send_trailers(bench: Bench) -> None:
    """Name another host after the body."""
    head = request("POST", "/_mock/reset", b"", "Transfer-Encoding: chunked")
    head = head.replace(b"content-length: 0\r\n", b"")
    for name in ("host", "authorization", "x-api-key", "content-length"):
        bench.send(
            head.replace(b"content-length: 0\r\n", b""), b"0\r\n%s: x\r\n\r\n" % name.encode()
        )


def send_keys_everywhere(bench: Bench) -> None:
    """Spell the key in other places, where a log might repeat it."""
    quoted = "".join(f"%{ord(letter):02X}" for letter in KEY)
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
    for path in (f"/v1/{KEY}", f"{RUN}?api_key={quoted}", f"/_mock/accounts/{quoted}", f"/{KEY}"):
        bench.send(request("GET", path, b"", f"x-auth-token: {KEY}"))
    for body in (f'{{"prompt": "{escaped}"}}', escaped, f'{{"{KEY}": '):
        bench.send(request("POST", RUN, body.encode()))
    _, journal = bench.send(request("GET", f"/_mock/requests?api_key={KEY}&last=20"))
    spellings = (KEY, quoted, escaped)
    assert not [each for each in spellings if each.lower().encode() in journal.lower()]


def send_in_pieces(bench: Bench) -> None:
    """Ask for another protocol, split at every byte of the line that does."""
    whole = request("POST", RUN, PROMPT, "Connection: Upgrade", "Upgrade: h2c")
    first, last = whole.index(b"Upgrade: h2c") - 2, whole.index(b"\r\n\r\n") + 5
    for at in range(first, last):
        bench.send(whole[:at], whole[at:])


def send_a_file_in_pieces(bench: Bench) -> None:
    """Put a file that looks like a head into its place, split about the end of its own head."""
    body = b"name: value\r\nUpgrade: yes\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    for place in range(-6, 40):
        path, whole = put_into_promised_place(bench, body)
        at = len(whole) - len(body) + place
        bench.send(whole[:at], whole[at:])
        assert bench.send(request("GET", path)) == (200, body)


def write_where_nothing_was_promised(bench: Bench) -> None:
    """Put something else where a file of somebody is, with and without a key."""
    url = bench.ask("POST", "/upload-asset", {"data_urls": ["data:image/png;base64,AAAA"]})
    path = urlsplit(url["file_urls"][0]).path
    place, whole = put_into_promised_place(bench, b"mine")
    bench.send(whole)
    unsigned = f"/assets/datasets{path.removeprefix('/assets')}"
    for target in (unsigned, path, place, whole.split(b" ")[1].decode()):
        for key in (KEY, "SG_dddd0123456789ab", ""):
            bench.send(request("PUT", target, b"evil", key=key, content_type="text/html"))
    assert bench.send(request("GET", path)) == (200, bytes(3))
    assert bench.send(request("GET", place)) == (200, b"mine")


def put_into_promised_place(bench: Bench, body: bytes) -> tuple[str, bytes]:
    """Have a place promised; return its path and the request that fills it."""
    where = "/finetune/request/upload/pre-signed-url?name=a.zip"
    signed = urlsplit(bench.ask("GET", where)["presigned_url"])
    return signed.path, request("PUT", f"{signed.path}?{signed.query}", body)


def send_one_header_of(size: int) -> Callable[[Bench], None]:
    """Return what sends one header value of so many bytes."""

    def run(bench: Bench) -> None:
        head = request("GET", CREDITS)
        bench.send(head[:-2] + b"x-big: ", b"a" * size, b"\r\n\r\n")

    return run


def send_headers_without_end(bench: Bench) -> None:
    """Send 300 MiB of headers of one request that never ends."""
    lines = b"".join(b"x-%d: %s\r\n" % (place, b"a" * 1000) for place in range(1_000))
    with bench.connect() as connection, suppress(ConnectionError):
        connection.sendall(request("GET", CREDITS)[:-2])
        for _ in range(300):
            connection.sendall(lines)


def hold_half_heads(bench: Bench) -> None:
    """Begin very many requests, and let others be served meanwhile."""
    for _ in range(many(9_000)):
        bench.hold(request("POST", RUN, PROMPT)[:40])
    bench.send_all(request("GET", CREDITS, key=key) for key in keys("ha1f", 100))


def hold_half_bodies(bench: Bench) -> None:
    """Send the first half of bodies that are said to be long."""
    whole = request("POST", RUN, b" " * MIB)
    for _ in range(many(200)):
        bench.hold(whole[: MIB // 2])
    bench.send_all(request("GET", CREDITS, key=key) for key in keys("ha1f", 100))


ROWS = [
    Row("content types that are none", send_content_types),
    Row("numbers of 5,000 digits", send_numbers, statuses=ANY),
    Row("fields that contradict each other", send_hosts, statuses=ANY),
    Row("trailers that name another host", send_trailers, statuses=ANY),
    Row("keys where they do not belong", send_keys_everywhere),
    Row("an upgrade in two pieces", send_in_pieces, statuses=OK),
    Row("a file that looks like a head, in two pieces", send_a_file_in_pieces, statuses=OK),
    Row("writing over the files of others", write_where_nothing_was_promised),
    Row("one header of 9 MiB", send_one_header_of(9 * MIB), statuses=frozenset({CUT, 431})),
    Row(
        "one header of 60 MiB",
        send_one_header_of(60 * MIB),
        is_cheap=False,
        statuses=frozenset({CUT, 431}),
    ),
    Row("300 MiB of headers", send_headers_without_end, is_cheap=False),
    Row("9,000 half-sent heads", hold_half_heads, statuses=OK),
    Row("200 half-sent bodies", hold_half_bodies, statuses=OK),
]
