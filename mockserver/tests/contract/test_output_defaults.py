"""What a model makes where a request says neither size nor length."""

from __future__ import annotations

import pytest

from mockserver.contract.output_defaults import adjust_output, find_defaults
from mockserver.tests.models import MODELS


def test_defaults_are_those_that_say_something():
    """Null says nothing, and neither does a schema that is none."""
    properties = {"a": {"default": 0}, "b": {"default": None}, "c": {}, "d": True}
    assert find_defaults(properties) == {"a": 0}


def test_size_and_length_are_those_of_the_defaults():
    """What no default speaks of stays; nothing of what came is changed."""
    terms = MODELS["veo-3.1-fast"].terms.output
    document = {"size": {"default": "1280x720"}, "duration": {"default_s": 5}, "format": "mp4"}
    adjusted = adjust_output(document, terms, {"aspect_ratio": "9:16", "duration": 8})
    assert adjusted["size"]["default"] == "720x1280"
    assert (adjusted["duration"], adjusted["format"]) == ({"default_s": 8}, "mp4")
    assert document["duration"] == {"default_s": 5}


@pytest.mark.parametrize(
    ("slug", "size"),
    [
        ("sora-2", (720, 1280)),
        ("hunyuan-video", (854, 480)),
        ("sd1.5-img2img", (512, 512)),
        ("flux-kontext-max", (1360, 768)),
        ("flux-dev", (1024, 1024)),
    ],
)
def test_a_model_makes_the_size_that_its_page_says(slug, size):
    """Where the page has a default, and else that of its kind."""
    assert MODELS[slug].compute_size({}) == size
