"""The line of a value in a JSON text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.json_places import find_line

TEXT = """{
  "a": 1, "b" : [
    "x\\"]", {"c": [true,
      null]},
    -1.5e3
  ],
  "x-model": {"d": {}, "e.f": ""}
}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("$", None),
        ("$.nothing", None),
        ("$.a", 2),
        ("$.a.deeper", 2),
        ("$.b", 2),
        ("$.b[0]", 3),
        ("$.b[1].c", 3),
        ("$.b[1].c[1]", 4),
        ("$.b[2]", 5),
        ("$.b[3]", 2),
        ("$.b.name", 2),
        ("$['x-model']", 7),
        ("$['x-model'].d.nothing", 7),
        ("$['x-model']['e.f']", 7),
        ("$ref", None),
    ],
)
def test_a_path_leads_to_a_line(path, line):
    """As far as there is something at its steps."""
    assert find_line(TEXT, path) == line


documents = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner),
    max_leaves=8,
)


@given(document=documents)
def test_every_line_of_a_document_written_at_length_is_found(document):
    """With a line for each item, the n-th item of a list of texts is n lines further down."""
    text = json.dumps([document, document], indent=1)
    assert find_line(text, "$[0]") == 2
    assert find_line(text, "$[1]") == 2 + len(json.dumps(document, indent=1).splitlines())


def test_a_document_that_holds_nothing_has_no_lines():
    """Whatever is asked for."""
    assert find_line("{}", "$.a") is find_line("[]", "$[0]") is find_line("7", "$.a") is None
