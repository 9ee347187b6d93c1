"""The last frame of a film as a picture of its own: a PNG, as small as the film is."""

from collections import deque
from io import BytesIO
from typing import Final, Literal

import msgspec

from mockserver.media.clips import Clip, describe_clip, shoot
from mockserver.media.metadata import KEYWORD

__all__ = ["FORMAT", "Frame", "render_frame"]

FORMAT: Final = "png"


class Frame(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The last frame of this film."""

    clip: Clip
    format: Literal["png"] = FORMAT

    @property
    def params(self) -> bytes:
        """The parameters of the run that made the film, as JSON."""
        return self.clip.params


def render_frame(frame: Frame) -> bytes:
    """Draw the frame and return the bytes of a PNG with the film's note inside.

    Raises ValueError where the film cannot be.
    """
    (last,) = deque(shoot(frame.clip), maxlen=1)

    from PIL.PngImagePlugin import PngInfo  # kept out of start-up

    note = PngInfo()
    note.add_itxt(KEYWORD, describe_clip(frame.clip))
    file = BytesIO()
    last.save(file, FORMAT, pnginfo=note)
    return file.getvalue()
