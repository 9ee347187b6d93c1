"""A mock film is a real one: a decoder that is not ours plays it, and it shows what was drawn."""

from io import BytesIO
from itertools import pairwise

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from mockserver.media.clips import LONG_SIDE_PX, Clip, choose_frame_size, choose_pace, render_clip
from mockserver.media.h264 import Bits, encode
from mockserver.media.mp4 import wrap
from mockserver.media.reel import shoot

sides = st.integers(1, 4000)


def clip_of(**changes):
    """Return a film, changed in this."""
    fields = {
        "model": "seedance-2.0",
        "params": b'{"prompt":"A boat"}',
        "seed": 7,
        "width_px": 1280,
        "height_px": 720,
        "duration_s": 5,
    }
    return Clip(**{**fields, **changes})


def decoded(file):
    """Return the pictures of a file in RGB, its length in seconds, and its comment."""
    with av.open(BytesIO(file)) as container:
        pictures = [frame.to_image() for frame in container.decode(video=0)]
        return pictures, container.duration / 1_000_000, container.metadata["comment"]


def boxes(data):
    """Return the kind of each box of a file, in order."""
    kinds = []
    while data:
        kinds.append(data[4:8].decode())
        data = data[int.from_bytes(data[:4]) :]
    return kinds


@settings(max_examples=12)
@given(sides, sides, st.integers(1, 9), st.integers(0, 2**31))
def test_any_film_can_be_played(width_px, height_px, duration_s, seed):
    """Whatever its shape and length, the film decodes: two pictures a second, of that shape."""
    clip = clip_of(width_px=width_px, height_px=height_px, duration_s=duration_s, seed=seed)
    pictures, seconds, comment = decoded(render_clip(clip))
    assert len(pictures) == 2 * duration_s
    assert {picture.size for picture in pictures} == {choose_frame_size(width_px, height_px)}
    assert seconds == duration_s
    assert f'"seed":{seed}' in comment


def luma_of(file):
    """Return the brightness of every pixel of each picture, as the decoder has it."""
    with av.open(BytesIO(file)) as container:
        frames = list(container.decode(video=0))
    return [
        b"".join(
            bytes(plane)[row : row + plane.width]
            for row in range(0, len(bytes(plane)), plane.line_size)
        )
        for plane in (frame.planes[0] for frame in frames)
    ]


@settings(max_examples=10)
@given(st.binary(min_size=64, max_size=64), st.sampled_from([(128, 72), (72, 128), (34, 18)]))
def test_what_is_drawn_is_what_is_seen(digest, size):
    """Brightness comes back sample for sample, and so do the colours, but for their rounding."""
    drawn = list(shoot(size, 6, digest))
    file = wrap(encode(drawn, size), size, 3000, "{}")
    assert luma_of(file) == [picture.convert("YCbCr").split()[0].tobytes() for picture in drawn]
    for before, after in zip(drawn, decoded(file)[0], strict=True):
        assert max(ImageStat.Stat(ImageChops.difference(before, after)).mean) < 12


def test_black_and_white_survive():
    """Samples that look like the mark of a new unit are told from it."""
    flat = [Image.new("RGB", (32, 32), colour) for colour in ("black", "white", "black", "black")]
    seen, _, _ = decoded(wrap(encode(flat, (32, 32)), (32, 32), 4000, "{}"))
    assert [picture.getpixel((9, 9)) for picture in seen] == [
        (0, 0, 0),
        (255, 255, 255),
        (0, 0, 0),
        (0, 0, 0),
    ]


def test_a_film_moves_and_is_small():
    """Each picture differs from the one before, and only what moved is written again."""
    file = render_clip(clip_of())
    pictures, _, _ = decoded(file)
    moved = pairwise(pictures)
    assert all(ImageChops.difference(*pair).getbbox() for pair in moved)
    assert len(file) < 60_000


def test_the_index_comes_before_the_pictures():
    """A player can begin while the file is still arriving."""
    assert boxes(render_clip(clip_of())) == ["ftyp", "moov", "mdat"]


def test_the_same_film_is_the_same_file_and_another_is_another():
    """The bytes depend on model, parameters and seed, and on nothing else."""
    file = render_clip(clip_of())
    assert render_clip(clip_of()) == file
    for change in ({"model": "m"}, {"seed": 8}, {"params": b"{}"}, {"duration_s": 6}):
        assert render_clip(clip_of(**change)) != file


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ((1280, 720), (128, 72)),
        ((720, 1280), (72, 128)),
        ((512, 512), (128, 128)),
        ((9000, 9), (128, 16)),
        ((1, 1), (128, 128)),
    ],
)
def test_a_film_is_small_and_keeps_its_shape(asked, size):
    """The longer side has always the same length, and every side is even."""
    assert choose_frame_size(*asked) == size
    assert max(size) == LONG_SIDE_PX


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("seconds", "frames", "total_ms"),
    [(0.1, 1, 100), (2.3, 5, 2300), (60, 120, 60_000), (61, 120, 61_000)],
)
def test_a_film_lasts_as_long_as_it_should(seconds, frames, total_ms):
    """A short film has a picture at the least, and a long one no more than can be drawn."""
    assert choose_pace(seconds) == (frames, total_ms)
    pictures, lasted, _ = decoded(render_clip(clip_of(duration_s=seconds)))
    assert (len(pictures), lasted) == (frames, pytest.approx(seconds, abs=0.001))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"width_px": 0}, "a side must be 1 or more; got 0 x 720"),
        ({"duration_s": 0}, "duration_s must be"),
        ({"duration_s": 1e9}, "duration_s must be"),
        ({"params": b"[]"}, "params must be a JSON object"),
    ],
)
def test_a_film_that_cannot_be_is_refused(change, words):
    """What is wrong is told before anything is drawn."""
    with pytest.raises(ValueError, match=words):
        render_clip(clip_of(**change))


def test_numbers_are_written_in_exp_golomb_code():
    """0, 1, 2 and 3 are 1, 010, 011 and 00100; the end is a one and zeros."""
    bits = Bits()
    bits.add_golomb(0, 1, 2, 3)
    assert bits.end() == bytes((0b10100110, 0b01001000))
