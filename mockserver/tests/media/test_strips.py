"""Strips below each other are one picture."""

from PIL import Image

from mockserver.media.strips import Drawing, Strip, assemble


def test_each_row_is_shown_as_often_as_its_strip_says() -> None:
    """Of an image some rows are taken, each as often as wanted, in the order of the strips."""
    image = Image.frombytes("L", (2, 4), b"aabbccdd")
    strips = (Strip(image, 2, 4), Strip(image, 0, 2, 3), Strip(image, 1, 1, 5))
    assembled = assemble(Drawing((2, 8), bytes(3), strips))
    assert (assembled.mode, assembled.size) == ("P", (2, 8))
    assert assembled.tobytes() == b"ccdd" + b"aaaaaa" + b"bbbbbb"
