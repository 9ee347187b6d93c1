"""Slugs and parts of contracts."""

import pytest

from mockserver.importing.drafts import Draft, check_slug
from mockserver.importing.errors import SourceError


@pytest.mark.parametrize("slug", ["ideogram-3", "sdxl1.0-txt2img", "Simple_Vector_Flux"])
def test_a_slug_is_returned_as_it_is(slug):
    """Letters, digits, dots, dashes and underscores."""
    assert check_slug(slug) == slug


@pytest.mark.parametrize("slug", ["", ".", "..", "a/b", "-x", "a b", "ä", "x\n", "a" * 201])
def test_what_cannot_name_a_file_is_no_slug(slug):
    """The refusal is one line, however long the slug is."""
    with pytest.raises(SourceError) as caught:
        check_slug(slug)
    assert "is no slug" in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_draft_without_parameters_has_none():
    """Not every schema has properties."""
    assert Draft(slug="x", schema={}).properties == {}
