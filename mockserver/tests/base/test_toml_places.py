"""The line of a value in a TOML text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.toml_places import find_toml_line

TEXT = """# clock = 1
port = 1
text = \'\'\'
clock = 2
[faults]
\'\'\'
many = [
  1,
]
clock = 3  # port

[accounts."SG_a.b"]
plan = "free"
[accounts.SG_c]
plan = "plan"
[[faults]]
x = 1
[[faults]]
x.y = 2
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["port"], 2),
        (["text"], 3),
        (["many"], 7),
        (["many", 0], 7),
        (["clock"], 10),
        (["accounts"], 12),
        (["accounts", "SG_a.b"], 12),
        (["accounts", "SG_a.b", "plan"], 13),
        (["accounts", "SG_c", "plan"], 15),
        (["faults"], 16),
        (["faults", 1], 18),
        (["faults", 1, "x", "y"], 19),
        (["faults", 2], None),
        (["nothing"], None),
        (["port", "deeper"], None),
        ([], None),
    ],
)
def test_keys_lead_to_a_line(keys, line):
    """Comments and texts that look like it are none of theirs."""
    assert find_toml_line(TEXT, keys) == line


@given(names=st.lists(st.text("abc", min_size=1), unique=True, min_size=1, max_size=6))
def test_every_field_of_a_flat_document_has_its_line(names):
    """Whatever the others are called."""
    text = "\n".join(f"{name} = 1" for name in names)
    assert [find_toml_line(text, [name]) for name in names] == [*range(1, len(names) + 1)]


@given(text=st.text("[]ab=1 \"\n'", max_size=12))
def test_a_text_that_is_no_document_leads_nowhere_or_to_one_of_its_lines(text):
    """Nothing is raised."""
    line = find_toml_line(text, ["a"])
    assert line is None or 1 <= line <= len(text.splitlines())
