"""The icon of a browser's tab."""

from io import BytesIO

from PIL import Image

from mockserver.media.icon import SIDE_PX, render_icon


def test_the_icon_is_a_small_picture_with_clear_corners():
    """A PNG of few bytes, with something in its middle and nothing in its corners."""
    image = Image.open(BytesIO(render_icon()))
    assert (image.format, image.size) == ("PNG", (SIDE_PX, SIDE_PX))
    assert len(render_icon()) < 1000
    pixels = image.convert("RGBA")
    assert pixels.getpixel((0, 0))[3] == 0
    assert pixels.getpixel((SIDE_PX // 2, SIDE_PX // 2))[3] == 255
    assert render_icon() is render_icon()
