"""What the list has is there, and what it has not is not."""

import pytest

from mockserver.facts.observed import Body, Story
from mockserver.tests.facts.contracts.told import block, change, find_difference, judge

NOT_FOUND = Body.of(b'{"error": "Model not found"}')


@pytest.mark.parametrize("status", [404, 410])
def test_a_model_of_the_list_that_is_not_there_differs(status):
    """The answer has to say so itself, in JSON."""
    said = find_difference(
        change(block("ideogram-3"), 1, status=status, body=NOT_FOUND), "existence"
    )
    assert said.expected == "there is such a model"
    assert said.found == f"{status} Model not found"


def test_a_page_that_is_not_found_says_nothing_of_models():
    """Whoever answered with a page is not the gateway."""
    story = change(block("ideogram-3"), 1, status=404, body=Body.of(b"<html></html>"))
    (said,) = judge(story, "existence")
    assert said.agrees


def test_a_model_that_nobody_listed_and_that_runs_differs():
    """It is news; that it does not run is none."""
    (ran,) = block("ideogram-3").exchanges
    story = change(Story(exchanges=(ran,)), 1, url="https://api.segmind.com/v1/brand-new-model-9")
    said = find_difference(story, "existence")
    assert (said.fact, said.expected) == ("brand-new-model-9: existence", "404")
    assert judge(change(story, 1, status=404, body=NOT_FOUND), "existence") == []


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502])
def test_refusals_that_look_at_no_slug_say_nothing(status):
    """Keys, windows and edges."""
    assert judge(change(block("ideogram-3"), 1, status=status, body=NOT_FOUND), "existence") == []
