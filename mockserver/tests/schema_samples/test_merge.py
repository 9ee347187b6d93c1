"""Of two schemas one is made that allows what both allow."""

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.merge import count_merging_work, find_types, merge, remove_types

TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"]
parts = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
        "enum": st.lists(st.sampled_from([1, "a", None, True, 2.5, [1], {"a": 1}]), min_size=1),
        "minimum": st.integers(0, 3),
        "maximum": st.integers(0, 3),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "minLength": st.integers(0, 2),
        "required": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "properties": st.dictionaries(
            st.sampled_from(["a", "b"]),
            st.sampled_from([True, False, {"type": "integer"}, {"minimum": 2}]),
        ),
        "additionalProperties": st.sampled_from([True, False, {"type": "integer"}]),
        "patternProperties": st.sampled_from([{"^a": {"maximum": 5}}, {"b": True}]),
        "propertyNames": st.sampled_from([True, {"maxLength": 1}]),
        "prefixItems": st.lists(
            st.sampled_from([True, {"type": "integer"}]), min_size=1, max_size=2
        ),
        "items": st.sampled_from([True, False, {"type": "string"}]),
        "uniqueItems": st.booleans(),
        "dependentRequired": st.sampled_from([{"a": ["b"]}, {"b": ["c"], "a": ["c"]}]),
    },
)
values = st.recursive(
    st.sampled_from([None, True, 1, 2, 2.5, "", "a", "abc"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=4,
)


@given(parts, parts, st.lists(values, min_size=1, max_size=5))
def test_what_the_merged_schema_allows_both_allow(first, second, instances):
    """No value gets past the merged schema that one of the two refuses."""
    try:
        both = merge(first, second)
    except UnmetError:
        assert not any(
            jsonschema_rs.is_valid({"allOf": [first, second]}, each) for each in instances
        )
        return
    for each in instances:
        if jsonschema_rs.is_valid(both, each):
            assert jsonschema_rs.is_valid({"allOf": [first, second]}, each)


@pytest.mark.parametrize(
    ("types", "unwanted", "left"),
    [
        (["string", "null"], ["null"], ["string"]),
        (["integer", "string"], ["number"], ["string"]),
        (None, ["object", "array", "number", "null", "boolean"], ["string"]),
    ],
)
def test_types_can_be_taken_away(types, unwanted, left):
    """Of the types of a schema, or of all, some are left; no number is no integer either."""
    schema = {} if types is None else {"type": types}
    assert find_types(remove_types(schema, unwanted)) == left


def test_what_two_schemas_say_of_a_name_is_kept_apart_if_it_differs():
    """True is not 1, though Python takes one for the other."""
    first, second = ({"properties": {"a": {"const": value}}} for value in (True, 1))
    assert merge(first, second)["properties"]["a"] == {"allOf": [{"const": True}, {"const": 1}]}
    assert merge(first, first)["properties"]["a"] is first["properties"]["a"]


def test_a_name_belongs_to_the_patterns_that_match_it():
    """Who merges says what matches: what is additional in one is in the other by its pattern."""
    first = {"properties": {"ab": {"type": "integer"}}}
    second = {"patternProperties": {"^a": {}}, "additionalProperties": False}
    assert merge(first, second)["properties"]["ab"] == {"type": "integer"}
    refused = merge(first, second, lambda _pattern, _name: False)["properties"]["ab"]
    assert refused == {"allOf": [{"type": "integer"}, False]}


def test_to_merge_is_work_in_step_with_what_is_merged():
    """What is named in both is compared, so it counts with all that is in it."""
    few = {"properties": {"a": {}}, "required": ["a"]}
    many = {"properties": {f"a{place}": {} for place in range(100)}}
    assert count_merging_work(few, {}, lambda _: 1) < 10
    assert count_merging_work(few, many, lambda _: 1) > 100
    assert count_merging_work(few, few, lambda _: 1_000) > 2_000
