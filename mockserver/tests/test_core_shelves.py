"""A shelf is a dict that gives memory back."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.shelves import Shelf

names = st.text("abc", max_size=2)


@given(st.lists(st.tuples(st.booleans(), names)))
def test_a_shelf_holds_what_a_dict_would(steps):
    """Whatever comes and goes, what is there is what a dict would have."""
    shelf, plain = Shelf(), {}
    for comes, name in steps:
        if comes:
            shelf[name] = plain[name] = len(plain) + 1
        else:
            shelf.drop(name)
            plain.pop(name, None)
    assert list(shelf.items()) == list(plain.items())


def test_a_shelf_is_small_again_when_most_has_left():
    """Room for fifty thousand things is not kept for ten."""
    shelf = Shelf()
    for number in range(50_000):
        shelf[str(number)] = number
    largest = sys.getsizeof(shelf)
    for number in range(49_990):
        shelf.drop(str(number))
    assert sys.getsizeof(shelf) < largest / 10
    assert list(shelf.values()) == list(range(49_990, 50_000))
