"""JSON values are compared as JSON Schema compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.schema_samples.equality import canonicalize, intersect_values, is_equal, join_values

values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0, "", "1", "array"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, False, False),
        ([1, [True]], [1.0, [True]], True),
        ([[True]], [[1]], False),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ([], {}, False),
        ("1", 1, False),
        (["boolean", True], True, False),
    ],
)
def test_numbers_are_equal_by_value_and_to_no_boolean(one, other, expected):
    """An integer equals its float, at any depth; true is not 1; the order of names is nothing."""
    assert is_equal(one, other) is expected
    assert (canonicalize(one) == canonicalize(other)) is expected


@given(st.lists(values, max_size=6), st.lists(values, max_size=6))
def test_lists_are_joined_and_met_value_by_value(first, second):
    """Joined, each value is there once; in common, what has its equal in the other list."""
    joined = join_values(first, second)
    assert len(set(map(canonicalize, joined))) == len(joined)
    assert all(any(is_equal(value, each) for each in joined) for value in first + second)
    common = intersect_values(first, second)
    assert common == [each for each in first if any(is_equal(each, other) for other in second)]
