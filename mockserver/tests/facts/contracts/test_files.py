"""What a run yields is held against medium, format and size of the contract."""

import pytest

from mockserver.tests.facts.contracts.told import (
    block,
    change,
    change_body,
    change_header,
    find_difference,
    judge,
    queue,
)

PICTURE = "ideogram-turbo-img-2-img"
CHAT = "gpt-5.5"


def set_type(media):
    """Return what gives the first picture of a result another media type."""
    return lambda body: body["images"][0].update(content_type=media)


def test_v1_answers_with_another_kind_of_content():
    """JSON for a picture, and a picture for JSON."""
    for slug, media, expected in (
        (PICTURE, "application/json", "image"),
        ("ideogram-3", "image/png", "json"),
    ):
        said = find_difference(change_header(block(slug), 1, "content-type", media), "v1 answer")
        assert (said.expected, said.found) == (expected, media)


def test_a_picture_inside_json_is_asked_for():
    """Then the contract has JSON, too (V1c)."""
    (said,) = judge(block("sdxl1.0-txt2img", {"base64": True}), "v1 answer")
    assert (said.agrees, said.expected) == (True, "json")


@pytest.mark.parametrize("media", ["image/jpeg", "video/mp4", "application/octet-stream"])
def test_a_file_of_another_format_differs(media):
    """In a result, and where v1 answers with the file."""
    said = find_difference(change_body(queue("ideogram-3"), 3, set_type(media)), "output")
    assert said.where == "body.images[0].content_type"
    assert (said.expected, said.found) == ("image/png", media)
    story = change_header(block(PICTURE), 1, "content-type", media)
    assert find_difference(story, "output").where == "header content-type"


def test_text_that_comes_as_an_object_differs():
    """The output of a language model is a string."""
    story = change_body(queue(CHAT), 3, lambda body: body.update(output={"text": "a"}))
    said = find_difference(story, "output")
    assert (said.expected, said.found) == ("text", "dict")


def test_a_result_without_output_says_nothing_of_its_kind():
    """That it is missing is another fact's matter (O1)."""
    assert judge(change_body(queue(CHAT), 3, lambda body: body.pop("output")), "output") == []


def test_a_picture_of_another_size_differs():
    """It is looked at itself, where it was fetched or came as the answer."""
    story = queue("ideogram-3", {"aspect_ratio": "1x1"})
    wide = queue("ideogram-3", {"aspect_ratio": "3x1"})
    body = wide.exchanges[3].body
    said = find_difference(change(story, 4, body=body), "size")
    assert (said.expected, said.found) == ("1024x1024", "1536x512")
    (said,) = judge(block("sdxl1.0-txt2img"), "size")
    assert said.agrees


@pytest.mark.parametrize("content", [None, b"", b"\x89PNG", b"GIF89a"])
def test_a_picture_that_was_not_kept_or_is_none_has_no_size(content):
    """A body that is cut or dropped says nothing."""
    story = queue("ideogram-3")
    whole = story.exchanges[3].body
    body = type(whole)(size=whole.size, digest=whole.digest, content=content)
    assert judge(change(story, 4, body=body), "size") == []


def test_a_picture_that_is_made_of_another_has_whatever_size():
    """It goes by a picture that nobody has here."""
    assert judge(block(PICTURE), "size") == []


def test_an_answer_without_a_content_type_says_nothing_of_it():
    """Nor is anything guessed from the bytes."""
    story = change_header(block(PICTURE), 1, "content-type", None)
    assert [judge(story, topic) for topic in ("v1 answer", "output", "size")] == [[], [], []]
