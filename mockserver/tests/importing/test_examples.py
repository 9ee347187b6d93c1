"""Examples that the schema of a model takes."""

import jsonschema_rs
import pytest

from mockserver.importing.errors import SourceError
from mockserver.importing.examples import make_examples


@pytest.mark.parametrize(
    ("schema", "samples", "examples"),
    [
        ({}, [], [{}]),
        ({"required": ["a"]}, [{"a": 1, "b": None}], [{"a": 1}]),
        ({"required": ["a"]}, [{"a": 1, "b": 2}], [{"a": 1, "b": 2}, {"a": 1}]),
        ({"properties": {"n": {"type": "integer"}}}, [{"n": "5"}], [{"n": 5}, {}]),
        ({"properties": {"n": {"type": "integer"}}}, [{"n": "x"}], [{}]),
        ({}, [{"a": n} for n in range(5)], [{"a": 0}, {"a": 1}, {"a": 2}, {}]),
        ({"required": ["n"], "properties": {"n": {"default": 7}}}, [], [{"n": 7}]),
        ({"required": ["n"], "properties": {"n": {"enum": ["x", "y"]}}}, [], [{"n": "x"}]),
        (
            {
                "required": ["u"],
                "properties": {"u": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:"}},
            },
            [],
            [{"u": "https://example.com/input.png"}],
        ),
        ({"required": ["n"], "properties": {"n": {"type": "boolean"}}}, [], [{"n": True}]),
    ],
)
def test_samples_come_first_and_then_the_least(schema, samples, examples):
    """At most three samples, spelled as the schema has them, and what is required alone."""
    assert make_examples(schema, samples) == examples


@pytest.mark.parametrize(
    "schema",
    [
        {"required": ["n"], "properties": {"n": {"type": "array", "minItems": 2}}},
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"required": ["n"], "properties": {"n": {"pattern": "^[0-9]{4}$", "type": "string"}}},
    ],
)
def test_an_example_is_made_up_where_nothing_is_at_hand(schema):
    """It satisfies the schema."""
    (example,) = make_examples(schema, [])
    assert jsonschema_rs.is_valid(schema, example)


def test_a_schema_that_takes_nothing_is_refused():
    """A contract without an example is none."""
    with pytest.raises(SourceError, match="no example was found"):
        make_examples({"required": ["n"], "properties": {"n": False}}, [])
