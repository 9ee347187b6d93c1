"""Objects have the properties that they must have, and those that these bring along."""

from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.checks import Checks
from mockserver.schema_samples.objects import Objects


def made(flat, *, wanted=(), budget=None):
    """Return an object for a schema, with zeros for values."""
    budget = budget or Budget()
    objects = Objects(lambda *_: 0, SeededRandom(1), Checks({}, budget), budget)
    return objects.make(flat, 0, wants=lambda _flat, name: name in wanted, deep=4)


def test_a_property_brings_others_along():
    """What must be there because of another one is there, through all that follow, once each."""
    flat = {"required": ["a"], "dependentRequired": {"a": ["b", "b"], "b": ["c", "a"], "x": ["y"]}}
    assert [*made(flat)] == ["a", "b", "c"]


def test_a_property_that_may_be_left_out_comes_with_its_group_or_not_at_all():
    """Where there is no room for the group, none of it is made."""
    flat = {"properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}}
    assert [*made(flat, wanted=["a"])] == ["a", "b"]
    assert [*made({**flat, "maxProperties": 1}, wanted=["a"])] == []


def test_what_brings_all_along_is_work_in_step_with_what_is_written():
    """A hundred names that bring each other along are looked at once each."""
    names = [f"a{place}" for place in range(100)]
    budget = Budget()
    flat = {"required": names[:1], "dependentRequired": dict.fromkeys(names, names)}
    assert [*made(flat, budget=budget)] == names
    assert budget.spent < 100 * 100
