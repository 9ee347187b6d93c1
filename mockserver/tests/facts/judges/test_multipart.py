"""The judge of parts of a form: it can say no."""

import pytest

from mockserver.tests.facts.tables import find_changed, find_first, set_error, set_fields

STORY = "the SDK, and forms"


@pytest.mark.fact("E3d")
def test_a_parameter_that_came_twice_and_was_taken_is_found():
    """It is no array."""
    assert "E3d" in find_changed(STORY, find_first(STORY, "submit", 400), set_fields(status=200))


@pytest.mark.fact("E3d")
def test_an_array_that_came_as_parts_and_was_refused_is_found():
    """It may be as many as it has items."""
    taken = find_first(STORY, "submit", skip=1)
    refused = set_error("style_codes is there twice")(taken) | {"status": 400}
    assert "E3d" in find_changed(STORY, taken, set_fields(**refused))
