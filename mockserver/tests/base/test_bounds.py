"""What an error repeats of a value is bounded, and so is the work of repeating it."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.bounds import MAX_SHOWN_VALUE, cut, holds_more_values_than, show

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=90),
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=90), inner, max_size=6)
    ),
    max_leaves=30,
)


class Untouchable(list):
    """A list that must not be walked beyond its beginning."""

    def __iter__(self):
        """Yield elements for as long as anybody could want to show."""
        yield from [1] * MAX_SHOWN_VALUE
        raise AssertionError("more was read than is shown")


@given(value=values)
def test_a_value_is_shown_as_its_json_begins(value):
    """What is shown is the compact JSON of the value, cut where it is long."""
    assert show(value) == cut(msgspec.json.encode(value).decode(), MAX_SHOWN_VALUE)


def test_no_more_is_read_than_is_shown():
    """Of a wide value only the beginning is looked at, at whatever depth."""
    assert show({"a": [Untouchable()]}).startswith('{"a":[[1,1,')


@given(value=values.filter(lambda value: isinstance(value, list | dict)))
def test_values_are_counted_at_all_levels(value):
    """The count is that of the members and elements which a reader of JSON makes."""
    made = []

    def note(pairs):
        made.extend(pairs)
        return dict(pairs)

    def lists(node):
        children = node.values() if isinstance(node, dict) else node
        return sum(
            (len(child) if isinstance(child, list) else 0) + lists(child)
            for child in children
            if isinstance(child, list | dict)
        )

    json.loads(json.dumps(value), object_pairs_hook=note)
    count = len(made) + lists([value])
    assert not holds_more_values_than(value, count)
    assert holds_more_values_than(value, count - 1)
