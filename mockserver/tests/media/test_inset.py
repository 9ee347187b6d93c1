"""The source of a picture on the poster that was made of it, and in a film."""

from io import BytesIO

import pytest
from PIL import Image

from mockserver.media import Picture, read_metadata, render
from mockserver.media.card import Caption, lay_out
from mockserver.media.images import draw_thumbnail
from mockserver.media.reel import shoot
from mockserver.media.thumbnails import make_thumbnail, unpack_thumbnail
from mockserver.tests.media.test_thumbnails import BLUE, RED, distance, encode, make_flag

THUMBNAIL = make_thumbnail(encode(make_flag()))
SIZES = [(1024, 1024), (1536, 640), (512, 1536), (1280, 704), (256, 256), (640, 300)]


def make_picture(size, thumbnail=THUMBNAIL, kind="png"):
    """Return a picture made of a source."""
    width, height = size
    params = b'{"prompt":"A harbour at night, with many lanterns on the water"}'
    return Picture(
        model="ideogram-turbo-img-2-img",
        params=params,
        seed=4711,
        width_px=width,
        height_px=height,
        format=kind,
        thumbnail=thumbnail,
    )


def open_picture(picture):
    """Return the pixels of a picture."""
    return Image.open(BytesIO(render(picture))).convert("RGB")


def find_difference(one, other):
    """Return the box in which two images differ."""
    from PIL import ImageChops

    return ImageChops.difference(one, other).getbbox()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("size", SIZES)
def test_a_poster_shows_its_source_beside_the_card(size, kind):
    """In its colours, within a frame, off the card, and not much of the poster."""
    shown = open_picture(make_picture(size, kind=kind))
    plain = open_picture(make_picture(size, b"", kind))
    assert shown.size == size
    if kind == "jpeg":  # its blocks differ around the frame too
        return
    left, top, right, bottom = find_difference(shown, plain)
    middle = (top + bottom) // 2
    quarter = (right - left) // 4
    assert distance(shown.getpixel((left + quarter, middle)), RED) < 16
    assert distance(shown.getpixel((right - quarter, middle)), BLUE) < 16
    assert (right - left) * (bottom - top) * 4 < size[0] * size[1]
    card = lay_out(size, Caption("ideogram-turbo-img-2-img", 4711, "A harbour " * 20))
    assert bottom <= card.top or left >= card.right


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (64, 64), (2000, 3), (3, 2000)])
def test_a_poster_without_room_shows_none(size):
    """It is the same as without a source."""
    assert render(make_picture(size)) == render(make_picture(size, b""))


def test_what_a_picture_carries_stays_the_same():
    """The note inside tells of parameters, not of the thumbnail."""
    with_source, without = render(make_picture((512, 512))), render(make_picture((512, 512), b""))
    assert read_metadata(with_source) == read_metadata(without)
    assert with_source != without
    assert make_picture((512, 512)) != make_picture((512, 512), b"")


def test_the_thumbnail_of_a_poster_needs_no_poster():
    """It is drawn small, in the poster's own colours, whatever size the poster has."""
    picture = make_picture((9_000, 6_000), b"")
    shown = unpack_thumbnail(draw_thumbnail(picture)).convert("RGB")
    assert shown.size == (32, 21)
    poster = open_picture(make_picture((900, 600), b"")).resize((32, 21), Image.Resampling.BOX)
    assert distance(shown.getpixel((16, 1)), poster.getpixel((16, 1))) < 24


def test_a_film_shows_what_it_begins_with():
    """In each of its pictures, where there is room."""
    plain = list(shoot((128, 72), 3, bytes(64)))
    shown = list(shoot((128, 72), 3, bytes(64), THUMBNAIL))
    boxes = {find_difference(one, other) for one, other in zip(plain, shown, strict=True)}
    assert boxes == {(4, 4, 36, 25)}
    assert list(shoot((32, 18), 1, bytes(64), THUMBNAIL)) == list(shoot((32, 18), 1, bytes(64)))
