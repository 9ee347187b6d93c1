"""Values of parameters: found by name, and read as numbers and sizes."""

import pytest

from mockserver.contract.parameter_values import find_value, parse_size, parse_whole


@pytest.mark.parametrize(
    ("name", "value"), [("sleep", 2), ("", 894), ("other", None), (None, None)]
)
def test_a_value_is_found_by_its_name_alone(name, value):
    """Where a model has no parameter for something, no parameter stands in for it."""
    assert find_value({"sleep": 2, "": 894}, name) == value


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1), (4.0, 4), (10, 10), (11, None), (0, None), (1.5, None), (True, None), ("2", None)],
)
def test_a_whole_number_may_have_a_fraction_of_nothing(value, number):
    """Numbers from 1 to the most that is allowed count, whatever else comes."""
    assert parse_whole(value, 10) == number


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1024x640", (1024, 640)),
        ("RESOLUTION_1024_640", (1024, 640)),
        ("0x640", None),
        ("10240x640", None),
        ("1x3 ", None),
    ],
)
def test_a_size_is_two_numbers(text, size):
    """Width and height are spelled with an x or with an underscore between them."""
    assert parse_size(text) == size
