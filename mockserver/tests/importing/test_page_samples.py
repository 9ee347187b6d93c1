"""Payloads in the code of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.importing.page_samples import (
    find_called_slugs,
    read_samples,
    strip_line_numbers,
)


@pytest.mark.parametrize(
    ("code", "samples"),
    [
        ('payload = {\n "a": 1,\n}', [{"a": 1}]),
        ('data = {"a": True, "b": None}', [{"a": True, "b": None}]),
        ('{"json": {"a": true}}', []),
        ('fetch(u, {body: JSON.stringify({"a": "x{"})})', [{"a": "x{"}]),
        ("curl -d '{\"a\": [1]}' u", [{"a": [1]}]),
        ("segmind.run(\n 'tiny',\n a=1,\n b=[],\n)", [{"a": 1, "b": []}]),
        ("segmind.run(\n 'tiny',\n a=b,\n)", []),
        ('payload = {"a": 1}\npayload = {"a": 1}', [{"a": 1}]),
        ('payload = {"a": 1', []),
        ('payload = {"a": "\\"}', []),
        ('payload = {"a": [1}', []),
        ("payload = {1, 2}", []),
        ("payload = {'a': b'x'}", []),
        ("payload = {1: 2}", [{"1": 2}]),
        ("payload = {'a': 1e999}", []),
        ("payload = {}", []),
        ("payload = {" * 3, []),
        ("", []),
    ],
)
def test_payloads_are_read(code, samples):
    """Python, JSON, JavaScript and curl; what is no JSON object, or no literal, is none."""
    assert read_samples(code) == samples


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        (" 1a\n 2b\n10c", "a\nb\nc"),
        ("1a\n\n2b", "a\n\nb"),
        ("5 apples\n7 pears", "5 apples\n7 pears"),
        ("x 1a\n2b\n3", "x 1a\nb\n"),
    ],
)
def test_numbers_of_lines_are_left_out(code, plain):
    """Numbers that do not count lines stay."""
    assert strip_line_numbers(code) == plain


def test_slugs_of_calls_are_found():
    """The first argument of the SDK's call."""
    code = '1segmind.run(\n2    "tiny-2",\n3)\nsegmind.run( model)\n'
    assert find_called_slugs(code) == ["tiny-2"]


@pytest.mark.parametrize("body", ["[" * 90_000, "-" * 50_000 + "1", "(" * 90_000, "'" * 90_001])
def test_deep_code_is_passed_over(body):
    """It ends in no traceback."""
    assert read_samples(f"payload = {{'a': {body}}}\nsegmind.run(\n 'x', a={body})") == []


PIECES = st.sampled_from(
    [
        "payload = ",
        "{",
        "}",
        "'a'",
        '"b"',
        ": ",
        "1",
        ",",
        "segmind.run(",
        ")",
        "\n",
        "\\",
        "[",
        "f'",
    ]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_any_code_is_read(code):
    """Objects that JSON can hold come of it, or nothing."""
    assert all(isinstance(sample, dict) for sample in read_samples(code))
