"""A solid is closed, is seen from outside, and is the same for the same digest."""

from collections import Counter
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mockserver.media.solids import shape_solid
from mockserver.media.thumbnails import make_thumbnail

digests = st.binary(min_size=64, max_size=64)


def make_flag():
    """Return the thumbnail of a picture that is red on its left and blue on its right."""
    image = Image.new("RGB", (90, 60), (220, 40, 40))
    image.paste((40, 60, 200), (45, 0, 90, 60))
    file = BytesIO()
    image.save(file, "PNG")
    return make_thumbnail(file.getvalue())


@settings(max_examples=20)
@given(digests)
def test_any_solid_is_closed(digest):
    """Each edge is part of two triangles, once in each direction, and every point of some."""
    solid = shape_solid(digest)
    edges = Counter(edge for a, b, c in solid.faces for edge in ((a, b), (b, c), (c, a)))
    assert set(edges.values()) == {1}
    assert all((end, start) in edges for start, end in edges)
    assert {number for face in solid.faces for number in face} == set(range(len(solid.points)))
    assert len(solid.colours) == len(solid.points)


@settings(max_examples=20)
@given(digests)
def test_any_solid_is_seen_from_outside(digest):
    """Its volume, by the order of the corners of its faces, is above nothing."""
    solid = shape_solid(digest)
    corners = ([solid.points[number] for number in face] for face in solid.faces)
    volume = sum(
        ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
        for (ax, ay, az), (bx, by, bz), (cx, cy, cz) in corners
    )
    assert volume > 0


@settings(max_examples=20)
@given(digests)
def test_points_are_numbers_that_every_format_holds(digest):
    """A coordinate is a multiple of 1/1024, and no point is far away."""
    for point in shape_solid(digest).points:
        assert all(each * 1024 == int(each * 1024) and abs(each) < 2 for each in point)


@settings(max_examples=20)
@given(digests, digests)
def test_another_digest_is_another_solid(one, other):
    """The same digest gives the same points and colours; another gives others."""
    assert shape_solid(one) == shape_solid(one)
    if one[:16] != other[:16]:
        assert shape_solid(one) != shape_solid(other)


@settings(max_examples=20)
@given(digests)
def test_a_picture_gives_a_solid_its_colours(digest):
    """What is on the left of the picture is on the left of the solid; its shape stays."""
    plain, shown = shape_solid(digest), shape_solid(digest, make_flag())
    assert (shown.points, shown.faces) == (plain.points, plain.faces)
    for (x, _, _), (red, _, blue) in zip(shown.points, shown.colours, strict=True):
        if abs(x) > 0.1:
            assert (red > blue) is (x < 0)
