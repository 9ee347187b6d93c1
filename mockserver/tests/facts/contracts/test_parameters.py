"""What was accepted or refused is held against what the contract takes."""

import pytest

from mockserver.facts.observed import Body
from mockserver.tests.facts.contracts.told import block, change, find_difference, judge, queue

WRONG = {"rendering_speed": "FASTEST"}
REFUSED = Body.of(b'{"error": "style_type must be one of AUTO, GENERAL"}')


def test_right_parameters_are_accepted_and_wrong_ones_refused():
    """On v1 at once; on v2 the run fails."""
    for run in (queue, block):
        for params, found in (({}, "accepted"), (WRONG, "refused: ")):
            (said,) = judge(run("ideogram-3", params), "parameters")
            assert said.agrees
            assert said.found.startswith(found)


def test_wrong_parameters_that_are_accepted_differ():
    """The contract says why it would refuse them."""
    body = Body.of(b'{"prompt": "a", "rendering_speed": "FASTEST"}')
    for run in (queue, block):
        said = find_difference(change(run("ideogram-3"), 1, request_body=body), "parameters")
        assert said.expected.startswith("refused: ")
        assert "rendering_speed" in said.expected
        assert said.found == "accepted"


@pytest.mark.parametrize("status", [400, 406, 422])
def test_right_parameters_that_are_refused_differ(status):
    """The service says why it did."""
    said = find_difference(
        change(block("ideogram-3"), 1, status=status, body=REFUSED), "parameters"
    )
    assert said.expected == "accepted"
    assert said.found.startswith("refused: style_type must be")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (406, b'{"error": "You have 0.1 credits, and need 0.2"}'),
        (406, b'{"error": "Invalid content type"}'),
        (406, b'{"error": "Spending cap of the team is reached"}'),
        (400, b"<html></html>"),
        (500, b'{"error": "something"}'),
        (504, b"<html></html>"),
        (401, b'{"error": "Unauthorized"}'),
        (429, b'{"error": "Too many requests"}'),
    ],
)
def test_a_refusal_for_another_reason_says_nothing_of_parameters(status, body):
    """Money, keys, windows, content types and edges are no matter of theirs."""
    story = change(block("ideogram-3"), 1, status=status, body=Body.of(body))
    assert judge(story, "parameters") == []


def test_a_queued_run_that_fails_with_right_parameters_says_nothing():
    """It may have failed by moderation, or by accident."""
    story = queue("ideogram-3", {"prompt": "mock:fail=Under a stone"})
    assert judge(story, "parameters") == []


def test_a_parameter_that_is_taken_and_not_named_is_worth_a_word():
    """It agrees all the same (P4), but where a contract names none at all that is no news."""
    (said,) = judge(block("ideogram-3", {"sharpness": 3}), "parameters")
    assert said.agrees
    assert said.remark == "it took sharpness, which the contract does not name"
    (said,) = judge(block("imagen", {"sharpness": 3}), "parameters")
    assert said.remark == ""
