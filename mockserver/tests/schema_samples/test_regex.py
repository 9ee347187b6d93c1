"""A text is found for a regular expression, the same for the same draws."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples import regex
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.expressions import read_expression


def text_of(pattern, draws, extra, *, is_exact):
    """Return a text for a pattern, out of a budget of its own."""
    expression = read_expression(pattern)
    return regex.make_matching_text(pattern, expression, draws, Budget(), extra, is_exact=is_exact)


PATTERNS = [
    "abc",
    "a|b|cd",
    "[a-f0-9]{8}",
    "[^a-z]",
    "[^\\x20-\\u017f]",
    "[^x]+y?",
    "^\\d{2,4}-\\w*\\s\\S\\D\\W$",
    "(?:ab)+?c{2}",
    "(a|b)\\1",
    "(?>ab)?.",
    "(?P<year>\\d{4})",
    "[\\w.-]+@[\\w-]+\\.com",
    "(?=a)a(?!b)c",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(st.integers(), st.integers(0, 5), st.booleans())
def test_a_text_matches_its_pattern(pattern, seed, extra, is_exact):
    """Whatever is drawn, and however long it is to be, the pattern matches the text."""
    text = text_of(pattern, SeededRandom(seed), extra, is_exact=is_exact)
    assert re.search(pattern, text), text
    assert text_of(pattern, SeededRandom(seed), extra, is_exact=is_exact) == text


@pytest.mark.parametrize(("extra", "text"), [(0, "a"), (3, "aaaa"), (9, "aaaaa")])
def test_a_repetition_is_as_long_as_it_is_asked_to_be(extra, text):
    """So many more times than it must, but no more than it may, a part is repeated."""
    assert text_of("a{1,5}", SeededRandom(1), extra, is_exact=True) == text


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [("\\p{Lu}+", "[A-Z]+"), ("[\\p{Ll}_]", "[a-z_]"), ("\\p{Letter}", "[a-zA-Z]")],
)
def test_classes_of_letters_are_those_of_english(pattern, allowed):
    """What `re` does not know is read as the part of it that everybody knows."""
    assert re.fullmatch(allowed, text_of(pattern, SeededRandom(1), 2, is_exact=False))


@pytest.mark.parametrize("pattern", ["(", "[z-a]", "a{2,1}", "\\p{Greek}"])
def test_a_pattern_that_cannot_be_read_is_told(pattern):
    """The reason names the pattern."""
    with pytest.raises(UnmetError) as unmet:
        text_of(pattern, SeededRandom(1), 0, is_exact=False)
    assert str(unmet.value).startswith(f"the pattern {pattern} cannot be read: ")


def test_a_text_that_is_too_long_is_not_made(monkeypatch):
    """The time for one text is bounded."""
    monkeypatch.setattr(regex, "MOST_CHARACTERS", 100)
    with pytest.raises(UnmetError, match="more than 100 characters"):
        text_of("(a{50}){50}", SeededRandom(1), 0, is_exact=False)
