"""Work is counted before it is done, and what most of it was for is named when it is too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.schema_samples.budgets import CHARACTERS_A_UNIT, Budget, SpentError

charges = st.lists(st.tuples(st.sampled_from(["`enum`", "`pattern`"]), st.integers(0, 40)))


@given(charges)
def test_no_more_is_spent_than_there_is(spent):
    """The charge that is too much is refused, whatever came before, and the reason names it."""
    budget = Budget(100)
    total = 0
    for cause, units in spent:
        total += units
        if total <= 100:
            budget.spend(cause, units)
            assert budget.spent == total
            continue
        with pytest.raises(SpentError, match="more than the 100 units of work"):
            budget.spend(cause, units)
        return


def test_the_reason_names_what_most_was_spent_on():
    """Who reads the reason knows which keyword to change, and how much there is."""
    budget = Budget(100)
    budget.spend("`enum`", 20)
    budget.spend("`minLength`", 70)
    with pytest.raises(SpentError) as spent:
        budget.spend("`enum`", 20)
    assert "the 100 units" in str(spent.value)
    assert "70 of them for `minLength`" in str(spent.value)


def test_characters_are_work():
    """Texts are paid for by their length, and much work makes weary long before the end."""
    budget = Budget(100)
    budget.write("`minLength`", 12 * CHARACTERS_A_UNIT)
    assert budget.spent == 12
    assert not budget.is_weary
    budget.write("`minLength`", 12 * CHARACTERS_A_UNIT)
    assert budget.is_weary
