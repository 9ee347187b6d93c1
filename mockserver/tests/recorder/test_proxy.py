"""What goes through the recorder, from servers that do what servers should not."""

from __future__ import annotations

import gzip
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.recorder import exchange as exchange_module
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.recorder.raw_servers import (
    answer,
    find_root,
    read_exchanges,
    record,
    reset,
    serve_raw,
)

KEY = "SG_00112233445566aa"
HEADERS = {"x-api-key": KEY}
RUN = "/v1/ideogram-turbo-txt-2-img"
HALF = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"a":'
HALF_PICTURE = HALF.replace(b"application/json", b"image/png")


@pytest.fixture
def client():
    """A client without proxies, whose patience ends when the tests' does."""
    with httpx.Client(trust_env=False, timeout=PATIENCE_S, headers=HEADERS) as client:
        yield client


FAILURES = {
    "reset": (reset, httpx.ReadError),
    "close": (lambda connection: connection.close(), httpx.RemoteProtocolError),
    "half of a JSON": (
        lambda connection: (connection.sendall(HALF), connection.close()),
        httpx.RemoteProtocolError,
    ),
    "half of a picture": (
        lambda connection: (connection.sendall(HALF_PICTURE), connection.close()),
        httpx.RemoteProtocolError,
    ),
}


@pytest.mark.parametrize(("fail", "error"), FAILURES.values(), ids=FAILURES)
def test_a_client_sees_the_failure_that_the_service_made(tmp_path, client, fail, error):
    """What was recorded has no answer; the run's cost stays reserved."""
    with (
        serve_raw(lambda connection, _: fail(connection)) as root,
        record(root, tmp_path, budget="1") as recording,
        pytest.raises(error),
    ):
        client.post(recording.url + RUN, json={"prompt": "x"})
    (seen,) = read_exchanges(tmp_path)
    assert (seen.status, seen.answered_s, seen.body.size) == (None, None, 0)
    assert str(recording.recorder.costs.reserved) == "0.063"


def test_half_an_answer_is_passed_on(tmp_path, client):
    """As much as came."""

    def fail(connection, _):
        connection.sendall(HALF)
        connection.close()

    with (
        serve_raw(fail) as root,
        record(root, tmp_path) as recording,
        client.stream("GET", recording.url + "/v1/x") as response,
    ):
        assert response.headers["content-length"] == "99"
        incoming = response.iter_raw()
        assert next(incoming) == b'{"a":'
        with pytest.raises(httpx.RemoteProtocolError):
            next(incoming)


def test_a_service_that_is_not_there_is_told(tmp_path, client):
    """Nothing was sent, so nothing is recorded and nothing reserved."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        root = find_root(taken)
    with record(root, tmp_path, budget="1") as recording:
        response = client.post(recording.url + RUN, json={"prompt": "x"})
    assert response.status_code == 502
    assert response.json()["error"].startswith(
        f"segmock's recorder says this, and not the service: there is no connection to {root}"
    )
    assert recording.told[0].startswith(f"cannot connect to {root}: ")
    assert read_exchanges(tmp_path) == ()
    assert recording.recorder.costs.reserved == 0


def test_a_run_whose_client_leaves_is_recorded_whole(tmp_path):
    """It is paid for. Nobody waits here: the service answers once the client has left."""
    asked, left = Event(), Event()

    def handle(connection, _):
        asked.set()
        assert left.wait(PATIENCE_S)
        answer(connection, b'{"a":1}', "content-type: application/json", "x-cost: 0.05")

    with serve_raw(handle) as root, record(root, tmp_path, grace_s=PATIENCE_S) as recording:
        parts = urlsplit(recording.url)
        with socket.create_connection((parts.hostname, parts.port)) as leaving:
            request = f"POST {RUN} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{{}}"
            leaving.sendall(request.encode())
            assert asked.wait(PATIENCE_S)
        left.set()
    (seen,) = read_exchanges(tmp_path)
    assert (seen.status, seen.body.content) == (200, b'{"a":1}')
    assert str(recording.recorder.costs.spent) == "0.05"


def test_a_service_that_hangs_keeps_the_client_waiting(tmp_path):
    """What is in flight when the recorder ends is recorded without an answer."""
    asked = Event()
    with (
        serve_raw(lambda _, __: asked.set()) as root,
        record(root, tmp_path) as recording,
        httpx.Client(trust_env=False, timeout=PATIENCE_S) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        asking = pool.submit(client.get, recording.url + "/v1/get-user-credits")
        assert asked.wait(PATIENCE_S)
        recording.stop()
        with pytest.raises(httpx.RemoteProtocolError):
            asking.result(PATIENCE_S)
    (seen,) = read_exchanges(tmp_path)
    assert seen.status is None


MIB = 1024 * 1024
CHUNKED = "HTTP/1.1 200 OK\r\ncontent-type: {}\r\ntransfer-encoding: chunked\r\n\r\n"


def chunk(piece: bytes) -> bytes:
    """Return a piece as a chunk."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)


@pytest.mark.parametrize(
    ("content_type", "pieces"),
    [
        ("video/mp4", [bytes([number]) * MIB for number in range(4)]),
        ("text/event-stream", [b"data: %d\n\n" % number for number in range(20)]),
    ],
    ids=["4 MiB of a film", "events"],
)
def test_streams_are_passed_on_as_they_come(tmp_path, client, content_type, pieces):
    """The service sends a piece when the client has read the one before; all is recorded."""
    steps = [Event() for _ in pieces]

    def handle(connection, _):
        connection.sendall(CHUNKED.format(content_type).encode())
        for step, piece in zip(steps, pieces, strict=True):
            assert step.wait(PATIENCE_S)
            connection.sendall(chunk(piece))
        connection.sendall(b"0\r\n\r\n")
        connection.close()

    with (
        serve_raw(handle) as root,
        record(root, tmp_path) as recording,
        client.stream("GET", recording.url + "/outputs/x") as response,
    ):
        incoming = response.iter_raw()
        for step, piece in zip(steps, pieces, strict=True):
            step.set()
            came = b""
            while len(came) < len(piece):
                came += next(incoming)
            assert came == piece
        assert next(incoming, None) is None
    (seen,) = read_exchanges(tmp_path)
    assert seen.body.content == b"".join(pieces)


LARGE = json.dumps(["x" * 300_000]).encode()


@pytest.mark.parametrize(
    ("content_type", "body"), [("image/png", b"x"), ("application/json", LARGE)]
)
def test_nobody_waits_for_what_takes_long_to_be_written(tmp_path, client, content_type, body):
    """The client has the end of it, and asks again over the same connection."""
    told = Event()

    def handle(connection, _):
        answer(connection, body, f"content-type: {content_type}")

    with serve_raw(handle) as root, record(root, tmp_path) as recording:
        process = recording.recorder.session._process
        write = process.write
        process.write = lambda seen: told.wait(PATIENCE_S) and write(seen)
        for _ in range(2):
            assert client.get(recording.url + "/outputs/x").content == body
        told.set()
    assert [each.body.size for each in read_exchanges(tmp_path)] == [len(body)] * 2


@pytest.mark.parametrize("content_type", ["application/json", "image/png"])
def test_what_is_too_large_to_be_kept_is_passed_on(tmp_path, client, monkeypatch, content_type):
    """Its size and digest are recorded."""
    monkeypatch.setattr(exchange_module, "MOST_KEPT", 1000)
    body = json.dumps(["https://api.segmind.com/x"] * 100).encode()

    def handle(connection, _):
        answer(connection, body, f"content-type: {content_type}")

    with serve_raw(handle) as root, record(root, tmp_path) as recording:
        assert client.get(recording.url + "/v1/x").content == body
    (seen,) = read_exchanges(tmp_path)
    assert (seen.body.size, seen.body.content) == (len(body), None)


def test_what_was_compressed_unasked_is_read(tmp_path, client):
    """The client gets it as it was before."""
    body = gzip.compress(b'{"poll_url": "https://cloud.segmind.com/x"}')

    def handle(connection, request):
        assert b"accept-encoding: identity\r\n" in request.lower()
        answer(connection, body, "content-type: application/json", "content-encoding: gzip")

    with serve_raw(handle) as root, record(root, tmp_path) as recording:
        response = client.get(recording.url + "/v1/x")
        assert response.json() == {"poll_url": f"{recording.url}/-/cloud.segmind.com/x"}
        assert "content-encoding" not in response.headers
    (seen,) = read_exchanges(tmp_path)
    assert seen.body.document == {"poll_url": "https://cloud.segmind.com/x"}
    assert seen.find_header("content-encoding") is None


def test_a_signed_address_elsewhere_is_fetched_without_the_key(tmp_path, client):
    """Once an answer has named its host as that of an output, and not before."""
    seen = []

    def serve_bucket(connection, request):
        seen.append(request)
        answer(connection, b"\x89PNG", "content-type: image/png")

    with serve_raw(serve_bucket) as bucket:
        signed = f"{bucket}/a%2Fb.png?X-Amz-Signature=0123456789abcdef%2B"
        said = json.dumps({"status": "COMPLETED", "output": signed}).encode()

        def handle(connection, _):
            answer(connection, said, "content-type: application/json")

        with serve_raw(handle) as root, record(root, tmp_path) as recording:
            through = signed.replace("http://", f"{recording.url}/-http/")
            assert client.get(through).status_code == 421
            output = client.get(recording.url + "/v2/requests/1").json()["output"]
            assert output == through
            assert client.get(output).content == b"\x89PNG"
    assert seen[0].startswith(b"GET /a%2Fb.png?X-Amz-Signature=0123456789abcdef%2B HTTP/1.1\r\n")
    assert KEY.encode() not in seen[0]
    _, fetched = read_exchanges(tmp_path)
    assert fetched.url.startswith(f"{bucket}/a%2Fb.png?")
    assert_nowhere(tmp_path, KEY, "0123456789abcdef%2B")


def assert_nowhere(folder, *secrets):
    """See that no file of a recording has any of these."""
    for path in folder.rglob("*"):
        if path.is_file():
            for secret in secrets:
                assert secret.encode() not in path.read_bytes(), path


def test_too_dear_a_run_is_not_sent(tmp_path, client):
    """Two at once cannot both take what is left for one."""
    came = []

    def handle(connection, request):
        came.append(request)
        answer(connection, b"{}", "content-type: application/json")

    with (
        serve_raw(handle) as root,
        record(root, tmp_path, budget="0.07") as recording,
        ThreadPoolExecutor(4) as pool,
    ):
        url = recording.url + RUN
        answers = list(pool.map(lambda _: client.post(url, json={"prompt": "x"}), range(4)))
    assert sorted(each.status_code for each in answers) == [200, 402, 402, 402]
    assert len(came) == len(read_exchanges(tmp_path)) == 1
    error = next(each for each in answers if each.status_code == 402).json()["error"]
    assert error.startswith("segmock's recorder says this, and not the service: POST /v1/")
    assert error.endswith("(give a larger --budget)")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
def test_every_method_goes_through(tmp_path, client, method):
    """A preflight is answered by the service."""
    came = []

    def handle(connection, request):
        came.append(request)
        fields = ["content-type: image/png", "access-control-allow-origin: *"]
        body = b"" if method == "HEAD" else b"x"
        if method == "HEAD":
            head = ["HTTP/1.1 200 OK", *fields, "content-length: 70000", "", ""]
            connection.sendall("\r\n".join(head).encode())
            connection.close()
        else:
            answer(connection, body, *fields)

    with serve_raw(handle) as root, record(root, tmp_path) as recording:
        response = client.request(method, recording.url + "/outputs/x?y=%2f")
    assert came[0].startswith(f"{method} /outputs/x?y=%2f HTTP/1.1\r\n".encode())
    assert response.headers["access-control-allow-origin"] == "*"
    if method == "HEAD":
        assert response.headers["content-length"] == "70000"
    (seen,) = read_exchanges(tmp_path)
    assert (seen.method, seen.status) == (method, 200)


def test_exchanges_are_numbered_as_they_were_sent(tmp_path, client):
    """Whichever is answered first."""
    first_came, second_came = Event(), Event()

    def handle(connection, request):
        if b"/first" in request:
            first_came.set()
            assert second_came.wait(PATIENCE_S)
        answer(connection, b"x", "content-type: text/plain")

    with (
        serve_raw(handle) as root,
        record(root, tmp_path) as recording,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(client.get, recording.url + "/first")
        assert first_came.wait(PATIENCE_S)
        client.get(recording.url + "/second")
        second_came.set()
        first.result(PATIENCE_S)
    first, second = read_exchanges(tmp_path)
    assert (first.path, second.path) == ("/first", "/second")
    assert first.sent_s <= second.sent_s <= second.answered_s <= first.answered_s


def test_too_large_a_request_is_not_sent(tmp_path, client, monkeypatch):
    """Nobody could read it in the recording."""
    monkeypatch.setattr("mockserver.recorder.requests.MOST_KEPT", 1000)
    with serve_raw(lambda *_: None) as root, record(root, tmp_path) as recording:
        response = client.post(recording.url + "/upload-asset", content=b"x" * 2000)
    assert response.status_code == 413
    assert read_exchanges(tmp_path) == ()
