"""What a client is given of answers that are odd, and what is recorded of them."""

from __future__ import annotations

import gzip
import json
import zlib

import httpx
import pytest

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.recorder.raw_servers import answer, read_exchanges, record, serve_raw

SAID = b'{"poll_url":"https://api.segmind.com/a","output":"https://b.example/x"}'
GIVEN = {"poll_url": "{}/-/api.segmind.com/a", "output": "{}/-/b.example/x"}
JSON = "content-type: application/json"


@pytest.fixture
def client():
    """A client without proxies, whose patience ends when the tests' does."""
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
        yield client


def say(sent: bytes):
    """Return what sends bytes, and closes."""

    def handle(connection, _):
        connection.sendall(sent)
        connection.close()

    return handle


LENGTHS = {
    "204 with a length": (b"HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n", 204, b""),
    "304 with that of the file": (
        b'HTTP/1.1 304 Not Modified\r\netag: "x"\r\ncontent-length: 500\r\n\r\n',
        304,
        b"",
    ),
    "304 with that of JSON": (
        (
            b"HTTP/1.1 304 Not Modified\r\ncontent-type: application/json\r\n"
            b"content-length: 500\r\n\r\n"
        ),
        304,
        b"",
    ),
    "chunks and a length": (
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 50\r\n"
            b"transfer-encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nx-trailer: 1\r\n\r\n"
        ),
        200,
        b"abc",
    ),
    "no length": (b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nabc", 200, b"abc"),
    "hints before": (
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc",
        200,
        b"abc",
    ),
}


@pytest.mark.parametrize(("sent", "status", "body"), LENGTHS.values(), ids=LENGTHS)
def test_a_length_that_says_nothing_of_the_body_ends_no_connection(
    tmp_path, client, sent, status, body
):
    """RFC 9110 (8.6) lets a 304 have that of the file; others are faults that clients bear."""
    with serve_raw(say(sent)) as root, record(root, tmp_path) as recording:
        for _ in range(2):
            response = client.get(recording.url + "/outputs/x")
            assert (response.status_code, response.content) == (status, body)
    assert [each.status for each in read_exchanges(tmp_path)] == [status] * 2


UNREADABLE = {
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc",
    "a status that there is not": b"HTTP/1.1 600 Odd\r\ncontent-length: 1\r\n\r\nx",
    "a field without a colon": b"HTTP/1.1 200 OK\r\nfield\r\ncontent-length: 1\r\n\r\nx",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "less than the length": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
}


@pytest.mark.parametrize("sent", UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_that_is_no_http_is_told(tmp_path, client, sent):
    """The client's connection is closed, and the user reads why."""
    with serve_raw(say(sent)) as root, record(root, tmp_path) as recording:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(recording.url + "/v1/x?api_key=secret")
        told = [line for line in recording.told if not line.startswith("#")]
        assert len(told) == 1
        assert told[0].startswith("GET /v1/x has no whole answer: ")
    (seen,) = read_exchanges(tmp_path)
    assert seen.status is None


ENCODED = {
    "x-gzip": (gzip.compress(SAID), "x-gzip"),
    "gzip twice": (gzip.compress(gzip.compress(SAID)), "gzip, gzip"),
    "gzip in two members": (gzip.compress(SAID[:20]) + gzip.compress(SAID[20:]), "gzip"),
    "deflate": (zlib.compress(SAID), "Deflate"),
    "deflate without a header": (zlib.compress(SAID, wbits=-15), "deflate"),
    "a byte order mark": (b"\xef\xbb\xbf" + SAID, ""),
    "UTF-16": (SAID.decode().encode("utf-16"), ""),
    "UTF-16 without a mark": (SAID.decode().encode("utf-16-be"), ""),
    "UTF-32": (SAID.decode().encode("utf-32"), ""),
    "NaN": (SAID.replace(b"{", b'{"x":[NaN,Infinity],', 1), ""),
    "huge numbers": (SAID.replace(b"{", b'{"x":[1e999,%s],' % (b"9" * 5000), 1), ""),
    "half of a surrogate pair": (SAID.replace(b"{", rb'{"x":"\ud800",', 1), ""),
    "escaped slashes": (SAID.replace(b"/", rb"\u002F"), ""),
}


@pytest.mark.parametrize(("body", "coding"), ENCODED.values(), ids=ENCODED)
def test_json_leads_to_the_recorder_however_it_is_encoded(tmp_path, client, body, coding):
    """A client that reads it must not be led past."""
    fields = [JSON, *([f"content-encoding: {coding}"] if coding else [])]

    def handle(connection, _):
        answer(connection, body, *fields)

    with serve_raw(handle) as root, record(root, tmp_path) as recording:
        response = client.get(recording.url + "/v1/x")
        said = json.loads(response.content, parse_int=len)
        expected = {name: url.format(recording.url) for name, url in GIVEN.items()}
        assert {name: said[name] for name in GIVEN} == expected
        assert "content-encoding" not in response.headers


KEPT = {
    "half of a gzip": (gzip.compress(SAID)[:-12], "gzip"),
    "gzip that is none": (b"no gzip, and no JSON", "gzip"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "zstd"),
    "brotli over gzip": (gzip.compress(SAID), "gzip, br"),
}


@pytest.mark.parametrize(("body", "coding"), KEPT.values(), ids=KEPT)
def test_what_cannot_be_unpacked_is_passed_on_as_it_is(tmp_path, client, body, coding):
    """With its Content-Encoding; what is to be said of it the client says."""

    def handle(connection, _):
        answer(connection, body, JSON, f"content-encoding: {coding}")

    with (
        serve_raw(handle) as root,
        record(root, tmp_path) as recording,
        client.stream("GET", recording.url + "/v1/x") as response,
    ):
        assert response.headers["content-encoding"] == coding
        assert b"".join(response.iter_raw()) == body
    (seen,) = read_exchanges(tmp_path)
    assert seen.status == 200


def test_files_that_came_compressed_stay_so(tmp_path, client):
    """Nobody looks for addresses in them."""
    body = gzip.compress(b"v 0 0 0\n" * 100)

    def handle(connection, _):
        answer(connection, body, "content-type: model/obj", "content-encoding: gzip")

    with (
        serve_raw(handle) as root,
        record(root, tmp_path) as recording,
        client.stream("GET", recording.url + "/v1/x") as response,
    ):
        assert b"".join(response.iter_raw()) == body


LOCATIONS = {
    "relative, of the upstream": ("/v2/x", "/b", "/b"),
    "without a scheme": ("/v2/x", "//other.example/b", "{url}/-http/other.example/b"),
    "relative, of another host": ("{prefix}/a/x", "/b?y=%2F", "{prefix}/b?y=%2F"),
    "beside, of another host": ("{prefix}/a/x", "b", "{prefix}/a/b"),
    "above, of another host": ("{prefix}/a/x", "../../../b", "{prefix}/b"),
}


@pytest.mark.parametrize(("path", "said", "given"), LOCATIONS.values(), ids=LOCATIONS)
def test_a_relative_redirect_leads_to_the_host_that_said_it(tmp_path, client, path, said, given):
    """And not to the upstream, which would be told the key."""

    def handle(connection, request):
        if b"/output " in request:
            here = request.split(b"host: ")[1].split(b"\r\n")[0].decode()
            named = json.dumps({"output": f"http://{here.replace('127.0.0.1', 'localhost')}/a/x"})
            answer(connection, named.encode(), JSON)
        else:
            answer(connection, b"", f"location: {said}", status="302 Found")

    with serve_raw(handle) as root, record(root, tmp_path) as recording:
        prefix = client.get(recording.url + "/output").json()["output"].removesuffix("/a/x")
        places = {"url": recording.url, "prefix": prefix}
        asked = path.format(**places)
        response = client.get(asked if asked.startswith("http") else recording.url + asked)
        assert response.headers["location"] == given.format(**places)
