"""What a completed run yields: its members, and the files that it tells of (O1, O2, O2b, O6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.model_terms import Media
from mockserver.contract.models import Model
from mockserver.facts.answers import (
    find_media_type,
    is_absolute_url,
    is_amount,
    is_kept,
    is_success,
    read_object,
)
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.judges.files import find_name
from mockserver.facts.judges.states import judge_own_id
from mockserver.facts.members import judge_members
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking
from mockserver.facts.views import find_model, list_histories, read_params, read_state

SHELVES: dict[Media, str] = {"image": "images", "video": "video", "3d": "model_mesh"}
"""Under which member a result describes its files."""

FILE_MEMBERS = {"url", "content_type", "file_name", "file_size"}


def list_results(story: Story, catalogue: Catalogue) -> Iterator[tuple[Observed, Model | None]]:
    """Yield each answer that is a completed run's full result, and its model, if that is known."""
    for history in list_histories(story):
        model = history.find_model(catalogue)
        for each in history.polls:
            if each.route.name != "status" and _is_result(each):
                yield each, model


def _is_result(exchange: Observed) -> bool:
    """Tell whether an answer is a result, as its state says, or the output in it."""
    state = read_state(exchange)
    has_output = "output" in (read_object(exchange) or {})
    return state == "COMPLETED" or (state is None and is_success(exchange) and has_output)


@judges("O1")
def judge_completed(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A COMPLETED result has its state, output and metrics; a picture's output is a URL.

    One that was seen live had no id (O2), so that this may be missing; another's is wrong.
    """
    names = {"status", "output", "metrics"}
    for each, model in list_results(story, catalogue):
        document = read_object(each) or {}
        yield compare("O1", each, "status", 200, each.status)
        yield judge_members("O1", each, "body", names, document)
        yield compare("O1", each, "body.status", "COMPLETED", document.get("status"))
        if "request_id" in document:
            yield judge_own_id("O1", each, document["request_id"])
        if "metrics" in document:
            yield judge_members("O1", each, "body.metrics", set(), document["metrics"])
        if find_media(document, model) == "image" and "output" in document:
            yield judge_url("O1", each, "body.output", document["output"])


def find_media(document: dict[str, Any], model: Model | None) -> Media | None:
    """Return what a result is of, as it says itself, or else as the contract of its model says."""
    for media, shelf in SHELVES.items():
        if shelf in document:
            return media
    return None if model is None else model.terms.output.media


def judge_url(fact: str, exchange: Observed, where: str, found: object) -> Judgement:
    """Judge whether a value is an absolute address."""
    return judge_place(
        fact,
        exchange,
        where,
        agrees=is_absolute_url(found),
        expected="an absolute address",
        found=repr(found),
    )


@judges("O2")
def judge_layout(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """Pictures are listed with what they are, films likewise; texts have what they thought."""
    for each, model in list_results(story, catalogue):
        document = read_object(each) or {}
        media = find_media(document, model)
        if media == "image":
            yield judge_members("O2", each, "body", {"images", "timings"}, document)
            images = document.get("images")
            if "images" in document:
                yield _judge_list(each, images)
            for number, image in enumerate(images if isinstance(images, list) else ()):
                yield from judge_file("O2", each, f"body.images[{number}]", image)
        elif media == "video":
            yield judge_members("O2", each, "body", {"video"}, document)
            yield from judge_file("O2", each, "body.video", document.get("video"))
        elif media == "text":
            yield judge_members("O2", each, "body", {"reasoning", "partial"}, document)
    yield from _judge_last_frames(story, catalogue)
    yield from _judge_fetched_files(story)


def _judge_list(exchange: Observed, found: object) -> Judgement:
    return judge_place(
        "O2",
        exchange,
        "body.images",
        agrees=isinstance(found, list) and bool(found),
        expected="a list of the pictures",
        found=repr(found),
    )


def judge_file(fact: str, exchange: Observed, where: str, found: object) -> Iterator[Judgement]:
    """Judge what a result says of one file."""
    yield judge_members(fact, exchange, where, FILE_MEMBERS, found)
    if not isinstance(found, dict) or not found.keys() >= FILE_MEMBERS:
        return
    yield judge_url(fact, exchange, f"{where}.url", found["url"])
    expected = {"content_type": "KIND/FORMAT", "file_name": "a name", "file_size": "bytes"}
    is_right = {
        "content_type": "/" in str(found["content_type"]),
        "file_name": isinstance(found["file_name"], str) and found["file_name"] != "",
        "file_size": is_amount(found["file_size"]),
    }
    for name, says in expected.items():
        yield judge_place(
            fact,
            exchange,
            f"{where}.{name}",
            agrees=is_right[name],
            expected=says,
            found=repr(found[name]),
        )


def _judge_last_frames(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """Judge whether a film's last frame is told where it was asked for, and only there."""
    for history in list_histories(story):
        model, submitted = history.find_model(catalogue), history.submitted
        params = None if submitted is None else read_params(submitted)
        if model is None or params is None or not model.terms.output.last_frame_parameter:
            continue
        for each in history.polls:
            video = (read_object(each) or {}).get("video")
            if isinstance(video, dict):
                is_told = "last_frame_url" in video
                is_asked = model.returns_last_frame(params)
                yield compare("O2", each, "body.video.last_frame_url told", is_asked, is_told)


def _judge_fetched_files(story: Story) -> Iterator[Judgement]:
    """Judge whether files that were fetched whole are what their results say of them."""
    told: dict[str, dict[str, Any]] = {}
    for each in story.exchanges:
        if read_state(each) == "COMPLETED":
            told |= {find_name(str(file.get("url"))): file for file in _list_files(each)}
        file = told.get(find_name(each.url))
        if file is None or each.method != "GET" or each.status != 200:
            continue
        media = find_media_type(each)
        yield compare("O2", each, "header content-type", file.get("content_type"), media)
        if is_kept(each.body) and each.find_header("content-encoding") is None:
            yield compare("O2", each, "bytes", file.get("file_size"), each.body.size)


def _list_files(exchange: Observed) -> list[dict[str, Any]]:
    """Return what a result says of its files."""
    document = read_object(exchange) or {}
    images = document.get("images")
    listed = [*(images if isinstance(images, list) else ()), document.get("video")]
    return [each for each in listed if isinstance(each, dict)]


@judges("O2b")
def judge_pictures(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """All pictures of a run are listed, the output is the first; on v1 seeds go up by one."""
    for history in list_histories(story):
        count = None if history.submitted is None else _count(history.submitted, catalogue)
        for each in history.polls:
            document = read_object(each) or {}
            images = document.get("images")
            if read_state(each) != "COMPLETED" or not isinstance(images, list) or not images:
                continue
            if count is not None and count > 1:
                yield compare("O2b", each, "length of body.images", count, len(images))
            if isinstance(images[0], dict):
                first = find_name(str(images[0].get("url")))
                found = find_name(str(document.get("output")))
                yield compare("O2b", each, "file of body.output", first, found)
    for each in story.exchanges:
        if is_blocking(each) and is_success(each):
            yield from _judge_blocking(each, _count(each, catalogue))


def _count(exchange: Observed, catalogue: Catalogue) -> int | None:
    """Return how many pictures a run was asked for, if its model and parameters are known."""
    model, params = find_model(exchange, catalogue), read_params(exchange)
    if model is None or params is None or model.terms.output.media != "image":
        return None
    return model.count_pictures(params)


def _judge_blocking(exchange: Observed, count: int | None) -> Iterator[Judgement]:
    data = (read_object(exchange) or {}).get("data")
    if count is None or count < 2 or not isinstance(data, list):
        return
    yield compare("O2b", exchange, "length of body.data", count, len(data))
    told = [each.get("seed") for each in data if isinstance(each, dict)]
    seeds = [seed for seed in told if isinstance(seed, int)]
    if seeds and len(seeds) == len(data):
        expected = list(range(seeds[0], seeds[0] + len(seeds)))
        yield compare("O2b", exchange, "seeds in body.data", expected, seeds)


@judges("O6")
def judge_mesh(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """The output of a model that makes a 3D object is the URL of a file, which is described."""
    for each, model in list_results(story, catalogue):
        document = read_object(each) or {}
        if find_media(document, model) == "3d":
            yield judge_url("O6", each, "body.output", document.get("output"))
            yield judge_members("O6", each, "body", {"model_mesh"}, document)
            yield from judge_file("O6", each, "body.model_mesh", document.get("model_mesh"))
