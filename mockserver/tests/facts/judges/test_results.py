"""Judges of results: each can say no."""

import pytest

from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    make_body,
    set_fields,
    set_header,
    set_members,
    set_status,
)

PICTURE, PICTURES, FILM, KINDS = "a picture", "several pictures", "a film", "other kinds"
RESULT = {"route": "result", "state": "COMPLETED"}


def change_file(shelf, **members):
    """Change members of the file under this name, or of the first in a list there."""

    def make(exchange):
        held = exchange.body.document[shelf]
        file = held[0] if isinstance(held, list) else held
        changed = {name: value for name, value in (file | members).items() if value is not None}
        rest = [changed, *held[1:]] if isinstance(held, list) else changed
        return set_members(**{shelf: rest})(exchange)

    return make


def find_mesh():
    """Return where the result of a 3D object is."""
    found = (find_first(KINDS, **RESULT, skip=skip) for skip in range(10))
    return next(each for each in found if "model_mesh" in each.body.document)


@pytest.mark.fact("O1", "O2", "O2b")
@pytest.mark.parametrize(
    ("fact", "story", "where", "make"),
    [
        ("O1", PICTURE, RESULT, set_members(output=None)),
        ("O1", PICTURE, RESULT, set_members(request_id="0" * 32)),
        ("O1", PICTURE, RESULT, set_members(metrics=[])),
        ("O1", PICTURE, RESULT, set_members(status=None)),
        ("O1", PICTURE, RESULT, set_members(output={"url": "https://a.example/1.png"})),
        ("O1", PICTURE, RESULT, set_status(201)),
        ("O2", PICTURE, RESULT, set_members(images=None)),
        ("O2", PICTURE, RESULT, set_members(timings=None)),
        ("O2", PICTURE, RESULT, set_members(images={})),
        ("O2", PICTURE, RESULT, set_members(images=["https://a.example/1.png"])),
        ("O2", PICTURE, RESULT, change_file("images", file_size=None)),
        ("O2", PICTURE, RESULT, change_file("images", file_size="12 kB")),
        ("O2", PICTURE, RESULT, change_file("images", content_type="png")),
        ("O2", PICTURE, RESULT, change_file("images", url="1.png")),
        ("O2", PICTURE, {"route": "output"}, set_header("content-type", "binary/octet-stream")),
        ("O2", FILM, RESULT, set_members(video=None)),
        ("O2", FILM, RESULT, change_file("video", file_name=7)),
        ("O2", FILM, RESULT, change_file("video", last_frame_url=None)),
        ("O2", FILM, {**RESULT, "skip": 1}, change_file("video", last_frame_url="https://a/1")),
        ("O2", KINDS, RESULT, set_members(reasoning=None)),
        ("O2b", PICTURES, RESULT, change_file("images", url="https://a.example/another.png")),
        ("O2b", PICTURES, RESULT, lambda each: set_members(images=_first(each))(each)),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, story, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(story, find_first(story, **where), make)


def _first(exchange):
    return exchange.body.document["images"][:1]


@pytest.mark.fact("O2b")
@pytest.mark.parametrize("seeds", [(1, 1, 1), (1, 2), (1, 3, 5)])
def test_pictures_of_v1_with_other_seeds_are_found(seeds):
    """Each has the next one, and there are as many as were asked for."""
    data = {"data": [{"url": "https://a.example/1.png", "seed": seed} for seed in seeds]}
    changed = find_changed(PICTURES, find_first(PICTURES, "sync"), set_fields(body=make_body(data)))
    assert "O2b" in changed


@pytest.mark.fact("O6")
@pytest.mark.parametrize(
    "make",
    [
        set_members(model_mesh=None),
        set_members(output="mesh.glb"),
        change_file("model_mesh", file_size=None),
    ],
)
def test_a_change_of_a_mesh_is_found(make):
    """Its output is a URL, and model_mesh says what a film's video says."""
    assert "O6" in find_changed(KINDS, find_mesh(), make)


@pytest.mark.fact("O1", "O2")
def test_more_members_and_another_order_are_no_difference():
    """Nobody says that there are no others."""
    result = find_first(PICTURE, **RESULT)
    turned = dict(reversed(result.body.document.items())) | {"trace": "1", "has_nsfw": False}
    found = find_changed(PICTURE, result, set_fields(body=make_body(turned)))
    assert not found & {"O1", "O2", "O2b", "O3"}
