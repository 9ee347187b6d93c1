"""A JSON value is the one that was given, or differs in a way that is told."""

from __future__ import annotations

import json
import math
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_tests.cases.strategies.values import json_values
from client_tests.judging.values import describe_difference, find_differences, is_same
from mockserver.tests.kit.drawing import drawn

NUMBERS = st.one_of(
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-(2.0**80), 2.0**80).map(math.floor).map(float),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text(max_size=5), NUMBERS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def print_as_javascript(value):
    """Return what JSON.parse and JSON.stringify make of a value, read in Python again."""
    if isinstance(value, dict):
        return {name: print_as_javascript(each) for name, each in value.items()}
    if isinstance(value, list):
        return [print_as_javascript(each) for each in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        double = float(value)
    except OverflowError:
        return value
    is_written_whole = double.is_integer() and abs(double) < 1e21
    return int(double) if is_written_whole else double


@given(VALUES)
def test_a_value_is_the_same_as_itself(value):
    """However it is nested."""
    assert is_same(json.loads(json.dumps(value)), value)


@given(VALUES)
def test_what_javascript_makes_of_a_value_is_the_same(value):
    """Its numbers are doubles, and those without a fraction are printed without one."""
    assert is_same(print_as_javascript(value), value)


def test_what_node_itself_makes_of_values_is_the_same():
    """A few hundred of them, with all the numbers that are near a limit."""
    edges = [2**53 + 1, -(2**63), 10**21, 10**21 - 1, 10**22 + 1, 5.0, -0.0, 1e21, 1e-7, 5e-324]
    edges += [1.7976931348623157e308, -1.850745323934381e16, 4711, 0.1, 123456789012345678901]
    values = [edges, *drawn(VALUES, 200), *drawn(json_values(), 100)]
    script = (
        "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8'))))"
    )
    command = ["node", "-e", script]
    done = subprocess.run(
        command, input=json.dumps(values).encode(), capture_output=True, check=True
    )
    came = json.loads(done.stdout)
    assert len(came) == len(values)
    for one, other in zip(came, values, strict=True):
        assert is_same(one, other), describe_difference(one, other)


CHANGED = [
    (4711.0, 4711, "params: given 4711 (integer), arrived 4711.0 (number)"),
    (-5.0, -5, "params: given -5 (integer), arrived -5.0 (number)"),
    (True, 1, "params: given 1 (integer), arrived true"),
    (False, 0, "params: given 0 (integer), arrived false"),
    (1, True, "params: given true, arrived 1 (integer)"),
    (1.0, True, "params: given true, arrived 1.0 (number)"),
    ("4711", 4711, 'params: given 4711 (integer), arrived "4711"'),
    (4711, "4711", 'params: given "4711", arrived 4711 (integer)'),
    (4712, 4711, "params: given 4711 (integer), arrived 4712 (integer)"),
    (5, 5.5, "params: given 5.5 (number), arrived 5 (integer)"),
    (0.1000000001, 0.1, "params: given 0.1 (number), arrived 0.1000000001 (number)"),
    (2**53 - 2, 2**53 - 1, "arrived 9007199254740990 (integer)"),
    (9007199254740992.0, 2**53 + 1, "arrived 9007199254740992.0 (number)"),
    (2**63 + 4096, 2**63, "params: given 9223372036854775808 (integer)"),
    (math.inf, 1e308, "arrived Infinity (number)"),
    (10**400 + 1, 10**400, "401 characters"),
    (None, False, "params: given false, arrived null"),
    ("", None, 'params: given null, arrived ""'),
    ([], {}, "params: given {} (object), arrived [] (array)"),
    ({}, [], "params: given [] (array), arrived {} (object)"),
    ("null", None, 'params: given null, arrived "null"'),
    ([1], [1, 2], "params: given [1, 2] (array), arrived [1] (array)"),
    ([2, 1], [1, 2], "params[0]: given 1 (integer), arrived 2 (integer); params[1]: given 2"),
    ({"a": 1}, {}, "params.a: not given, arrived 1 (integer)"),
    ({}, {"a": 1}, "params.a: given 1 (integer), did not arrive"),
    ({"seed": 4711.0}, {"seed": 4711}, "params.seed: given 4711 (integer), arrived 4711.0"),
    ({"a": [{"b": None}]}, {"a": [{}]}, "params.a[0].b: not given, arrived null"),
    ({"a b": 1}, {"a b": 2}, 'params["a b"]: given 2 (integer), arrived 1 (integer)'),
    ("é", "e\u0301", 'params: given "e\u0301", arrived "é"'),
    ("a ", "a", 'params: given "a", arrived "a "'),
]
"""What came, what was given, and what is said of it."""


@pytest.mark.parametrize(("sent", "value", "said"), CHANGED, ids=lambda each: ascii(each)[:40])
def test_a_changed_value_is_not_the_same_and_told(sent, value, said):
    """Where, what was given and what arrived, each with its type."""
    assert not is_same(sent, value)
    assert said in describe_difference(sent, value)


@pytest.mark.parametrize(
    ("sent", "value"),
    [(0, -0.0), (0.0, -0.0), (5, 5.0), (10**22, 1e22), (1e21, 10**21), (2**53, 2**53 + 1)],
)
def test_what_doubles_cannot_tell_apart_is_the_same(sent, value):
    """A client whose numbers are doubles could not do otherwise."""
    assert is_same(sent, value)


def test_a_long_value_is_clipped():
    """Its length is told in place of the rest."""
    said = describe_difference({"a": "x"}, {"a": ["x" * 1000]})
    assert len(said) < 200
    assert "1,004 characters" in said


def test_long_texts_are_told_from_where_they_differ():
    """A prompt that was cut is told as such."""
    long = "a lighthouse " * 1000
    said = describe_difference({"prompt": long[:4096]}, {"prompt": long})
    assert "13,000 characters" in said
    assert "one of 4,096, which differs from character 4,097 on" in said
    assert said.endswith("became its end")


def test_only_the_first_differences_are_told():
    """And how many more there are."""
    given_ = {f"p{number}": number for number in range(9)}
    said = describe_difference({}, given_)
    assert said.count("did not arrive") == 3
    assert said.endswith("and 6 more")
    assert len(list(find_differences({}, given_))) == 9
