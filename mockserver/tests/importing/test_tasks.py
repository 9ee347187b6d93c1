"""What a model turns into what, by its words."""

import pytest

from mockserver.contract.kinds import load_kinds
from mockserver.importing.drafts import Draft
from mockserver.importing.tasks import find_task


def find(known=None, **said):
    """Return the task of a draft, and why it is assumed."""
    schema = {"properties": said.pop("properties", {}), "required": said.pop("required", [])}
    task, guess = find_task(Draft(slug="x", schema=schema, **said), load_kinds(), known)
    return task, guess.reason if guess else None


@pytest.mark.parametrize(
    ("said", "task", "is_guess"),
    [
        ({"task": "image-to-video"}, "image-to-video", False),
        ({"task": "Text to Speech"}, "text-to-audio", False),
        ({"title": "Tiny Image To Image"}, "image-to-image", True),
        ({"title": "Tiny", "description": "A text-to-video model"}, "text-to-video", True),
        ({"title": "Tiny img2img"}, "image-to-image", True),
        ({"title": "Text to texture", "v1_returns": "video"}, "text-to-video", True),
        ({"v1_returns": "image"}, "text-to-image", True),
        ({"v1_returns": "image", "required": ["image_file"]}, "image-to-image", True),
        ({"v1_returns": "image", "properties": {"image_file": {}}}, "text-to-image", True),
        ({"v1_returns": "json", "required": ["image_url"]}, "image-to-image", True),
        ({"v1_returns": "video", "required": ["prompt", "image"]}, "image-to-video", True),
        ({"v1_returns": "video", "required": ["image", "video"]}, "video-to-video", True),
        ({"v1_returns": "json", "required": ["audio"]}, "audio-to-text", True),
        ({"v1_returns": "image", "required": ["audio"]}, "text-to-image", True),
        ({"v1_returns": "audio"}, "text-to-audio", True),
        ({"v1_returns": "json", "properties": {"messages": {}}}, "text", True),
        ({}, "text-to-image", True),
    ],
)
def test_words_say_the_task(said, task, is_guess):
    """The source's own word needs no guess; titles, slugs, descriptions and parameters do."""
    found, reason = find(**said)
    assert found == task
    assert (reason is not None) is is_guess


def test_a_slug_says_the_task():
    """Old slugs end so."""
    draft = Draft(slug="tiny-txt-2-img", schema={})
    assert find_task(draft, load_kinds())[0] == "text-to-image"


@pytest.mark.parametrize(
    ("said", "task"),
    [
        ({"title": "Text to image"}, "image-to-image"),
        ({"task": "text-to-video"}, "text-to-video"),
        ({"v1_returns": "video"}, "text-to-video"),
        ({"v1_returns": "image"}, "image-to-image"),
    ],
)
def test_what_is_known_of_a_slug_comes_before_words(said, task):
    """It is not believed against the medium that v1 returns."""
    assert find(known="image-to-image", **said)[0] == task
