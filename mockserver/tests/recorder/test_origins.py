"""What an address begins with."""

from __future__ import annotations

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.recorder.origins import Origin, find_origin, parse_root


@pytest.mark.parametrize(
    ("url", "origin", "root"),
    [
        ("https://A.example/x", Origin("https", "a.example", 443), "https://a.example"),
        ("HTTP://a:81", Origin("http", "a", 81), "http://a:81"),
        ("https://[::1]:443/", Origin("https", "::1", 443), "https://[::1]"),
        ("http://a?b", Origin("http", "a", 80), "http://a"),
    ],
)
def test_an_address_has_an_origin(url, origin, root):
    """Ports that are the scheme's own are not written."""
    assert find_origin(url) == origin
    assert origin.root == root


@pytest.mark.parametrize(
    "url", ["", "a", "//a", "ftp://a", "https://", "https://a:b/", "https://u@a/"]
)
def test_what_is_no_address_has_none(url):
    """Neither has one with a user's name."""
    assert find_origin(url) is None


def test_an_upstream_is_named_by_its_root():
    """With a slash at the end or without."""
    assert parse_root("https://a.example/") == parse_root("https://a.example")


@pytest.mark.parametrize(
    ("text", "told"),
    [("a.example", "is not the address"), ("https://a.example/v1", "give the root alone")],
)
def test_an_upstream_that_cannot_be_is_refused(text, told):
    """The sentence says what to give."""
    with pytest.raises(EmulatorError, match=told):
        parse_root(text)
