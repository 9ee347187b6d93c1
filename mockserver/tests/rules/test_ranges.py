"""A GET of a file may ask for a part of it; what is no single range of bytes gets all of it."""

import re
import subprocess
from base64 import b64encode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import ApiError
from mockserver.base.wire import Request
from mockserver.rules.ranges import ACCEPTED, select_range
from mockserver.tests.conftest import PROMPT

BODY = bytes(range(100))
KIND = ((b"content-type", b"image/png"),)
DIGITS = "9" * 5_000
numbers = st.integers(0, 120).map(str) | st.sampled_from(["", "007", DIGITS, "0" * 5_000 + "5"])


def ask(spelled, body=BODY, method="GET", **headers):
    """Ask for a range; return status, the Content-Range and the body."""
    sent = {b"range": spelled.encode("latin-1")}
    sent |= {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    request = Request(method=method, path="/outputs/a.png", headers=sent)
    try:
        status, answered, part = select_range(request, KIND, body)
    except ApiError as error:
        status, answered, part = 416, KIND + error.headers, b""
    assert answered[:2] == KIND + ACCEPTED
    return status, dict(answered).get(b"content-range", b"").decode(), part


@pytest.mark.fact("R10")
@pytest.mark.parametrize(
    ("spelled", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=10-", 10, 99),
        ("bytes=99-", 99, 99),
        ("bytes=90-1000", 90, 99),
        ("bytes=-1", 99, 99),
        ("bytes=-30", 70, 99),
        ("bytes=-1000", 0, 99),
        ("BYTES= 0-9 ", 0, 9),
        (f"bytes=007-{DIGITS}", 7, 99),
        (f"bytes=-{DIGITS}", 0, 99),
    ],
)
def test_one_range_of_bytes_is_cut_out(spelled, first, last):
    """First to last, from the first on, or the last so many; beyond the end is the end."""
    assert ask(spelled) == (206, f"bytes {first}-{last}/100", BODY[first : last + 1])


@pytest.mark.fact("R10")
@pytest.mark.parametrize(
    ("spelled", "size"),
    [
        ("bytes=100-", 100),
        ("bytes=100-200", 100),
        ("bytes=-0", 100),
        (f"bytes={DIGITS}-", 100),
        ("bytes=0-", 0),
        ("bytes=0-0", 0),
        ("bytes=-5", 0),
    ],
)
def test_a_range_behind_the_end_is_416_with_the_size(spelled, size):
    """Whoever asks for bytes that are not there is told how many there are."""
    assert ask(spelled, BODY[:size]) == (416, f"bytes */{size}", b"")


@pytest.mark.fact("R10")
@pytest.mark.parametrize(
    "spelled",
    [
        *("bytes=0-1,5-6", "bytes=0-1,", "lines=0-1", "bytes=5-4", "bytes=-", "bytes=", "bytes"),
        *("", "bytes=a-b", "bytes=1 - 2", "bytes=-1-2", "bytes=+1-2", "bytes=\xb2-"),
    ],
)
def test_what_is_no_single_range_of_bytes_gets_the_whole_file(spelled):
    """Several ranges, other units and malformed ones are read past, as RFC 9110 allows."""
    assert ask(spelled) == (200, "", BODY)


@pytest.mark.fact("R10")
@pytest.mark.parametrize("validator", ['"abc"', 'W/"abc"', "Thu, 01 Jan 2026 00:00:00 GMT", ""])
def test_a_condition_on_a_validator_never_holds(validator):
    """Files have no ETag and no date, so If-Range asks for the whole file."""
    assert ask("bytes=0-9", if_range=validator) == (200, "", BODY)


@pytest.mark.fact("R10")
@pytest.mark.parametrize("method", ["HEAD", "PUT"])
def test_only_a_get_has_ranges(method):
    """HEAD tells of the whole file."""
    assert ask("bytes=0-9", method=method) == (200, "", BODY)


@given(numbers, numbers, st.binary(max_size=100))
def test_a_part_is_what_its_content_range_says(first, last, body):
    """Whatever is asked for, the bytes are those that the header names."""
    status, told, part = ask(f"bytes={first}-{last}", body)
    if status != 206:
        assert (status, told) in {(200, ""), (416, f"bytes */{len(body)}")}
        return
    begin, end, size = map(int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", told).groups())
    assert 0 <= begin <= end < size == len(body)
    assert part == body[begin : end + 1]


@pytest.mark.fact("R10")
def test_outputs_and_uploads_are_had_in_parts(client):
    """The parts of a file, put together, are the file; each answer says that there are parts."""
    job = client.submit(body=PROMPT)
    client.advance(60)
    uploaded = client.post("/upload-asset", {"data_urls": ["data:text/plain;base64,aGFsbG8="]})
    for url in (client.get(job["response_url"]).json["output"], uploaded.json["urls"][0]):
        whole = client.get(url, key=None)
        assert (whole.status, whole.headers["accept-ranges"]) == (200, "bytes")
        begin = client.get(url, key=None, headers={"range": "bytes=0-2"})
        rest = client.get(url, key=None, headers={"range": "bytes=3-"})
        assert (begin.status, begin.headers["content-length"]) == (206, "3")
        assert "R10" in begin.facts
        assert begin.body + rest.body == whole.body
        assert rest.headers["content-type"] == whole.headers["content-type"]
        behind = client.get(url, key=None, headers={"range": "bytes=99999999-"})
        assert (behind.status, str(len(whole.body)) in behind.error) == (416, True)
        assert behind.headers["content-range"] == f"bytes */{len(whole.body)}"


@pytest.mark.fact("R10")
def test_curl_resumes_a_download(running, tmp_path):
    """`curl -C -` adds what is missing of a file, and adds nothing to a whole one."""
    emulator, url = running
    account = emulator.account()
    body = bytes(range(250)) * 40
    sent = {"data_urls": [f"data:image/png;base64,{b64encode(body).decode()}"]}
    headers = {"x-api-key": account.api_key}
    with httpx.Client(transport=emulator.transport, base_url=url, headers=headers) as client:
        [source] = client.post("/upload-asset", json=sent).json()["urls"]
    target = tmp_path / "part"
    target.write_bytes(body[:4_000])
    for _ in range(2):
        call = ["curl", "-sS", "-q", "--noproxy", "*", "-C", "-", "-o", str(target), source]
        assert subprocess.run(call, check=False).returncode == 0
        assert target.read_bytes() == body
    told = [exchange["response"]["headers"]["content-range"] for exchange in account.requests[1:]]
    assert told == ["bytes 4000-9999/10000", "bytes */10000"]
