"""The end of a thumbnail says how large the picture was that it was made of."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.media.source_sizes import pack_source_size, read_source_size

sides = st.integers(1, 65_535)


@given(st.binary(max_size=9), sides, sides)
def test_a_size_is_read_as_it_was_written(thumbnail, width, height):
    """Whatever is before it."""
    assert read_source_size(thumbnail + pack_source_size(width, height)) == (width, height)


def test_a_side_that_is_too_long_is_the_longest_there_is():
    """A picture may be a million pixels wide; two bytes are enough for what is said of it."""
    assert read_source_size(pack_source_size(1_000_000, 4)) == (65_535, 4)
