"""Which calls that may cost are made, and in which order."""

from __future__ import annotations

import json

from mockserver.spending.prices import find_worst_price
from mockserver.tests.verifier.verifications import CATALOGUE
from mockserver.verifier.plan import list_paid_calls, list_priced_models

MODELS = list_priced_models(CATALOGUE)
CALLS = list_paid_calls(MODELS, "no-such-model")
IS_RUN = [", a run of " in each.name or ", the same run of " in each.name for each in CALLS]


def test_the_cheapest_model_comes_first():
    """As many runs as possible fit into the budget."""
    assert [each.worst for each in MODELS] == sorted(each.worst for each in MODELS)


def test_what_ought_to_be_refused_is_asked_before_anything_is_run():
    """A server that charges for it is found for the price of nothing."""
    assert sorted(IS_RUN) == IS_RUN


def test_each_call_has_a_name_of_its_own():
    """A ledger knows it by that, and never makes it twice."""
    assert len({each.name for each in CALLS}) == len(CALLS)


def test_what_is_reserved_bounds_what_each_body_can_cost():
    """By the contract of its model; what no model knows costs the cheapest one's."""
    for each in CALLS:
        model = CATALOGUE.models[each.slug]
        try:
            body = json.loads(each.call.body)
        except ValueError:
            body = {}
        if each.call.target.rpartition("/")[2] == each.slug and body:
            assert each.worst >= find_worst_price(model, body)
        assert each.worst >= MODELS[0].worst


def test_where_no_model_has_a_price_that_is_bounded_nothing_is_paid_for():
    """There is nothing to reserve."""
    assert list_paid_calls([], "no-such-model") == []
