"""What validation costs is counted without doing it."""

import pytest

from mockserver.base.errors import UnmetError
from mockserver.schema_samples import costs
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.costs import CHECKS_A_UNIT, Costs
from mockserver.schema_samples.references import References
from mockserver.schema_samples.sizes import SchemaSizes
from mockserver.tests.hostile_schemas import CLIQUE, chain, nested, record, twice, unevaluated


def counted(schema, value):
    """Return the units of work to validate a value, and those to count them."""
    references, sizes = References(schema, Budget()), SchemaSizes(schema)
    budget = Budget()
    return Costs(references, sizes, budget).count_units(schema, value), budget.spent


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
@pytest.mark.parametrize("length", [10, 20, 60])
def test_what_is_asked_twice_at_each_level_doubles(keyword, length):
    """A chain of pairs costs two to its length, and counting it costs its length."""
    units, work = counted(chain(length, twice(keyword), {"type": "integer"}), 1)
    assert units > 2**length // CHECKS_A_UNIT
    assert work < 20 * length


def test_levels_of_the_value_double_as_well():
    """The same holds where each pair leads a level deeper into the document."""
    value = 0
    for _ in range(40):
        value = {"n": value}
    units, work = counted(chain(40, record, {}), value)
    assert units > 2**40 // CHECKS_A_UNIT
    assert work < 40 * 100


def test_what_is_not_evaluated_is_looked_for_at_each_level():
    """Each level that must know what was evaluated evaluates all inner ones again."""
    few, _ = counted(nested(unevaluated, 5), {"p1": 1})
    many, _ = counted(nested(unevaluated, 10), {"p1": 1})
    assert many > 2**5 * few


@pytest.mark.parametrize(
    ("schema", "small", "large"),
    [
        ({"items": {"minimum": 1}}, [1], [1] * 1_000),
        ({"prefixItems": [True], "items": {"minimum": 1}}, [1], [1] * 1_000),
        ({"items": [True], "additionalItems": {"minimum": 1}}, [1], [1] * 1_000),
        ({"contains": {"minimum": 1}}, [1], [1] * 1_000),
        ({"uniqueItems": True}, [1], [1] * 1_000),
        ({"additionalProperties": {"minimum": 1}}, {"a": 1}, dict.fromkeys(map(str, range(999)))),
        ({"propertyNames": {"minLength": 1}}, {"a": 1}, dict.fromkeys(map(str, range(999)))),
        ({"patternProperties": {"x": True}}, {"a": 1}, dict.fromkeys(map(str, range(999)))),
        ({"pattern": "^[a-z]{9}"}, "a", "a" * 10_000),
        ({"dependencies": {"a": {"minimum": 1}, "b": ["c"]}}, {}, dict.fromkeys(["a"] * 9)),
    ],
)
def test_what_there_is_more_of_costs_more(schema, small, large):
    """Each value costs something by each keyword that looks at it."""
    assert counted(schema, small)[0] <= counted(schema, large)[0]
    if len(large) > 99:
        assert counted(schema, large)[0] > 2 * counted(schema, small)[0]


def test_values_of_a_set_are_compared_one_by_one():
    """A long set costs more than a short one."""
    assert counted({"enum": [*range(9_000)]}, 1)[0] > 20 * counted({"enum": [1]}, 1)[0]


def test_what_refers_to_itself_without_end_is_told():
    """No validator is asked to find its way out of what leads back without a level between."""
    with pytest.raises(UnmetError, match="refers to itself without end"):
        counted({"$ref": "#/$defs/0", "$defs": CLIQUE}, 1)


def test_a_way_that_is_too_long_is_told(monkeypatch):
    """The validator follows subschemas on its stack, so they are not too many."""
    schema = chain(40, lambda part: part, {})
    assert counted(schema, 1)[0] > 0
    monkeypatch.setattr(costs, "MOST_LEVELS", 30)
    with pytest.raises(UnmetError, match="more than 30 of its subschemas"):
        counted(schema, 1)


def test_parts_that_are_known_are_paid_for_as_well():
    """The same part a thousand times in one list is found a thousand times."""
    part = {"type": "integer"}
    _, once = counted({"anyOf": [part]}, 1)
    _, often = counted({"anyOf": [part] * 1_000}, 1)
    assert often > once + 300
