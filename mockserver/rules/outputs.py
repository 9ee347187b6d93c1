"""Outputs: where a completed job's file is, for 7 days (R7), long after the job is gone.

A record is small: it shares the job's payload and holds no file. The bytes are rendered when
they, or a result that states their size, are first read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import truediv
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mockserver.base.clock import DAY
from mockserver.base.excerpts import shorten
from mockserver.base.hosts import is_vendor
from mockserver.base.ids import make_id
from mockserver.base.json_encoding import encode_sorted
from mockserver.media.artefacts import CONTENT_TYPES, EXTENSIONS, FORMATS, Artefact
from mockserver.media.clips import Clip
from mockserver.media.frames import FORMAT, Frame
from mockserver.media.images import Picture
from mockserver.media.meshes import Mesh
from mockserver.media.source_sizes import read_source_size
from mockserver.media.tones import Tune
from mockserver.rules.jobs import Job

if TYPE_CHECKING:
    from mockserver.contract.models import Model

RETENTION = 7 * DAY
VENDOR_IMAGES = "images.segmind.com"
SUFFIXES = {fmt: fmt for fmt in CONTENT_TYPES} | {"jpeg": "jpg"}
"""How the name of a file of each format ends."""

LAST_FRAME = 0
"""Stands where a picture's number would: for the last frame of a film (O2)."""

_LAST = "last"
PART = rf"-(?P<part>{_LAST}|[2-9]|1[0-9])"
"""What the name of a run's second picture has behind the id, and so on; and of a last frame."""

_FURTHER = re.compile(rf"(?P<id>[^-]*){PART}")


class FileName(NamedTuple):
    """What the name of an output's file says.

    Attributes:
        output_id: The id of what the run yields.
        number: Which of its pictures, counted from 1; or `LAST_FRAME`.
        fmt: The format that the suffix asks for; None where it names none.
    """

    output_id: str
    number: int
    fmt: str | None


class Output(msgspec.Struct, frozen=True, gc=False):
    """What it takes to render one output again, whose it is, and whose clock decides its end."""

    output_id: str
    request_id: str
    owner: str
    model: Any
    payload: bytes
    seed: int
    created_at: int
    thumbnail: bytes = b""


def make_artefact(
    model: Model,
    params: dict[str, Any],
    seed: int | None,
    fmt: str | None = None,
    thumbnail: bytes = b"",
) -> Artefact:
    """Return what this run yields; `fmt` overrides the model's own format.

    `thumbnail` is that of the picture it was made of, if any.

    It does not matter how the client spelled the parameters: order and space are dropped. Of long
    texts their beginning counts, and their digest.
    """
    asked: dict[str, Any] = {
        "model": model.slug,
        "params": shorten(encode_sorted(params)),
        "seed": seed or 0,
    }
    output = model.terms.output
    if output.size:
        source = truediv(*read_source_size(thumbnail)) if thumbnail else None
        asked["width_px"], asked["height_px"] = model.compute_size(params, source)
    if output.duration:
        asked["duration_s"] = model.compute_duration(params)
    if output.media == "video":
        return Clip(**asked, thumbnail=thumbnail)
    if output.media == "audio":
        return Tune(**asked)
    chosen: Any = fmt or model.compute_format(params)
    if output.media == "3d":
        return Mesh(**asked, format=chosen, thumbnail=thumbnail)
    return Picture(**asked, format=chosen, thumbnail=thumbnail)


def make_artefacts(
    model: Model, params: dict[str, Any], seed: int | None, thumbnail: bytes = b""
) -> list[Artefact]:
    """Return all that this run yields: of several pictures, each has the next seed (O2b)."""
    first = seed or 0
    seeds = range(first, first + model.count_pictures(params))
    return [make_artefact(model, params, each, thumbnail=thumbnail) for each in seeds]


@lru_cache(maxsize=16)  # each may have a million bytes of parameters
def find_artefact(output: Output, number: int = 1, fmt: str | None = None) -> Artefact | None:
    """Return what an output holds under a number; None where the run made no such."""
    params = msgspec.json.decode(output.payload)
    if number == LAST_FRAME:
        film = make_artefact(output.model, params, output.seed, thumbnail=output.thumbnail)
        return make_last_frame(output.model, params, film)
    if number > output.model.count_pictures(params):
        return None
    return make_artefact(output.model, params, output.seed + number - 1, fmt, output.thumbnail)


def list_files(output: Output) -> list[tuple[int, str]]:
    """Return number and format of each file that a run has yielded, a last frame at the end."""
    params = msgspec.json.decode(output.payload)
    made = make_artefacts(output.model, params, output.seed, output.thumbnail)
    files: list[tuple[int, str]] = [(n, each.format) for n, each in enumerate(made, 1)]
    last = make_last_frame(output.model, params, made[0])
    return files if last is None else [*files, (LAST_FRAME, last.format)]


def make_last_frame(model: Model, params: dict[str, Any], film: Artefact) -> Frame | None:
    """Return the last frame of what a run yields, if it is a film and was asked for it (O2)."""
    if isinstance(film, Clip) and model.returns_last_frame(params):
        return Frame(clip=film)
    return None


def make_output_id(seed: int, api_key: str, ordinal: int) -> str:
    """Return the id of what an account's job yields: unguessable without seed and key."""
    return make_id(seed, "output", api_key, ordinal)


def make_output(seed: int, api_key: str, job: Job) -> Output:
    """Return what it takes to render what an account's job has yielded."""
    return Output(
        make_output_id(seed, api_key, job.ordinal),
        job.request_id,
        api_key,
        job.model,
        shorten(job.payload),
        job.seed or 0,
        job.finished_at,
        job.thumbnail,
    )


def make_output_url(seed: int, api_key: str, job: Job, origin: str, number: int = 1) -> str:
    """Return the URL of a file that an account's job yields, as reached from `origin`."""
    fmt = job.model.terms.output.format
    if job.model.terms.output.format_parameter:
        fmt = job.model.compute_format(msgspec.json.decode(job.payload))
    name = make_file_name(make_output_id(seed, api_key, job.ordinal), fmt, number)
    return make_url(origin, name)


def make_file_name(output_id: str, fmt: str, number: int = 1) -> str:
    """Return the last part of an output's URL; `number` is a picture's, or `LAST_FRAME`."""
    further = f"-{number or _LAST}" if number != 1 else ""
    return f"{output_id}{further}.{SUFFIXES[fmt]}"


def make_url(origin: str, name: str, folder: str = "outputs") -> str:
    """Return the URL of an output: on the request's own host, or on the vendor's image host."""
    scheme, _, host = origin.partition("://")
    if is_vendor(host.partition(":")[0]):
        host = VENDOR_IMAGES
    return f"{scheme}://{host}/{folder}/{name}"


def parse_name(name: str) -> FileName:
    """Split a file name into the output's id, the picture's number and the format asked for."""
    stem, _, suffix = name.partition(".")
    further = _FURTHER.fullmatch(stem)
    output_id, part = (further["id"], further["part"]) if further else (stem, None)
    return FileName(output_id, parse_part(part), EXTENSIONS.get(suffix))


def parse_part(part: str | None) -> int:
    """Return the number of the picture that a name is of, or `LAST_FRAME`."""
    return LAST_FRAME if part == _LAST else int(part or 1)


def offers(model: Model, fmt: str | None, number: int = 1) -> bool:
    """Tell whether this model's outputs of such a number can be had in this format."""
    return fmt in ((FORMAT,) if number == LAST_FRAME else FORMATS[model.terms.output.media])
