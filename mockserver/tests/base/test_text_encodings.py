"""Bytes that are no UTF-8 text are named for what they are."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.text_encodings import decode_text, find_compression, find_encoding

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("utf-32-le", "UTF-32"),
        ("utf-32-be", "UTF-32"),
    ],
)
@given(rest=texts)
def test_an_encoding_is_known_by_how_it_begins(encoding, name, rest):
    """Text that begins with two letters is told apart by its mark, or by where its zeros are."""
    assert find_encoding(f"{{a{rest}".encode(encoding)) == name


@pytest.mark.parametrize(
    ("compress", "name"),
    [
        (gzip.compress, "gzip"),
        (zlib.compress, "deflate"),
        (lambda data: b"\x28\xb5\x2f\xfd" + data, "zstd"),
        (bytes, ""),
    ],
)
@given(data=st.binary(max_size=20).map(lambda data: b"{" + data))
def test_a_compression_is_known_by_how_it_begins(compress, name, data):
    """What gzip, zlib and zstd write is told by its first bytes."""
    assert find_compression(compress(data)) == name


@given(data=st.binary(max_size=30) | texts.map(str.encode))
def test_any_bytes_are_a_text_or_refused_with_what_to_do(data):
    """No content of a file raises anything but a sentence that says to save it as UTF-8."""
    try:
        assert decode_text(data).encode() in {data, data[3:]}
    except ValueError as error:
        told = str(error)
        assert told.endswith("save it as UTF-8")
