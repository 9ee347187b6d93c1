"""A body that was read ahead is answered as one that is read in its turn."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.base.bounds import SMALL_BODY_BYTES
from mockserver.base.errors import ApiError
from mockserver.base.wire import Request
from mockserver.contract.routing import ROUTES
from mockserver.gateway import body_readers
from mockserver.gateway.body_readers import READERS, is_big, is_worth_reading_ahead, read_ahead
from mockserver.tests.conftest import HOST, KEY, Client

SERVICES = Client().emulator.services
PATHS = {
    "sync": "/v1/ideogram-3",
    "submit": "/v2/gpt-5.5",
    "pixelflows-run": "/workflows/w",
    "files-upload": "/upload-asset",
    "webhooks-add": "/webhook/add",
    "webhooks-update": "/webhook/update",
    "finetune-details": "/finetune/request/details",
    "finetune-access": "/finetune/request/access-update",
    "finetune-upload": "/finetune/request/upload/pre-signed-url",
    "finetune-download": "/finetune/request/file/download",
}
CONSOLE = [name for name in PATHS if name.startswith(("webhooks", "finetune"))]
OTHER_PATHS = ["/v2/unheard-of", "/outputs/a.png", "/assets/datasets/a.zip", "/nowhere"]
KINDS = [
    b"application/json",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=b",
    b"text/plain",
]
BODIES = [
    b'{"prompt":"a boat"}',
    b'{"prompt":""}',
    b'{"messages":[{"role":"user","content":"Hi"}]}',
    b'{"data_urls":["data:image/png;base64,aGk="]}',
    b'{"data_urls":7}',
    b'{"webhook_url":"http://127.0.0.1:9/","event":{"types":["GRAPH_RUN"]}}',
    b"request_id=a&name=b",
    b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na\r\n--b--\r\n',
]


def make_request(method, path, kind, body, key=KEY):
    """Return a request with this body."""
    headers = {b"host": HOST.encode(), b"content-type": kind, b"x-api-key": key.encode()}
    return Request(method=method, path=path, headers=headers, body=body)


def list_journals(client):
    """Return every exchange that a client's emulator has noted."""
    accounts = client.store.accounts
    return [list(client.store.journals.exchanges_of(key)) for key in (None, *accounts)]


def test_every_path_is_one_of_its_route():
    """The paths of these tests are those of all routes that read a body ahead."""
    assert {name: body_readers.find(path)[0].name for name, path in PATHS.items()} == {
        name: name for name in READERS
    }


@given(
    method=st.sampled_from(["POST", "GET", "PUT"]),
    path=st.sampled_from([*PATHS.values(), *OTHER_PATHS]),
    kind=st.sampled_from(KINDS),
    body=st.sampled_from(BODIES) | st.binary(max_size=40),
    key=st.sampled_from([KEY, "", "SG_00000000000000401"]),
)
@example(method="POST", path="/workflows/w", kind=KINDS[0], body=BODIES[0], key=KEY)
def test_a_body_read_ahead_changes_no_answer(method, path, kind, body, key):
    """Whatever is asked, in whatever order it would be refused, answer and journal are the same."""
    request = make_request(method, path, kind, body, key)
    ahead, in_turn = Client(), Client()
    reading = read_ahead(SERVICES, request)
    answers = (
        ahead.emulator.gateway.handle(request, reading),
        in_turn.emulator.gateway.handle(request),
    )
    assert answers[0] == answers[1]
    assert list_journals(ahead) == list_journals(in_turn)


@pytest.mark.parametrize(("name", "path"), PATHS.items())
def test_what_was_read_ahead_is_not_read_again(monkeypatch, name, path):
    """A route takes what was read ahead, and its refusal, instead of reading the body itself."""
    row = "console_invalid_request" if name in CONSOLE else "malformed_body"
    refused = ApiError(row, reason="it was read ahead")
    monkeypatch.setitem(READERS, name, lambda *_: (_ for _ in ()).throw(refused))
    method = ROUTES[name].methods[0]
    client = Client(credits=1)
    [tune] = client.get("/finetune/request/list").json
    body = b'{"prompt":"a","request_id":"%s"}' % tune["finetune_id"].encode()
    request = make_request(method, path, b"application/json", body)
    outcome = client.emulator.gateway.handle(request, read_ahead(SERVICES, request))
    assert b"it was read ahead" in outcome.body


@pytest.mark.parametrize("path", OTHER_PATHS)
def test_what_reads_no_body_has_none_read_ahead(path):
    """For a route that reads no body, or a model that is not there, nothing is read."""
    reading = read_ahead(SERVICES, make_request("POST", path, b"application/json", b"{"))
    assert reading is None or reading.get() is None


def test_a_wrong_verb_has_nothing_read_ahead():
    """A request that is refused for its verb is not read."""
    request = make_request("PUT", "/v2/ideogram-3", b"application/json", b"{")
    assert read_ahead(SERVICES, request) is None


def test_an_accident_while_reading_ahead_happens_in_its_turn(monkeypatch):
    """What goes wrong in a thread is raised where the body is asked for, not there."""
    monkeypatch.setitem(READERS, "submit", lambda *_: 1 / 0)
    request = make_request("POST", "/v2/ideogram-3", b"application/json", b"{}")
    reading = read_ahead(SERVICES, request)
    with pytest.raises(ZeroDivisionError):
        reading.get()


def test_only_a_big_body_is_worth_reading_ahead():
    """A body is big from 64 KiB on."""
    assert not is_big(make_request("POST", "/", b"", bytes(SMALL_BODY_BYTES)))
    assert is_big(make_request("POST", "/", b"", bytes(SMALL_BODY_BYTES + 1)))


@pytest.mark.parametrize(
    ("path", "size", "expected"),
    [
        ("/v2/ideogram-3", SMALL_BODY_BYTES, False),
        ("/v2/ideogram-3", SMALL_BODY_BYTES + 1, True),
        ("/v2/ideogram-turbo-img-2-img", SMALL_BODY_BYTES, True),
        ("/v2/unheard-of", SMALL_BODY_BYTES, True),
        ("/upload-asset", SMALL_BODY_BYTES, True),
    ],
)
def test_a_picture_is_read_ahead_unless_its_model_looks_at_none(path, size, expected):
    """What a small body holds is looked for only where something is made of it."""
    body = b"\x89PNG".ljust(size, b".")[:size]
    request = make_request("POST", path, b"application/json", body)
    assert is_worth_reading_ahead(SERVICES, request) is expected
