"""Which models of a list are wanted."""

import pytest

from mockserver.contract.model_lists import is_wanted
from mockserver.tests.models import MODELS


@pytest.mark.parametrize(
    ("wanted", "is_so"),
    [
        ({}, True),
        ({"level": "partial"}, True),
        ({"level": "verified"}, False),
        ({"makes": "image"}, True),
        ({"makes": "video"}, False),
        ({"level": "partial", "makes": "image", "text": "schnell"}, True),
        ({"level": "partial", "makes": "video", "text": "schnell"}, False),
        ({"text": "  FLUX   text-to-image "}, True),
        ({"text": "flux nothing-of-it"}, False),
    ],
)
def test_a_model_is_wanted_where_all_that_is_asked_for_holds(wanted, is_so):
    """Its level, what it makes, and words in its slug, its title and its task in any case."""
    assert is_wanted(MODELS["flux-schnell"], **wanted) is is_so


def test_a_word_may_stand_in_the_title_alone():
    """People know the name that the vendor's page has, and not the slug."""
    assert is_wanted(MODELS["bg-removal"], text="background")
    assert not is_wanted(MODELS["bg-replace"], text="background")
