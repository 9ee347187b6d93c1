"""Outputs: where a completed job's image is, for 7 days (R7), long after the job is gone.

A record is small: it shares the job's payload and holds no image. The bytes are rendered when
they, or a result that states their size, are first read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mockserver.core.clock import DAY
from mockserver.media.images import EXTENSIONS, Format, Picture

if TYPE_CHECKING:
    from mockserver.contract.models import Model

RETENTION = 7 * DAY
VENDOR = "segmind.com"
VENDOR_IMAGES = "images.segmind.com"
SUFFIXES: dict[Format, str] = {"png": "png", "jpeg": "jpg", "webp": "webp"}


class Output(msgspec.Struct, frozen=True, gc=False):
    """What it takes to render one output again, whose it is, and whose clock decides its end."""

    output_id: str
    request_id: str
    owner: str
    model: Any
    payload: bytes
    seed: int
    created_at: int


def picture_of(
    model: Model, params: dict[str, Any], seed: int | None, fmt: Format | None = None
) -> Picture:
    """Return the picture that this run yields; `fmt` overrides the model's own format.

    It does not matter how the client spelled the parameters: order and space are dropped.
    """
    width, height = model.size_of(params)
    return Picture(
        model=model.slug,
        params=msgspec.json.encode(params, order="deterministic"),
        seed=seed or 0,
        width_px=width,
        height_px=height,
        format=fmt or model.terms.output.format,
    )


def file_name(output_id: str, fmt: Format) -> str:
    """Return the last part of an output's URL."""
    return f"{output_id}.{SUFFIXES[fmt]}"


def url_of(origin: str, name: str, folder: str = "outputs") -> str:
    """Return the URL of an output: on the request's own host, or on the vendor's image host."""
    scheme, _, host = origin.partition("://")
    domain = host.partition(":")[0]
    if domain == VENDOR or domain.endswith("." + VENDOR):
        host = VENDOR_IMAGES
    return f"{scheme}://{host}/{folder}/{name}"


def parse_name(name: str) -> tuple[str, Format | None]:
    """Split a file name into the output's id and the format that its suffix asks for."""
    output_id, _, suffix = name.partition(".")
    return output_id, EXTENSIONS.get(suffix)
