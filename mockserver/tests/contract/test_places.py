"""What a schema says of one place, whichever of its branches says it."""

import pytest

from mockserver.contract.places import Place

ANY = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({}, ANY),
        ({"type": "integer"}, {"integer"}),
        ({"type": "number"}, {"integer", "number"}),
        ({"type": ["string", "null"]}, {"string", "null"}),
        ({"enum": [5, 10.0, "x"]}, {"integer", "string"}),
        ({"enum": [7.5, None]}, {"number", "null"}),
        ({"const": True}, {"boolean"}),
        ({"type": ["string", "null"], "enum": ["a"]}, {"string"}),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, {"string", "array"}),
        ({"type": "string", "oneOf": [{"type": ["string", "null"]}, {}]}, {"string"}),
        ({"allOf": [{"type": ["string", "null"]}, {"type": ["null", "array"]}]}, {"null"}),
        ({"allOf": [{"anyOf": [{"type": "object"}, {"const": "a"}]}]}, {"object", "string"}),
        ({"allOf": [True], "anyOf": [False, {"type": "string"}]}, {"string"}),
    ],
)
def test_the_types_of_a_place_are_those_that_all_of_it_allows(schema, kinds):
    """Types and lists of values narrow each other, and of a choice every branch counts."""
    assert Place.parse(schema).kinds == kinds


def test_a_member_is_what_every_branch_says_of_it():
    """A branch that says nothing of a member leaves it to the others."""
    place = Place.parse(
        {
            "properties": {"a": {"type": ["integer", "null"]}},
            "anyOf": [
                {"properties": {"a": {"type": "integer"}, "b": {"items": {"type": "boolean"}}}},
                {"required": ["c"]},
            ],
        }
    )
    assert place.find_member("a").kinds == {"integer"}
    assert place.find_member("b").items.kinds == {"boolean"}
    assert place.find_member("c") is None
    assert place.find_member("a") is place.find_member("a")


@pytest.mark.parametrize("schema", [{}, {"items": True}, {"prefixItems": [{}], "items": {}}])
def test_of_items_nothing_may_be_said(schema):
    """Items of any kind, or each of its own, have no place in common."""
    assert Place.parse(schema).items is None


@pytest.mark.fact("P1", "P7")
@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        ({"enum": ["5", "10"]}, 5, "5"),
        ({"enum": ["5", "10"]}, 5.0, "5"),
        ({"enum": ["5.0"]}, 5, "5.0"),
        ({"enum": ["1.6", "2"]}, 1.6, "1.6"),
        ({"enum": ["5", "10"]}, 7, None),
        ({"enum": ["true", "false"]}, True, "true"),
        ({"enum": ["True", "False"]}, False, "False"),
        ({"anyOf": [{"enum": ["5"]}, {"type": "null"}]}, 5, "5"),
        ({"type": "string"}, 5, None),
        ({"type": "string", "x-advice": {"enum": ["5", "10"]}}, 5, "5"),
        ({"type": "string", "x-advice": {"enum": ["5", "10"]}}, 7, "7"),
        ({"type": "string", "x-advice": {"enum": ["5", "10"]}}, True, None),
        ({"type": "string", "x-advice": {"enum": ["a", None]}}, 7, None),
        ({"type": "string", "x-advice": {"enum": ["5"]}}, 10**100, None),
    ],
)
def test_a_number_stands_for_a_text_that_is_listed(schema, value, text):
    """In a list that is cut it may stand for one that is not shown, if the others are numbers."""
    assert Place.parse(schema).find_text(value) == text
