"""Numbers that a page shows with nothing between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.importing.page_numbers import part_default, part_digits


@pytest.mark.parametrize(
    ("digits", "used", "numbers", "is_sure"),
    [
        ("468", [8], [4, 6, 8], True),
        ("468", [], [4, 6, 8], False),
        ("2430", [], [24, 30], False),
        ("2430", [24], [24, 30], True),
        ("510", [5], [5, 10], True),
        ("4812", [], [4, 8, 12], False),
        ("256512", [], [256, 512], False),
        ("7681024", [1024], [768, 1024], False),
        ("97129161193", [], [97, 129, 161, 193], False),
        ("1024", [1024], [1024], True),
        ("5", [], [5], True),
        ("10", [], [10], True),
        ("510", [7], [5, 10], False),
        ("1" * 31, [], [int("1" * 31)], False),
        ("00", [], [0], False),
    ],
)
def test_digits_are_parted_into_ascending_numbers(digits, used, numbers, is_sure):
    """Several, alike in length, with all that is known to be among them."""
    assert part_digits(digits, used) == (numbers, is_sure)


@pytest.mark.parametrize(
    ("digits", "used", "found"),
    [
        ("8468", [8], (8, [4, 6, 8])),
        ("5510", [10], (5, [5, 10])),
        ("8468", [], None),
        ("8468", [8468], None),
        ("512", [512], None),
        ("1024", [768], None),
        ("50", [40], None),
    ],
)
def test_a_default_may_stand_before_its_list(digits, used, found):
    """A sample has to speak for it; a number by itself is one."""
    assert part_default(digits, used) == found


@given(st.text("0123456789", min_size=1, max_size=40), st.sets(st.integers(0, 99), max_size=2))
def test_digits_stay_in_their_order(digits, used):
    """Whatever comes, the numbers are those digits."""
    numbers, _ = part_digits(digits, used)
    assert "".join(map(str, numbers)) in {digits, str(int(digits))}
