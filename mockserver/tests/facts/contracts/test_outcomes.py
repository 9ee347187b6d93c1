"""Seconds are worth a word at the most; a seed is the one that was asked for."""

import pytest

from mockserver.tests.facts.contracts.told import (
    block,
    change_body,
    change_header,
    find_difference,
    judge,
    queue,
)


@pytest.mark.parametrize(
    ("seconds", "is_told"), [("10", False), ("30", False), ("31", True), ("3", True)]
)
def test_seconds_far_from_the_typical_ones_are_worth_a_word(seconds, is_told):
    """They promise nothing, so they agree; 10.29 s are typical of this model."""
    (said,) = judge(change_header(block("ideogram-3"), 1, "x-generation-time", seconds), "seconds")
    assert said.agrees
    assert bool(said.remark) is is_told


def test_seconds_of_a_queued_run_are_in_its_metrics():
    """Status and result tell them."""
    said = judge(queue("ideogram-3"), "seconds")
    assert [each.where for each in said] == ["body.metrics.inference_time"] * 2


@pytest.mark.parametrize("seconds", [None, "12.8s", ""])
def test_seconds_that_cannot_be_read_say_nothing(seconds):
    """That they are no number is another fact's matter (V2)."""
    story = change_header(block("ideogram-3"), 1, "x-generation-time", seconds)
    assert judge(story, "seconds") == []
    story = change_body(queue("ideogram-3"), 2, lambda body: body.update(metrics=seconds))
    assert [said.number for said in judge(story, "seconds")] == [3]


def test_another_seed_than_was_asked_for_differs():
    """On v1 in a header, on v2 in the result."""
    said = find_difference(
        change_header(block("ideogram-3", {"seed": 123}), 1, "x-seed-value", "124"), "seed"
    )
    assert (said.expected, said.found) == ("123", "124")
    story = change_body(queue("ideogram-3", {"seed": 123}), 3, lambda body: body.update(seed=5))
    assert find_difference(story, "seed").where == "body.seed"


def test_a_drawn_seed_is_in_the_range_of_the_contract():
    """One that is outside of it differs."""
    story = block("ideogram-3", {"seed": None})
    (said,) = judge(story, "seed")
    assert (said.agrees, said.expected) == (True, "100 to 999999")
    assert find_difference(change_header(story, 1, "x-seed-value", "7"), "seed").found == "7"


def test_a_seed_that_is_not_told_says_nothing():
    """Results have one now and then (O2)."""
    assert judge(change_header(block("ideogram-3"), 1, "x-seed-value", None), "seed") == []
    assert judge(queue("gpt-5.5"), "seed") == []
