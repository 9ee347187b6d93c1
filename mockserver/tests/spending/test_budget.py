"""A budget is never passed by what is reserved, and hides nothing that was charged."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.spending.budget import Budget, OverBudgetError

CENTS = st.integers(0, 40).map(lambda cents: Decimal(cents) / 100)


def test_what_is_settled_gives_back_the_rest():
    """Reserved the worst, charged less: the difference may be spent again."""
    budget = Budget(Decimal("0.10"))
    call = budget.reserve(Decimal("0.08"))
    assert (budget.left, budget.reserved) == (Decimal("0.02"), Decimal("0.08"))
    assert budget.settle(call, Decimal("0.05")) == 0
    assert (budget.spent, budget.reserved, budget.left) == (
        Decimal("0.05"),
        Decimal(0),
        Decimal("0.05"),
    )


def test_a_call_that_could_pass_the_budget_is_refused_with_what_is_left():
    """The refusal says both amounts."""
    budget = Budget(Decimal("0.10"))
    budget.reserve(Decimal("0.06"))
    with pytest.raises(OverBudgetError, match=r"\$0\.05 does not fit into the \$0\.04 left"):
        budget.reserve(Decimal("0.05"))


def test_a_charge_above_the_worst_is_booked_and_told():
    """Nothing is left then, however little was reserved."""
    budget = Budget(Decimal("0.10"))
    call = budget.reserve(Decimal("0.05"))
    assert budget.settle(call, Decimal("0.30")) == Decimal("0.25")
    assert (budget.spent, budget.overcharged, budget.left) == (
        Decimal("0.30"),
        Decimal("0.25"),
        Decimal(0),
    )


def test_what_is_kept_reserved_never_comes_back():
    """A lost answer may have cost all of it."""
    budget = Budget(Decimal("0.10"))
    call = budget.reserve(Decimal("0.07"))
    budget.keep_reserved(call)
    assert (budget.reserved, budget.left) == (Decimal("0.07"), Decimal("0.03"))
    with pytest.raises(KeyError):
        budget.settle(call, Decimal(0))


@pytest.mark.parametrize("limit", ["-0.01", "NaN", "Infinity"])
def test_a_budget_that_is_no_sum_is_refused(limit):
    """It says what came."""
    with pytest.raises(EmulatorError, match=limit):
        Budget(Decimal(limit))


@given(st.lists(st.tuples(CENTS, CENTS, st.sampled_from(["settle", "keep", "open"]))))
def test_honest_charges_never_pass_the_limit(calls):
    """Whatever is reserved, settled or kept, in any order."""
    budget = Budget(Decimal(1))
    charged = Decimal(0)
    for worst, charge, then in calls:
        try:
            call = budget.reserve(worst)
        except OverBudgetError:
            assert worst > budget.left
            continue
        charged += min(charge, worst)
        if then == "settle":
            assert budget.settle(call, min(charge, worst)) == 0
        elif then == "keep":
            budget.keep_reserved(call)
        assert budget.spent + budget.reserved + budget.left == budget.limit
    assert charged <= budget.limit
