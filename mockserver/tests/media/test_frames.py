"""The last frame of a film as a picture."""

from io import BytesIO

import av
import pytest
from PIL import Image, ImageChops

from mockserver.media import Clip, Frame, read_metadata, render

FILM = Clip(
    model="m", params=b'{"prompt":"A boat"}', seed=7, width_px=1280, height_px=720, duration_s=4
)


def test_it_is_what_the_film_ends_with():
    """But for the colours that a film has no room for it is the last decoded picture."""
    last = Image.open(BytesIO(render(Frame(clip=FILM))))
    with av.open(BytesIO(render(FILM))) as film:
        *_, decoded = (picture.to_image() for picture in film.decode(video=0))
    assert (last.format, last.size) == ("PNG", decoded.size)
    small = [each.convert("L").resize((32, 18), Image.Resampling.BOX) for each in (last, decoded)]
    assert max(high for _, high in [ImageChops.difference(*small).getextrema()]) < 24


def test_it_carries_the_note_of_its_film():
    """Which model, which seed, which parameters."""
    note = {"model": "m", "seed": 7, "params": {"prompt": "A boat"}}
    assert read_metadata(render(Frame(clip=FILM))) == note


def test_it_is_the_same_for_the_same_film_and_differs_with_it():
    """It is a function of the film's description alone."""
    other = Clip(model="m", params=FILM.params, seed=8, width_px=1280, height_px=720, duration_s=4)
    assert render(Frame(clip=FILM)) == render(Frame(clip=FILM)) != render(Frame(clip=other))


def test_a_film_that_cannot_be_has_none():
    """It is refused as the film is."""
    with pytest.raises(ValueError, match="duration_s must be"):
        render(
            Frame(
                clip=Clip(
                    **{**{n: getattr(FILM, n) for n in FILM.__struct_fields__}, "duration_s": 0}
                )
            )
        )
