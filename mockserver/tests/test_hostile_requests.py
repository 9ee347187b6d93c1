"""Requests that nobody should send: always a clear answer, never an accident."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.base.bounds import MAX_MESSAGE
from mockserver.base.json_encoding import encode
from mockserver.base.text_encodings import BYTE_ORDER_MARK
from mockserver.base.wire import Request, Respond
from mockserver.control.control import ResetScope
from mockserver.control.journal import JournalFilter
from mockserver.tests.conftest import HOST, Client
from mockserver.tests.kinds import IS_STORM

EXAMPLES = settings(
    max_examples=10_000 if IS_STORM else 300,
)
SEGMENTS = [
    "v1", "v2", "requests", "ideogram-3", "status", "outputs", "get-user-credits", "..", "",
    "upload-asset", "assets", "datasets", "webhook", "add", "workflows", "request", "finetune",
    "inference-request", "request-history", "details", "access-update",
]  # fmt: skip

paths = st.lists(st.sampled_from(SEGMENTS) | st.text(max_size=20), max_size=6).map(
    lambda parts: "/" + "/".join(parts)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
PARAMETERS = [
    "messages",
    "response_format",
    "duration",
    "img_width",
    "samples",
    "base64",
    "prompt",
    "seed",
    "resolution",
    "aspect_ratio",
    "color_palette",
    "style_codes",
    "sleep",
]
payloads = st.dictionaries(st.sampled_from(PARAMETERS) | st.text(max_size=9), json_values)

client = Client()


def ask(method, path, headers, body):
    """Send a request as it is; whatever it is, it is answered."""
    raw = {name.encode(): value.encode("latin-1", "replace") for name, value in headers.items()}
    request = Request(method=method, path=path, headers={b"host": HOST.encode(), **raw}, body=body)
    outcome = client.emulator.gateway.handle(request)
    assert isinstance(outcome, Respond)
    return outcome


@EXAMPLES
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "BREW"]),
    path=paths,
    headers=st.dictionaries(
        st.sampled_from(["x-api-key", "content-type", "authorization", "x-forwarded-host"]),
        st.text(max_size=30) | st.sampled_from(["application/json", "multipart/form-data"]),
    ),
    body=st.binary(max_size=200),
)
def test_any_request_gets_an_answer_below_500(method, path, headers, body):
    """No path, verb, header or body makes the emulator stumble."""
    assert ask(method, path, headers, body).status < 500


@EXAMPLES
@given(slug=st.sampled_from(sorted(client.emulator.catalogue.models)), payload=payloads)
def test_any_payload_is_accepted_or_refused_in_words(slug, payload):
    """A payload is taken, or refused with a sentence; v1 and v2 agree on what is JSON."""
    from json import dumps

    headers = {"x-api-key": "SG_hostile", "content-type": "application/json"}
    body = dumps(payload).encode()
    blocking = ask("POST", f"/v1/{slug}", headers, body)
    queued = ask("POST", f"/v2/{slug}", headers, body)
    assert blocking.status in {200, 400, 406, 504}
    assert queued.status in {200, 400, 406}
    client.advance(4000)


@EXAMPLES
@given(body=st.binary(max_size=300), boundary=st.text("abc-=_", max_size=12))
def test_any_multipart_body_is_read_or_refused(body, boundary):
    """Broken forms are 400, as broken JSON is."""
    kind = f"multipart/form-data; boundary={boundary}"
    headers = {"x-api-key": "SG_hostile", "content-type": kind}
    framed = f"--{boundary}\r\n".encode() + body
    for each in (body, framed):
        assert ask("POST", "/v1/ideogram-3", headers, each).status in {200, 400, 406}
    client.advance(4000)


LONG = st.integers(0, 12).map(lambda power: 3**power)
"""Up to half a million."""
NAMES = [*PARAMETERS, "data_urls", "webhook_url", "event", "webhook_id", "request_id", "page", "a"]
letters = st.sampled_from(["a", "mock:fail=", "é", "\0", "<", '"', "9", ",", "😀", "data:"])
long_texts = st.builds(lambda letter, times: letter + letter[-1] * times, letters, LONG)
long_values = st.one_of(
    long_texts,
    st.builds(lambda text, times: [text] * min(times, 3_000), st.text(max_size=9), LONG),
    st.builds(lambda name: {name: {name: [name]}}, long_texts),
    st.builds(lambda times: {f"k{index}": index for index in range(min(times, 3_000))}, LONG),
)
ROUTES = [
    "/v1/ideogram-3", "/v1/gpt-5.5", "/v2/ideogram-3", "/workflows/w", "/upload-asset",
    "/webhook/add", "/webhook/update", "/finetune/request/details",
    "/finetune/request/access-update", "/finetune/request/file/download", "/v9/unknown",
]  # fmt: skip


@EXAMPLES
@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    path=st.sampled_from(ROUTES) | long_texts.map(lambda text: f"/v2/{text}"),
    kind=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
    )
    | long_texts.map(lambda text: f"application/json; charset={text.encode().decode('latin-1')}"),
    query=long_texts,
    document=st.dictionaries(st.sampled_from(NAMES) | long_texts, long_values, max_size=4),
    part=st.none() | long_texts,
)
def test_no_refusal_repeats_more_than_a_reader_can_use(method, path, kind, query, document, part):
    """However long what was sent is, whether key, value, path or header, a refusal is short."""
    body = encode(document) if part is None else part.encode()
    answer = client.ask(
        method, f"{path}?webhook_id={query}", body, {"content-type": kind}, key="SG_hostile"
    )
    assert answer.status < 400 or len(answer.body) < 8 * MAX_MESSAGE
    if path == "/v2/ideogram-3" and answer.status == 200:
        client.advance(60)
        result = client.get(answer.json["response_url"], key="SG_hostile")
        assert result.status == 200 or len(result.body) < 8 * MAX_MESSAGE
    client.advance(4000)


CONTROL = [
    ("PUT", "/_mock/accounts/SG_hostile"), ("PATCH", "/_mock/clock"), ("POST", "/_mock/faults"),
    ("POST", "/_mock/reset"), ("PATCH", "/_mock/jobs/a"), ("GET", "/_mock/requests"),
]  # fmt: skip
FIELDS = ["credits", "plan", "mode", "set_utc", "do", "on", "api_key", "state", "webhooks"]


@settings(max_examples=100)
@given(
    call=st.sampled_from(CONTROL),
    tail=st.just("") | long_texts,
    document=st.dictionaries(st.sampled_from(FIELDS) | long_texts, long_values, max_size=3),
)
def test_no_refusal_of_the_control_plane_repeats_more_than_a_reader_can_use(call, tail, document):
    """However long a field, its name or a path is, the control plane's refusal is short."""
    method, path = call
    request = Request(
        method=method,
        path=path + (f"/{tail}" if tail else ""),
        headers={b"host": HOST.encode(), b"content-type": b"application/json"},
        body=encode(document),
    )
    answer = client.emulator.in_process.call_control(request)
    assert answer.status < 400 or len(answer.body) < 8 * MAX_MESSAGE


def test_a_control_call_may_begin_with_a_byte_order_mark():
    """A body for the control plane is read as Windows programs write UTF-8, too."""
    request = Request(
        method="PATCH",
        path="/_mock/clock",
        headers={b"host": HOST.encode()},
        body=BYTE_ORDER_MARK + encode({"advance_s": 1}),
    )
    assert client.emulator.in_process.call_control(request).status == 200


header_names = st.sampled_from(
    [
        *("content-type", "authorization", "x-api-key", "host", "origin", "range", "if-range"),
        *("x-forwarded-host", "x-forwarded-proto", "content-encoding", "content-length", "cookie"),
        *("access-control-request-method", "access-control-request-headers", "accept", "expect"),
        *("transfer-encoding", "last-event-id", "user-agent", "x-initiator", "date", "te"),
    ]
) | st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=1, max_size=12)
header_words = st.sampled_from(
    [
        *("application/json", "multipart/form-data", "application/x-www-form-urlencoded", "; "),
        *("charset", "boundary", "bytes=", "*", "*0", "*1*", "=", "''", "utf-8", '"', "\\", ","),
        *("-", "%", "\xff", "\x00", "[", "]", "://", "9" * 5_000, "Bearer ", "SG_0123456789abcdef"),
    ]
)
header_values = st.lists(header_words, max_size=6).map(
    lambda parts: "".join(parts).encode("latin-1")
)
header_values |= st.binary(max_size=40)
CALLS = [
    *(("POST", "/v1/ideogram-3"), ("POST", "/v2/ideogram-3"), ("POST", "/upload-asset")),
    *(("GET", "/outputs/a.png"), ("GET", "/v1/get-user-credits"), ("PUT", "/assets/datasets/a")),
    *(("POST", "/workflows/a"), ("PUT", "/finetune/request/access-update"), ("OPTIONS", "/v1/a")),
    *(("POST", "/webhook/add"), ("GET", "/inference-request/generations"), ("GET", "/nowhere")),
]


@EXAMPLES
@example(
    call=CALLS[1],
    headers={b"content-type": b"application/json; charset*=utf-8''x; charset*0=utf"},
    has_key=True,
    body=b"",
)
@given(
    call=st.sampled_from(CALLS),
    headers=st.dictionaries(header_names.map(str.encode), header_values, max_size=5),
    has_key=st.booleans(),
    body=st.sampled_from([b"", b'{"prompt": "a"}', b"a=b", b"--x\r\n"]),
)
def test_no_header_makes_the_gateway_fail_and_every_answer_is_journalled(
    call, headers, has_key, body
):
    """Whatever names and bytes there are in headers: no 5xx, and one exchange with that status."""
    method, path = call
    sent = {b"host": HOST.encode(), **({b"x-api-key": b"SG_hostile"} if has_key else {}), **headers}
    request = Request(method=method, path=path, headers=sent, body=body)
    client.control.reset(ResetScope())
    respond = client.emulator.gateway.handle(request)
    assert isinstance(respond, Respond)
    assert respond.status < 500
    [exchange] = client.control.journal.show(JournalFilter())["requests"]
    assert (exchange["status"], exchange["method"]) == (respond.status, method)
