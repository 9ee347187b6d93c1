"""Files have names and types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules.uploads import BINARY, make_file_name, parse_media_type


def test_a_files_name_ends_as_its_type_says():
    """A type that is known has its suffix, with or without parameters; any other is bin."""
    assert make_file_name("a", "image/jpeg") == "a.jpg"
    assert make_file_name("a", "Text/Plain;charset=utf-8") == "a.txt"
    assert make_file_name("a", "application/x-odd") == "a.bin"


@pytest.mark.fact("N18")
@pytest.mark.parametrize(
    "header",
    [
        "application/zip",
        "text/plain; charset=utf-8",
        'multipart/x-zip;boundary="a b"',
        "image/svg+xml",
    ],
)
def test_a_content_type_is_kept_as_it_was_sent(header):
    """A media type, with or without parameters, is a file's type."""
    assert parse_media_type(header.encode()) == header


@pytest.mark.fact("N18")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "text",
        "text/",
        "/html",
        "a b/c",
        "text/html, a/b",
        "é/a",
        "text/html; x",
        "a/" + "b" * 200,
    ],
)
def test_what_is_no_content_type_is_plain_bytes(header):
    """Anything that is not one media type is kept as application/octet-stream."""
    assert parse_media_type(header.encode("latin-1")) == BINARY


@pytest.mark.fact("N18")
@given(st.binary(max_size=300))
def test_a_content_type_has_no_control_characters_and_is_short(header):
    """Whatever is sent, what is kept can be sent back as a header."""
    kept = parse_media_type(header)
    assert kept.isascii()
    assert len(kept) <= 200
    assert kept.isprintable() or "\t" in kept
