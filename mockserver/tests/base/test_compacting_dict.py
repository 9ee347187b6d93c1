"""A shrinking dict is a dict that gives memory back."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.compacting_dict import CompactingDict

names = st.text("abc", max_size=2)


@given(st.lists(st.tuples(st.booleans(), names)))
def test_it_holds_what_a_dict_would(steps):
    """Whatever comes and goes, what is there is what a dict would have."""
    shrinking, plain = CompactingDict(), {}
    for comes, name in steps:
        if comes:
            shrinking[name] = plain[name] = len(plain) + 1
        else:
            shrinking.drop(name)
            plain.pop(name, None)
    assert list(shrinking.items()) == list(plain.items())


def test_it_is_small_again_when_most_has_left():
    """Room for fifty thousand things is not kept for ten."""
    shrinking = CompactingDict()
    for number in range(50_000):
        shrinking[str(number)] = number
    largest = sys.getsizeof(shrinking)
    for number in range(49_990):
        shrinking.drop(str(number))
    assert sys.getsizeof(shrinking) < largest / 10
    assert list(shrinking.values()) == list(range(49_990, 50_000))
