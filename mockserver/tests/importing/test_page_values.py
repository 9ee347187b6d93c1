"""Values as pages print them."""

import pytest

from mockserver.importing.page_values import read_number, read_value


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ('"AUTO""ON"', "AUTO", '"ON"'),
        ('"say \\"hi\\""', 'say "hi"', ""),
        ("50magic", 50, "magic"),
        ("-7.5 ", -7.5, " "),
        ("null,", None, ","),
        ("None", None, ""),
        ("Trueish", True, "ish"),
        ("false", False, ""),
        ('["a", 1]x', ["a", 1], "x"),
        ('{"a": {}}', {"a": {}}, ""),
    ],
)
def test_a_value_ends_where_it_ends(text, value, rest):
    """JSON, and the words of Python; what follows is not looked at."""
    found = read_value(text, 0)
    assert found == (value, len(text) - len(rest))
    assert type(found[0]) is type(value)


@pytest.mark.parametrize(
    "text", ["", "word", '"open', "[1,", "-", "1e999", "[1e999]", "NaN", "[NaN]", "[" * 100_000]
)
def test_what_is_no_value_is_none(text):
    """Open brackets, numbers that no float holds, words."""
    assert read_value(text, 0) is None


@pytest.mark.parametrize(("text", "number"), [("100", 100), ("0.5", 0.5), ("1e2", 100.0)])
def test_numbers_are_whole_where_they_are_spelled_so(text, number):
    """A fraction or an exponent makes it none."""
    assert type(read_number(text)) is type(number)
    assert read_number(text) == number
