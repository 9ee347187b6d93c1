"""Lists have the items that they must have, all different where they must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.arrays import MOST_ITEMS, Arrays
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.equality import canonicalize


def arrays(make, budget=None):
    """Return what makes lists of what `make` makes."""
    return Arrays(make, SeededRandom(1), budget or Budget())


@given(st.lists(st.sampled_from([0, 1, True, 1.0, None, "1"])), st.integers(0, 5))
def test_no_two_items_are_equal_where_all_must_differ(items, least):
    """Items are made until there are enough different ones, or none comes any more."""
    source = iter(items)

    def make(_schema, _depth):
        try:
            return next(source)
        except StopIteration:
            raise UnmetError("no more") from None

    try:
        made = arrays(make).make({"uniqueItems": True, "minItems": least}, 0, is_short=True)
    except UnmetError:
        assert len({canonicalize(each) for each in items}) < least
        return
    assert len(made) == least
    assert len({canonicalize(each) for each in made}) == least


def test_different_items_are_compared_in_step_with_their_number():
    """Twice as many items are twice the work, not four times."""

    def work(length):
        numbers = iter(range(length))
        budget = Budget()
        flat = {"uniqueItems": True, "minItems": length}
        arrays(lambda *_: next(numbers), budget).make(flat, 0, is_short=True)
        return budget.spent

    assert work(800) == 2 * work(400) > 0


def test_a_list_that_cannot_be_is_told():
    """Too long, or crossed bounds: the reason names the numbers, whole or not."""
    for flat, words in (
        ({"minItems": MOST_ITEMS + 1}, "a list of 1001 items"),
        ({"minItems": 3.0, "maxItems": 2}, "no list has 3 or more items and 2 or fewer"),
        ({"minItems": 1, "prefixItems": [], "items": False}, "no list has 1"),
    ):
        with pytest.raises(UnmetError, match=words):
            arrays(lambda *_: 0).make(flat, 0, is_short=False)
