"""What a run yields, against the medium, the format and the size in its model's contract."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image

from mockserver.facts.answers import find_media_type, read_object
from mockserver.facts.contracts.model_runs import ModelRun
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Observed
from mockserver.media.artefacts import CONTENT_TYPES

_JSON = "application/json"
_LISTS = {"image": "images", "video": "video", "audio": "audio", "3d": "model_mesh"}
"""Where results describe the files of each medium (O2, O6)."""


def judge_v1_answer(run: ModelRun) -> Iterator[Judgement]:
    """A blocking run answers with JSON, or with the file itself, as the contract has it."""
    if not run.is_blocking or run.params is None:
        return
    returns = run.model.terms.v1_returns
    expected = "json" if run.model.is_base64(run.params) else returns
    for exchange in run.completed:
        media = find_media_type(exchange)
        if media:
            found = _find_kind(media)
            yield run.judge(
                "v1 answer",
                exchange,
                "header content-type",
                agrees=found == expected,
                expected=expected,
                found=media,
            )


def _find_kind(media: str) -> str:
    """Return what kind of content a media type is, in the words of a contract."""
    if media == _JSON:
        return "json"
    kind = media.partition("/")[0]
    return "3d" if kind == "model" else kind


def judge_output(run: ModelRun) -> Iterator[Judgement]:
    """A file has the media type of the contract's format; what is no file is text."""
    output = run.model.terms.output
    if not output.is_file:
        for exchange in run.results:
            found = (read_object(exchange) or {}).get("output")
            if found is not None:
                yield _judge_kind(run, exchange, "body.output", "text", _name_kind(found))
        return
    if run.params is None:
        return
    expected = CONTENT_TYPES[run.model.compute_format(run.params)]
    for exchange, where, media in _list_media_types(run):
        yield _judge_kind(run, exchange, where, expected, media)


def _judge_kind(
    run: ModelRun, exchange: Observed, where: str, expected: str, found: str
) -> Judgement:
    is_same = expected == found
    return run.judge("output", exchange, where, agrees=is_same, expected=expected, found=found)


def _name_kind(value: object) -> str:
    return "text" if isinstance(value, str) else type(value).__name__


def _list_media_types(run: ModelRun) -> Iterator[tuple[Observed, str, str]]:
    """Yield what answers say of the kind of their files: exchange, place and media type."""
    if run.is_blocking and run.completed:
        media = find_media_type(run.submitted)
        if media and media != _JSON:
            yield run.submitted, "header content-type", media
    name = _LISTS[run.model.terms.output.media]
    for exchange in run.results:
        for index, told in enumerate(_list_files(exchange, name)):
            if isinstance(told.get("content_type"), str):
                yield exchange, f"body.{name}[{index}].content_type", told["content_type"]


def _list_files(exchange: Observed, name: str) -> list[dict[str, Any]]:
    told = (read_object(exchange) or {}).get(name)
    listed = told if isinstance(told, list) else [told]
    return [each for each in listed if isinstance(each, dict)]


def judge_size(run: ModelRun) -> Iterator[Judgement]:
    """A picture that is drawn from words has the size that its parameters ask for."""
    if run.model.terms.output.media != "image" or not run.model.terms.output.size:
        return
    if run.params is None or run.model.list_picture_parameters(run.params):
        return
    width, height = run.model.compute_size(run.params)
    own = run.completed if run.is_blocking else ()
    for exchange in (*own, *run.files):
        found = _read_size(exchange)
        if found is not None:
            yield run.judge(
                "size",
                exchange,
                "body",
                agrees=found == (width, height),
                expected=f"{width}x{height}",
                found=f"{found[0]}x{found[1]}",
            )


def _read_size(exchange: Observed) -> tuple[int, int] | None:
    """Return width and height of the picture that a body is; None where it is none."""
    if not find_media_type(exchange).startswith("image/") or exchange.body.content is None:
        return None
    try:
        with Image.open(BytesIO(exchange.body.content)) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
