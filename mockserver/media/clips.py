"""A film described as a value, and the bytes of the small MP4 file it stands for.

:func:`render_clip` is a pure function of its :class:`Clip`.  The film shows the sun on its way
over hills, a bar below that fills up, and two pictures a second, so that its length can be seen.
Its shape is the one asked for, its longer side is ``LONG_SIDE_PX``, and the model, the seed and
the parameters are in its comment.
"""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from mockserver.media.metadata import describe, parse_params

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LONG_SIDE_PX", "Clip", "choose_frame_size", "describe_clip", "render_clip", "shoot"]

LONG_SIDE_PX: Final = 128
_SHORTEST_SIDE_PX: Final = 16

MOST_SECONDS: Final = 3600
_FRAMES_PER_S: Final = 2
_MOST_FRAMES: Final = 120


class Clip(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything the bytes of one film depend on.

    ``params`` is the request's parameters, a JSON object as compact UTF-8 bytes; ``width_px`` and
    ``height_px`` are the size that was asked for, of which the film has the shape; ``thumbnail``
    shows the picture that the film begins with, if any.
    """

    model: str
    params: bytes
    seed: int
    width_px: int
    height_px: int
    duration_s: float
    format: Literal["mp4"] = "mp4"
    thumbnail: bytes = b""


def choose_frame_size(width_px: int, height_px: int) -> tuple[int, int]:
    """Return width and height of a film's pictures: small, even, and of the shape asked for."""
    longest = max(width_px, height_px)
    return _scale(width_px, longest), _scale(height_px, longest)


def _scale(side: int, longest: int) -> int:
    return max(_SHORTEST_SIDE_PX, round(side * LONG_SIDE_PX / longest / 2) * 2)


class Pace(NamedTuple):
    """How many pictures a film has, and how long it is in milliseconds."""

    frames: int
    total_ms: int


def choose_pace(duration_s: float) -> Pace:
    """Return the pace of a film of this length."""
    frames = round(duration_s * _FRAMES_PER_S)
    return Pace(min(max(frames, 1), _MOST_FRAMES), round(duration_s * 1000))


def shoot(clip: Clip) -> "Iterator[Image]":
    """Draw the pictures of a film, one after the other.

    Raises ValueError when a side is not at least a pixel, the length is not from a millisecond to
    an hour, or the parameters are not a JSON object; nothing is drawn in these cases.
    """
    if min(clip.width_px, clip.height_px) < 1:
        raise ValueError(f"a side must be 1 or more; got {clip.width_px} x {clip.height_px}")
    if not 0.001 <= clip.duration_s <= MOST_SECONDS:  # noqa: PLR2004
        raise ValueError(f"duration_s must be 0.001 to {MOST_SECONDS}; got {clip.duration_s}")
    parse_params(clip.params)
    digest = hashlib.blake2b(describe_clip(clip).encode()).digest()

    from mockserver.media import reel  # kept out of start-up

    size = choose_frame_size(clip.width_px, clip.height_px)
    return reel.shoot(size, choose_pace(clip.duration_s).frames, digest, clip.thumbnail)


def describe_clip(clip: Clip) -> str:
    """Return the note that a film's file carries."""
    return describe(clip.model, clip.seed, clip.params)


def render_clip(clip: Clip) -> bytes:
    """Draw the film and return the bytes of an MP4 file; raise ValueError as `shoot` does."""
    pictures = shoot(clip)

    from mockserver.media import h264, mp4  # kept out of start-up

    size = choose_frame_size(clip.width_px, clip.height_px)
    total_ms = choose_pace(clip.duration_s).total_ms
    return mp4.wrap(h264.encode(pictures, size), size, total_ms, describe_clip(clip))
