"""References within an OpenAPI document."""

import pytest

from mockserver.importing.component_references import follow_reference, inline_references
from mockserver.importing.errors import SourceError


@pytest.mark.parametrize(
    ("node", "inlined"),
    [
        ({"$ref": "#/a"}, {"type": "string"}),
        ({"$ref": "#/a", "description": "x"}, {"type": "string", "description": "x"}),
        ({"items": [{"$ref": "#/b~1c"}]}, {"items": [{"type": "string"}]}),
        ({"$ref": "#/loop"}, {"properties": {"in": {}}}),
        ({"$ref": "#/text"}, "words"),
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"nullable": True, "enum": ["a"]}, {"enum": ["a", None]}),
        ({"nullable": False}, {"nullable": False}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"exclusiveMinimum": 1}, {"exclusiveMinimum": 1}),
        (None, None),
    ],
)
def test_references_are_replaced(node, inlined):
    """What refers to itself takes anything there; version 3.0 is read as 3.1."""
    document = {
        "a": {"type": "string"},
        "b/c": {"$ref": "#/a"},
        "loop": {"properties": {"in": {"$ref": "#/loop"}}},
        "text": "words",
    }
    assert inline_references(node, document) == inlined


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("#/nowhere", "names nothing in the document"),
        ("#/a/b", "names nothing in the document"),
        ("other.yaml#/a", "one within the document was expected"),
    ],
)
def test_a_reference_to_nothing_is_refused(reference, words):
    """It says which."""
    with pytest.raises(SourceError, match=words):
        inline_references({"$ref": reference}, {"a": 1})


def test_one_reference_is_followed_alone():
    """What it names may refer to what is not there."""
    named = {"x": {"$ref": "#/nowhere"}}
    assert follow_reference({"$ref": "#/a"}, {"a": named}) == named
    assert follow_reference(named, {}) == named
    assert follow_reference(None, {}) is None
    with pytest.raises(SourceError, match="names nothing"):
        follow_reference({"$ref": "#/b"}, {"a": named})


def test_references_that_multiply_are_refused():
    """Each level is ten of the next."""
    document = {str(n): [{"$ref": f"#/{n + 1}"}] * 10 for n in range(9)} | {"9": {}}
    with pytest.raises(SourceError, match="more than 50000 values"):
        inline_references({"$ref": "#/0"}, document)
