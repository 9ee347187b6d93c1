"""Any Content-Type is read, at a cost that its length bounds, and never with an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.content_types import MAX_BYTES, parse_content_type

JSON = "application/json"
WORDS = ["application/json", "charset", "utf-8", "*", "*0", "*1*", "=", ";", '"', "\\", "'", "''"]
headers = st.lists(st.sampled_from([*WORDS, "a", "x", "%C3", " ", "\t", ",", "\xff", "9" * 40]))


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("application/json", (JSON, "")),
        ("Application/JSON", (JSON, "")),
        (" application/json\t;", (JSON, "")),
        ("application/json; charset=UTF-8", (JSON, "utf-8")),
        ('application/json;charset="utf-8"; x=y', (JSON, "utf-8")),
        (r'application/json;x="a;\"b";charset="u\tf-8"', (JSON, "utf-8")),
        ("application/json; charset=utf-8; charset=latin-1", (JSON, "utf-8")),
        ("multipart/form-data; boundary=x", ("multipart/form-data", "")),
        ("application/json, text/plain", ("", "")),
        ("application/json charset=utf-8", ("", "")),
        ("json", ("", "")),
        ("", ("", "")),
        (";charset=utf-8", ("", "")),
        ("\xff\xfe", ("", "")),
    ],
)
def test_a_content_type_is_a_media_type_and_a_charset(header, wanted):
    """Media type and charset are read without regard to capitals, quotes or other parameters."""
    assert parse_content_type(header.encode("latin-1")) == wanted


@pytest.mark.parametrize(
    ("parameters", "charset"),
    [
        ("charset*=utf-8'en'utf-8", "utf-8"),
        ("charset*=UTF-8''utf%2D8; charset=latin-1", "utf-8"),
        ("charset*=iso-8859-1''%FC", "\xfc"),
        ("charset*=utf-8''%FC", "\ufffd"),
        ("charset*=koi8-r''utf-8; charset=x", "x"),
        ("charset*=utf-8; charset=x", "x"),
        ("charset*=\"utf-8''y\"; charset=x", "x"),
        ("charset*=utf-8''x; charset*0=utf", "x"),
        ("a*1*=x; a*=y; a*0=q", ""),
        (f"charset*{'1' * 2_000}=x", ""),
        ("charset*0=utf; charset*1=-8", ""),
        ("charset", ""),
        ("charset=", ""),
        ('charset="utf-8', ""),
        ("charset=utf 8", ""),
    ],
)
def test_a_parameter_is_read_by_its_grammar_or_says_nothing(parameters, charset):
    """RFC 8187 is understood; continuations, which HTTP has not, and what is malformed are not."""
    assert parse_content_type(f"{JSON}; {parameters}".encode()) == (JSON, charset)


@given(st.binary() | headers.map(lambda words: "".join(words).encode("latin-1")))
def test_any_header_is_some_content_type(header):
    """No Content-Type, however wrong, is more than the reading of it can bear."""
    media, charset = parse_content_type(header)
    assert (media, charset) == (media.lower(), charset.lower())


@pytest.mark.parametrize("filler", [";a=b", ";", '"', "\\", ' ;a="'])
def test_a_longer_header_than_any_client_sends_names_no_media_type(filler):
    """Past a bound nothing is read, whatever is in there: parameters cannot cost time."""
    longest = f"{JSON};{filler * MAX_BYTES}"[:MAX_BYTES]
    assert parse_content_type(longest.encode())[0] == JSON
    assert parse_content_type(f"{longest};".encode()) == ("", "")
