"""A schema is measured before anything is done with it."""

import pytest

from mockserver.base.errors import UnmetError
from mockserver.schema_samples import sizes
from mockserver.schema_samples.sizes import SchemaSizes
from mockserver.tests.hostile_schemas import nested

PART = {"type": "string", "pattern": "^a{9}$"}
ROOT = {"properties": {"a": PART, "b": {"enum": ["xy", 1]}}, "patternProperties": {"b{5}": True}}


def test_a_part_has_the_size_of_all_that_is_in_it():
    """Values, characters and patterns are counted, also of what is made of parts."""
    sizes = SchemaSizes(ROOT)
    assert sizes.count_values(PART) == 3
    assert sizes.count_values(ROOT) == 11
    assert sizes.count_values({"allOf": [PART, PART]}) == 8
    assert sizes.find_weight(PART) == sizes.find_expression("^a{9}$").weight
    assert sizes.find_weight(ROOT) == sizes.find_weight(PART) + sizes.find_expression("b{5}").weight
    assert sizes.find_weight({"allOf": [PART] * 9}) == sizes.find_weight(ROOT)
    assert sizes.count_characters("x" * 50) - sizes.count_characters("") == 50


@pytest.mark.parametrize(
    ("limit", "schema", "words"),
    [
        ("MOST_VALUES", {"enum": [*range(200)]}, "more than 100 values"),
        ("MOST_CHARACTERS", {"title": "x" * 101}, "more than 100 characters"),
        ("MOST_CHARACTERS", {"x" * 101: 1}, "more than 100 characters"),
        ("MOST_LEVELS", nested(lambda inner, _: {"items": inner}, 101), "more than 100 levels"),
    ],
)
def test_a_schema_that_is_too_large_is_told(monkeypatch, limit, schema, words):
    """The reason says what there is too much of, and how much is followed."""
    SchemaSizes(schema)
    monkeypatch.setattr(sizes, limit, 100)
    with pytest.raises(UnmetError, match=words):
        SchemaSizes(schema)


def test_only_the_whole_has_a_name_of_its_own():
    """References lead elsewhere inside of a part with an `$id`; a property may be called so."""
    SchemaSizes({"$id": "urn:a", "properties": {"$id": {"type": "string"}}})
    with pytest.raises(UnmetError, match="only the whole of it may"):
        SchemaSizes({"properties": {"a": {"$id": "urn:b"}}})
