"""Requests that nobody should send: always a clear answer, never an accident."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.wire import Request, Respond
from mockserver.tests.conftest import HOST, Client

IS_STORM = bool(os.environ.get("SEGMOCK_STORM"))
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
