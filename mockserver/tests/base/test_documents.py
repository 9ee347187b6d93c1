"""Texts that are no JSON or TOML: the place is named, and why."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.documents import parse_json, parse_toml


@given(st.recursive(st.none() | st.integers(-5, 5) | st.text(max_size=5), st.lists))
def test_json_is_read(document):
    """Whatever is JSON is the document that it is."""
    assert parse_json(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        (" \n\n ", "it is empty"),
        ("{", "line 1, column 1: it is not JSON: it ends too early"),
        ('{\n  "a": 1,\n', "line 2, column 9: it is not JSON: it ends too early"),
        ('{\n  "a": }', "line 2, column 8: it is not JSON: Expecting value"),
        ("{\n  'a': 1}", "line 2, column 3: it is not JSON: Expecting property name"),
        ('{"a": 1}\n\nx', "line 3, column 1: it is not JSON: Extra data"),
        ('{\n"ä€": NaN}', "line 2, column 7: it is not JSON: invalid character"),
        ('{"a": "x\ny"}', "line 1, column 9: it is not JSON: Invalid control character"),
        ("[" + "1" * 5000 + "}", "it is not JSON: "),  # more digits than Python itself reads
        ("[" * 100_000, "it is nested too deeply"),
    ],
    ids=lambda value: ascii(value[:20]),
)
def test_what_is_no_json_is_told_with_its_place(text, words):
    """Lines and columns are counted in characters, from 1."""
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_json(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port = 1\nclock = auto", "line 2, column "),
        ("port = ", "line 1, column 6: it is not TOML: Invalid value"),
        ("a = 1\nb = [\n1", "line 3, column 1: it is not TOML: Unclosed array"),
        ("[x", "line 1, column 2: it is not TOML: "),
        ("a = 1\na = 2\nb = 3", "it is not TOML: Cannot overwrite a value"),
        ("a = " + "[" * 100_000, "it is nested too deeply"),
    ],
    ids=lambda value: ascii(value[:20]),
)
def test_what_is_no_toml_is_told_with_its_place(text, words):
    """At the end of the document it is the place of the last thing said."""
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_toml(text)


def test_a_trouble_without_a_place_is_told(monkeypatch):
    """Other versions of Python may word it otherwise."""

    def refuse(_):
        """Refuse it."""
        raise tomllib.TOMLDecodeError("odd")

    from mockserver.base import documents

    tomllib = documents.tomllib
    monkeypatch.setattr(documents.tomllib, "loads", refuse)
    with pytest.raises(ValueError, match="it is not TOML: odd"):
        parse_toml("a = 1")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    """Nothing else is raised."""
    for parse in (parse_json, parse_toml):
        try:
            parse(text)
        except ValueError as error:
            told = str(error)
            assert told
