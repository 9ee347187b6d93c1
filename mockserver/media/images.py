"""A picture described as a value, and the bytes of the file it stands for.

:func:`render` is a pure function of its :class:`Picture`: no clock, no environment, no shared
random state.  What varies between pictures is taken from a digest of the model, the parameters
and the seed, so two servers, two API keys or two days give the same bytes, with the same releases
of Pillow and zlib.  Another release may draw letters and compress otherwise; shapes stay.

The modules that draw and encode import the imaging library; they are loaded by the first call of
:func:`render`, which keeps the import of this module cheap.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from mockserver.media.formats import MAX_SIDE_PX, Format
from mockserver.media.metadata import describe, parse_params, read_metadata

if TYPE_CHECKING:
    from mockserver.media.strips import Drawing

__all__ = ["Picture", "draw_thumbnail", "read_metadata", "render"]

_SMALL_PX: Final = 128
"""The longer side of a picture that is drawn to be shrunk; text is no longer in it."""


class Picture(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything the bytes of one image depend on.

    ``model`` is the model's slug; ``params`` is the request's parameters, a JSON object as compact
    UTF-8 bytes; ``width_px`` and ``height_px`` are the exact size of the image in pixels;
    ``thumbnail`` shows the picture that this one was made of, if any.  Pictures compare and hash by
    value.
    """

    model: str
    params: bytes
    seed: int
    width_px: int
    height_px: int
    format: Format
    thumbnail: bytes = b""


def render(picture: Picture) -> bytes:
    """Draw the picture and return the bytes of a file in its format.

    The image is exactly ``width_px`` by ``height_px`` pixels and carries the model, the seed and
    the parameters, to be read back with :func:`read_metadata`.

    Raises ValueError when the format is unknown, a side is not 1 to ``MAX_SIDE_PX[format]``
    pixels long, or the parameters are not a JSON object; nothing is drawn in these cases.
    """
    _check_format_and_size(picture)
    from mockserver.media import encoding  # kept out of start-up

    drawing = _draw(picture, (picture.width_px, picture.height_px))
    return encoding.encode(drawing, picture.format, _describe(picture))


def draw_thumbnail(picture: Picture) -> bytes:
    """Draw the picture small, and return its thumbnail (`media/thumbnails`).

    Raises ValueError when the parameters are not a JSON object.
    """
    from mockserver.media import strips, thumbnails  # kept out of start-up

    longest = max(picture.width_px, picture.height_px)
    width = max(1, picture.width_px * _SMALL_PX // longest)
    height = max(1, picture.height_px * _SMALL_PX // longest)
    drawn = strips.assemble(_draw(picture, (width, height)))
    return thumbnails.shrink(drawn, (picture.width_px, picture.height_px))


def _draw(picture: Picture, size_px: tuple[int, int]) -> Drawing:
    from mockserver.media import poster  # kept out of start-up

    prompt = parse_params(picture.params).get("prompt")
    return poster.draw(
        size_px,
        poster.Caption(picture.model, picture.seed, prompt if isinstance(prompt, str) else ""),
        hashlib.blake2b(_describe(picture).encode()).digest(),
        picture.thumbnail,
    )


def _describe(picture: Picture) -> str:
    return describe(picture.model, picture.seed, picture.params)


def _check_format_and_size(picture: Picture) -> None:
    if picture.format not in MAX_SIDE_PX:
        expected = ", ".join(MAX_SIDE_PX)
        raise ValueError(f"format must be one of {expected}; got {picture.format!r}")
    longest = MAX_SIDE_PX[picture.format]
    for name, side in (("width_px", picture.width_px), ("height_px", picture.height_px)):
        if not 1 <= side <= longest:
            raise ValueError(
                f"{name} of a {picture.format} picture must be 1 to {longest}; got {side}"
            )
