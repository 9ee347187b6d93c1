"""Whether a client would rather have HTML or JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.accept import MAX_BYTES, prefers_html

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LYNX = "text/html, text/plain, text/sgml, */*;q=0.01"
WORDS = ["text/html", "application/json", "text/*", "*/*", ";", ",", "q=", "q", "=", "1", "0.", "x"]


@pytest.mark.parametrize(
    "header",
    [
        CHROMIUM,
        FIREFOX,
        LYNX,
        "text/html",
        "TEXT/HTML",
        "text/*",
        "application/json;q=0.5, text/html;q=0.6",
        "text/html;level=1;q=0.2",
        "*/*;q=0.1, text/html;Q=0.2",
        "application/json;q=0, */*",
        "text/html;q=0.300 , application/*; q = 0.2",
    ],
)
def test_whoever_would_rather_have_html_is_a_browser(header):
    """The narrowest range that a media type is in weighs it."""
    assert prefers_html(header.encode())


@pytest.mark.parametrize(
    "header",
    [
        "",
        "*/*",
        "application/json",
        "application/json, text/plain, */*",
        "text/html, application/json",
        "application/json, text/html;q=0.9",
        "text/html;q=0",
        "text/html;q=0.0, */*",
        "text/*;q=0.5, text/html;q=0",
        "application/*, text/*;q=0.9",
        "image/avif,image/webp,*/*;q=0.8",
        "text/htmlx",
        "html",
        ";;;,,,",
        "\xff",
        FIREFOX + "," * MAX_BYTES,
    ],
)
def test_everybody_else_is_a_program(header):
    """Who likes both alike, neither, or says nothing that can be read, gets JSON."""
    assert not prefers_html(header.encode("latin-1"))


@pytest.mark.parametrize("weight", ["2", "-1", "x", "1.5", "0.1234", "", "1;q=0"])
def test_a_weight_that_is_none_says_nothing(weight):
    """Then the range weighs 1, as one without a weight; of two weights the first counts."""
    assert prefers_html(f"text/html;q={weight}, application/json;q=0.9".encode())


@given(st.lists(st.sampled_from(WORDS)).map("".join))
def test_any_header_is_read_without_an_error(header):
    """Whatever it is made of."""
    assert prefers_html(header.encode()) in {True, False}
