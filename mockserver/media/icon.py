"""The picture by which a browser's tab is told from others."""

from __future__ import annotations

from functools import cache
from io import BytesIO

SIDE_PX = 64
_GROUND, _FRAME, _SIGN = "#1f2a44", "#f4b942", "#fff7e6"


@cache
def render_icon() -> bytes:
    """Return it as a PNG: a picture in its frame, and what plays it."""
    from PIL import Image, ImageDraw  # kept out of start-up

    image = Image.new("RGBA", (SIDE_PX, SIDE_PX))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((2, 2, 61, 61), radius=12, fill=_GROUND, outline=_FRAME, width=5)
    draw.polygon(((25, 19), (25, 45), (46, 32)), fill=_SIGN)
    file = BytesIO()
    image.quantize(16).save(file, "PNG", optimize=True)
    return file.getvalue()
