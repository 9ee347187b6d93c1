"""Which bodies say the same."""

from __future__ import annotations

import pytest

from mockserver.facts.observed import Body
from mockserver.replay.body_values import read_body, read_query

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def read(content: bytes, content_type: str = JSON):
    """Read a body."""
    return read_body(content_type, Body.of(content))


def make_multipart(
    boundary: str, file: bytes = b"\x89PNG", text: str = "A boat"
) -> tuple[bytes, str]:
    """Return a body of a field and a file, and its content type."""
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n{text}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    return (
        body + file + f"\r\n--{boundary}--\r\n".encode(),
        f"multipart/form-data; boundary={boundary}",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a":1,"b":2}', b'{ "b": 2.0, "a": 1e0 }'),
        (b'{"a":[1,{"b":-0.0}]}', b'{"a":[1.0,{"b":0}]}'),
        (b'{"a":"\\u00e9"}', '{"a":"é"}'.encode()),
    ],
)
def test_json_is_equal_as_values_are(one, other):
    """Numbers are doubles, and order and spelling say nothing."""
    assert read(one).key == read(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a":1}', b'{"a":true}'),
        (b'{"a":1}', b'{"a":"1"}'),
        (b'{"a":[1,2]}', b'{"a":[2,1]}'),
        (b'{"a":null}', b"{}"),
        (b'{"a":9007199254740993000000000000}', b'{"a":9007199254740994000000000000000}'),
    ],
)
def test_values_that_differ_are_told_apart(one, other):
    """A boolean is no number, and a text is none either."""
    assert read(one).key != read(other).key


def test_a_multipart_body_is_its_fields_and_the_digests_of_its_files():
    """The boundary is drawn anew each time."""
    one, other = make_multipart("abc"), make_multipart("another-boundary")
    assert read(*one).key == read(*other).key
    assert read(*make_multipart("abc", file=b"other")).key != read(*one).key
    assert read(*make_multipart("abc", text="A ship")).key != read(*one).key


def test_a_form_is_its_fields():
    """So is a query; a name may be there more than once."""
    assert read(b"a=1&b=%20x", FORM).key == read(b"b=+x&a=1", FORM).key
    assert read(b"a=1&a=2", FORM).value == {"a": ["1", "2"]}
    assert read_query("b=&a=1") == {"b": [""], "a": ["1"]}


def test_what_nobody_can_read_is_its_digest():
    """What a recording has not kept is no body to compare."""
    assert read(b"{", JSON).kind == "bytes"
    assert read(b"no parts", "multipart/form-data; boundary=x").kind == "bytes"
    assert read(b"").kind == "nothing"
    assert read_body(JSON, Body(size=3, digest="abc")).kind == "unknown"
