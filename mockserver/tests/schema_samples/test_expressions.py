"""A pattern of a client is read within bounds, and matched by an engine that comes to an end."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mockserver
from mockserver.base.errors import UnmetError
from mockserver.schema_samples.expressions import (
    MOST_CHARACTERS,
    MOST_WEIGHT,
    is_match,
    parser,
    read_expression,
    shorten,
)

WORD = "a" * 40 + "!"


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(?=(a+)+$)b", "^(a|a)*$", "^(a|aa)+$", "^(a+)+\\1$", "^(?:a*)*(?<=b)$"],
)
def test_no_pattern_is_matched_for_ever(pattern):
    """What makes an engine that backtracks try each way of cutting a word is only refused."""
    assert not is_match(pattern, WORD)


def test_a_pattern_matches_anywhere_unless_it_cannot_be_read():
    """What nobody can read is about no name; the validator tells that it is no pattern."""
    assert is_match("b", "abc")
    assert is_match("^\\p{Greek}$", "\u03b1")
    assert not is_match("^b", "abc")
    assert not is_match("(", "(")


@given(st.text(alphabet="ab|()[]{}^$.*+?\\d1,-&~<>=!:pL", max_size=30))
def test_whatever_comes_is_read_or_has_a_problem(pattern):
    """No pattern raises, or warns of, anything but what it is refused for."""
    try:
        found = read_expression(pattern)
    except UnmetError:
        return
    assert (found.parts is None) == bool(found.problem)
    assert 0 < found.weight <= MOST_WEIGHT


@pytest.mark.parametrize(
    ("pattern", "weight", "backtracks"),
    [
        ("abc", 4, False),
        ("a{5}b{2,3}", 17, False),
        ("(?:a{3}){4}", 29, False),
        ("a+", 5, False),
        (".", 6, False),
        ("[^a]", 6, False),
        ("[a-z]", 2, False),
        ("ab|cd", 8, False),
        ("(a)\\1", 5, True),
        ("(?=a)b", 5, True),
        ("(?>a)", 4, True),
        ("(a)(?(1)b|c)", 9, True),
        ("\\p{L}", 400, False),
        ("[\\p{L}_\\p{Nd}]", 600, False),
        ("\\p{Greek}{1,9}", 126, True),
    ],
)
def test_a_pattern_weighs_as_much_as_it_is_written_out(pattern, weight, backtracks):
    """A part counts as often as it may come; wide classes count more; what looks around is told."""
    found = read_expression(pattern)
    assert (found.weight, found.backtracks) == (weight, backtracks)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a" * (MOST_CHARACTERS + 1), f"has {MOST_CHARACTERS + 1} characters"),
        ("((a{100}){100}){100}", "repeats so much"),
        ("\\p{L}{999}", "repeats so much"),
        ("\\p{Greek}{9999}", "repeats so much"),
        ("(?:(?:){9999}){9999}", "repeats so much"),
    ],
)
def test_a_pattern_that_is_too_much_is_told(pattern, words):
    """The reason says how much it is, and how much is followed; the pattern in it is short."""
    with pytest.raises(UnmetError) as unmet:
        read_expression(pattern)
    assert words in str(unmet.value)
    assert "at most" in str(unmet.value)
    assert len(str(unmet.value)) < 300


def test_to_match_a_long_text_is_more_work():
    """Work grows with the text, and faster where the engine may go back."""
    plain, backwards = read_expression("^[a-z]{100}$"), read_expression("^(?=[a-z]{100}$)")
    assert plain.count_work(1_000) < plain.count_work(10_000) < backwards.count_work(10_000)
    assert backwards.count_work(1_000) > 9 * backwards.count_work(100)


def test_words_are_shortened_only_if_they_are_long():
    """A message holds the beginning of what a client has sent."""
    assert shorten("short") == "short"
    assert len(shorten("x" * 1_000)) < 200


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("a.[b-d][^e]", ["LITERAL", "ANY", "IN", "NOT_LITERAL"]),
        ("a{1,2}b*?c++", ["MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"]),
        ("(a)(?:b|cd)\\1", ["SUBPATTERN", "BRANCH", "GROUPREF"]),
        ("^(?=a)(?!b)(?>cc)", ["AT", "ASSERT", "ASSERT_NOT", "ATOMIC_GROUP"]),
        ("(a)(?(1)b|c)", ["SUBPATTERN", "GROUPREF_EXISTS"]),
    ],
)
def test_the_standard_library_reads_patterns_as_they_are_walked_here(pattern, kinds):
    """Its parser is not public: should another Python name the parts otherwise, it shows here."""
    assert [str(kind) for kind, _ in parser.parse(pattern)] == kinds
    assert parser.parse("a*")[0][1][:2] == (0, parser.MAXREPEAT)


COMPILED = {
    ("known_secrets.py", "re.compile('|'.join(each) or '(?!)')"): "made of escaped secrets, and "
    "test_redaction holds the time that it takes to the length of the text",
}
"""Patterns that are made of more than constants, and why they may be."""


def test_nothing_but_a_literal_is_ever_given_to_the_engine_that_backtracks():
    """Every pattern that the emulator gives to `re` is made of constants of its own source.

    What `re.escape` returns stands for itself.
    """
    folder = Path(mockserver.__file__).parent
    calls = [
        (path.name, node)
        for path in folder.rglob("*.py")
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if _is_call_of_re(node) and node.func.attr != "escape"
    ]
    assert calls
    loose = {
        (name, ast.unparse(node)) for name, node in calls if _has_more_than_literals(node.args[0])
    }
    assert loose == COMPILED.keys()


def _is_call_of_re(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
    )


def _has_more_than_literals(node):
    if _is_call_of_re(node) and node.func.attr == "escape":
        return False
    if isinstance(node, ast.Subscript):  # one of some constants
        return _has_more_than_literals(node.value)
    if isinstance(node, ast.Name):
        return not node.id.isupper()
    return any(map(_has_more_than_literals, ast.iter_child_nodes(node)))
