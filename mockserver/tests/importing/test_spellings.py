"""Values and the texts that spell them."""

import pytest

from mockserver.importing.spellings import find_spellings, read_as


@pytest.mark.fact("P1")
@pytest.mark.parametrize(
    ("value", "spellings"),
    [
        ("5", ["5", 5]),
        ("7.5", ["7.5", 7.5]),
        ("-1", ["-1", -1]),
        ("True", ["True", True]),
        ("1_000", ["1_000"]),
        (".5", [".5"]),
        ("1e999", ["1e999"]),
        ("", [""]),
        (5, [5, "5", "5.0"]),
        (0.5, [0.5, "0.5"]),
        (False, [False, "false", "False"]),
        (None, [None]),
        (["5"], [["5"]]),
    ],
)
def test_a_number_or_boolean_and_its_text_are_one(value, spellings):
    """A value comes first as it is; lists and objects are read in one way alone."""
    found = list(find_spellings(value))
    assert found == spellings
    assert list(map(type, found)) == list(map(type, spellings))


@pytest.mark.parametrize(
    ("value", "schema", "read"),
    [
        ("5", {"type": "integer"}, 5),
        (5, {"enum": ["5", "10"]}, "5"),
        ("5", {}, "5"),
        ("five", {"type": "integer"}, "five"),
    ],
)
def test_a_value_is_read_as_its_schema_has_it(value, schema, read):
    """In the first spelling that satisfies it; what spells nothing of the kind stays."""
    assert read_as(value, schema) == read
