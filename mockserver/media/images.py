"""A picture described as a value, and the bytes of the file it stands for.

:func:`render` is a pure function of its :class:`Picture`: no clock, no environment, no shared
random state.  What varies between pictures is taken from a digest of the model, the parameters
and the seed, so two servers, two API keys or two days give the same bytes, with the same releases
of Pillow and zlib.  Another release may draw letters and compress otherwise; shapes stay.

The modules that draw and encode import the imaging library; they are loaded by the first call of
:func:`render`, which keeps the import of this module cheap.
"""

import hashlib

import msgspec

from mockserver.media.formats import MAX_SIDE_PX, Format
from mockserver.media.metadata import describe, parse_params, read_metadata

__all__ = ["Picture", "read_metadata", "render"]


class Picture(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything the bytes of one image depend on.

    ``model`` is the model's slug; ``params`` is the request's parameters, a JSON object as compact
    UTF-8 bytes; ``width_px`` and ``height_px`` are the exact size of the image in pixels.
    Pictures compare and hash by value.
    """

    model: str
    params: bytes
    seed: int
    width_px: int
    height_px: int
    format: Format


def render(picture: Picture) -> bytes:
    """Draw the picture and return the bytes of a file in its format.

    The image is exactly ``width_px`` by ``height_px`` pixels and carries the model, the seed and
    the parameters, to be read back with :func:`read_metadata`.

    Raises ValueError when the format is unknown, a side is not 1 to ``MAX_SIDE_PX[format]``
    pixels long, or the parameters are not a JSON object; nothing is drawn in these cases.
    """
    _check_format_and_size(picture)
    prompt = parse_params(picture.params).get("prompt")
    description = describe(picture.model, picture.seed, picture.params)

    from mockserver.media import encoding, poster  # kept out of start-up

    image = poster.draw(
        (picture.width_px, picture.height_px),
        poster.Caption(picture.model, picture.seed, prompt if isinstance(prompt, str) else ""),
        hashlib.blake2b(description.encode()).digest(),
    )
    return encoding.encode(image, picture.format, description)


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
