"""A number lies between its bounds and on its grid, or there is none."""

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.numbers import make_number

limits = st.integers(-200, 200) | st.sampled_from([0.25, -0.5, 1e9, 10**30])
steps = st.sampled_from([1, 2, 7, 0.5, 0.25])
keywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
schemas = st.dictionaries(st.sampled_from(keywords), limits, max_size=3)


@given(schemas, st.none() | steps, st.booleans(), st.integers())
def test_a_number_satisfies_its_schema(schema, step, is_whole, seed):
    """What comes out is allowed; nothing comes out only where the bounds leave no room."""
    schema = {"type": "integer" if is_whole else "number", **schema}
    schema |= {} if step is None else {"multipleOf": step}
    try:
        made = make_number(schema, SeededRandom(seed), is_whole=is_whole)
    except UnmetError:
        low = max(schema[key] for key in ("minimum", "exclusiveMinimum") if key in schema)
        high = min(schema[key] for key in ("maximum", "exclusiveMaximum") if key in schema)
        assert high - low < 2 * max(step or 0, is_whole) or high <= low
        return
    assert jsonschema_rs.is_valid(schema, made), made


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"minimum": 5, "exclusiveMinimum": True, "maximum": 6}, 6),
        ({"minimum": 5, "maximum": 6, "exclusiveMaximum": True}, 5),
        ({"multipleOf": 4, "exclusiveMinimum": 4, "maximum": 11}, 8),
        ({"multipleOf": 1.5, "exclusiveMinimum": 0, "maximum": 5}, 3),
    ],
)
def test_bounds_and_steps_of_any_draft_are_kept_to(schema, made):
    """A flag makes a bound open, as it was once written, and steps have a common multiple."""
    assert make_number(schema, SeededRandom(1), is_whole=True) == made


def test_a_number_that_is_no_float_any_more_is_not_made():
    """Beyond all bounds there is a reason in place of a number."""
    with pytest.raises(UnmetError, match="no number is made here that is larger"):
        make_number({"minimum": 1e308, "multipleOf": 1e308}, SeededRandom(1), is_whole=False)
