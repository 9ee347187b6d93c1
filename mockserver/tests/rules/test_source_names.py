"""What was given to look at or to listen to is named by its parameter and in a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules.source_names import Source, find_source

PNG = "iVBORw0KGgoAAAANSUhEUgAAAGAAAABACAMAAADlCI9NAAAAMFBMVEX" * 4


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("https://example.com/pets/cat.png", "cat.png"),
        ("https://example.com/cat.png?size=2#top", "cat.png"),
        ("HTTP://EXAMPLE.COM/A%20B.WAV", "A%20B.WAV"),
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com/"),
        (["https://example.com/1.mp4", "https://example.com/2.mp4"], "1.mp4"),
        ("data:image/png;base64,iVBO", "a data URL of image/png"),
        ("data:,Hello", "a data URL of text"),
        ("urn:sha256:" + "0" * 64, "a file of the form"),
        (PNG, "a file in base64"),
        ("https://example.com/" + "x" * 500, "x" * 100 + "…"),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.fact("O8")
def test_a_file_is_named_however_it_comes(value, name):
    """An address by its last part, anything else by its kind."""
    assert find_source({"n": 4, "prompt": "What is it?", "thing": value}) == Source("thing", name)


@pytest.mark.parametrize(
    "value", ["", "a cat", "cat.png", None, 7, True, {}, [], [7], "data", "/a"]
)
def test_what_is_no_file_has_no_name(value):
    """Words, numbers and what is nested are none."""
    assert find_source({"thing": value}) is None


def test_some_parameters_come_before_all_others():
    """Those that the contract names; then in the order of the request."""
    params = {"style": "https://example.com/s.png", "image": "https://example.com/i.png"}
    assert find_source(params) == Source("style", "s.png")
    assert find_source(params, ["mask", "image"]) == Source("image", "i.png")


@given(st.dictionaries(st.text(max_size=5), st.text() | st.lists(st.text(), max_size=2)))
def test_a_name_is_short_whatever_came(params):
    """Any text is read without an error."""
    found = find_source(params)
    assert found is None or 0 < len(found.name) <= 101
