"""What runs cost is held against the price that their parameters make."""

import pytest

from mockserver.facts.contracts.price import is_mean
from mockserver.tests.facts.contracts.told import (
    block,
    change_body,
    change_header,
    find_difference,
    judge,
    queue,
)
from mockserver.tests.facts.stories import CATALOGUE

LISTED = "imagen"


@pytest.mark.parametrize("speed", ["TURBO", "DEFAULT", "QUALITY"])
def test_each_tier_has_its_price(speed):
    """On both versions, in the header and in the metrics."""
    for run in (queue, block):
        said = judge(run("ideogram-3", {"rendering_speed": speed}), "price")
        assert said
        assert all(each.agrees for each in said)


def test_another_cost_is_a_difference_with_both_amounts():
    """The header of v1, and the metrics of v2."""
    said = find_difference(change_header(block("ideogram-3"), 1, "x-cost", "0.12"), "price")
    assert (said.where, said.expected, said.found) == ("header x-cost", "0.113", "0.12")
    story = change_body(queue("ideogram-3"), 2, lambda body: body["metrics"].update(cost=1))
    said = find_difference(story, "price")
    assert (said.number, said.where, said.found) == (2, "body.metrics.cost", "1")


@pytest.mark.parametrize("cost", [None, "", "free", "nan", "inf"])
def test_a_cost_that_cannot_be_read_says_nothing(cost):
    """That it is missing is another fact's matter."""
    assert judge(change_header(block("ideogram-3"), 1, "x-cost", cost), "price") == []


def test_a_mean_of_past_calls_is_no_price():
    """A cost that is far from it is worth a word, and agrees."""
    near, far = (
        judge(change_header(block(LISTED), 1, "x-cost", cost), "price")[0] for cost in ("0.05", "9")
    )
    assert is_mean(CATALOGUE.models[LISTED].terms)
    assert (near.agrees, near.remark) == (True, "")
    assert far.agrees
    assert far.remark.startswith("it cost 9, and ")


@pytest.mark.parametrize(("slug", "is_so"), [("ideogram-3", False), ("mock-inference", True)])
def test_a_price_of_which_nobody_tells_is_no_price_either(slug, is_so):
    """The one of a sibling model, or of nobody."""
    assert is_mean(CATALOGUE.models[slug].terms) is is_so


def test_no_cost_at_all_is_far_from_every_mean():
    """Nothing is divided by it."""
    (said,) = judge(change_header(block(LISTED), 1, "x-cost", "0"), "price")
    assert said.remark
