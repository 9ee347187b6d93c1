"""A solid of revolution: a vase with a seeded outline, lobes around it, and a colour at each point.

It is closed, and its faces are seen from outside, so it can be lit, printed and measured.  Points
are multiples of 1/1024 of a unit, which a file of any format holds exactly; +y is up.
"""

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Final, NamedTuple, TypeAlias

from mockserver.media.palette import ACCENT, LAYERS, SUN, make_palette
from mockserver.media.seeded_random import SeededRandom

__all__ = ["Face", "Point", "Solid", "shape_solid"]

_RINGS: Final = 14
_POINTS_A_RING: Final = 20
_STEPS_A_UNIT: Final = 1024
_KNOTS: Final = 5
"""Radii that are drawn; those between follow in a smooth line."""
_BANDS: Final = (*LAYERS, ACCENT, SUN)

Point: TypeAlias = tuple[float, float, float]
Face: TypeAlias = tuple[int, int, int]
"""Three numbers of points, counterclockwise as seen from outside."""
Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue from 0 to 255, sRGB."""


class Solid(NamedTuple):
    """Points, the colour of each, and the triangles between them."""

    points: list[Point]
    colours: list[Colour]
    faces: list[Face]


class _Outline(NamedTuple):
    """What varies between solids; lengths in units, angles in radians."""

    height: float
    knots: tuple[float, ...]
    lobes: int
    depth: float
    twist: float


def shape_solid(digest: bytes, thumbnail: bytes = b"") -> Solid:
    """Return the solid that a digest of at least 16 bytes stands for.

    Its colours run in bands, or are those of the picture whose thumbnail this is, seen from the
    front.
    """
    random = SeededRandom(digest)
    palette = make_palette(random)
    outline = _draw_outline(random)
    points = [_snap(point) for point in _place_points(outline)]
    if thumbnail:
        colours = _project(thumbnail, points)
    else:
        first = random.draw_index(len(_BANDS))
        colours = [_pick_band(palette, first, point.ring) for point in _list_places()]
    return Solid(points, colours, list(_list_faces()))


def _draw_outline(random: SeededRandom) -> _Outline:
    return _Outline(
        height=random.draw_float(1.2, 2.0),
        knots=tuple(random.draw_float(0.25, 1.0) for _ in range(_KNOTS)),
        lobes=2 + random.draw_index(6),
        depth=random.draw_float(0.0, 0.22),
        twist=random.draw_float(-pi / 2, pi / 2),
    )


class _Place(NamedTuple):
    """A point by its ring, from the bottom, and its number there."""

    ring: int
    number: int


def _list_places() -> Iterator[_Place]:
    """Yield the place of every point: bottom, rings, top."""
    yield _Place(0, 0)
    for ring in range(_RINGS):
        for number in range(_POINTS_A_RING):
            yield _Place(ring, number)
    yield _Place(_RINGS - 1, 0)


def _place_points(outline: _Outline) -> Iterator[Point]:
    half = outline.height / 2
    yield 0.0, -half, 0.0
    for ring in range(_RINGS):
        share = ring / (_RINGS - 1)
        radius = _find_radius(outline.knots, share)
        for number in range(_POINTS_A_RING):
            angle = 2 * pi * number / _POINTS_A_RING
            lobe = 1 + outline.depth * cos(outline.lobes * angle + outline.twist * share)
            yield (
                radius * lobe * cos(angle),
                outline.height * share - half,
                radius * lobe * sin(angle),
            )
    yield 0.0, half, 0.0


def _find_radius(knots: tuple[float, ...], share: float) -> float:
    """Return the radius at a share of the height: half a cosine from knot to knot."""
    place = share * (len(knots) - 1)
    below = min(int(place), len(knots) - 2)
    weight = (1 - cos(pi * (place - below))) / 2
    return knots[below] * (1 - weight) + knots[below + 1] * weight


def _snap(point: Point) -> Point:
    x, y, z = (round(each * _STEPS_A_UNIT) / _STEPS_A_UNIT for each in point)
    return x, y, z


def _list_faces() -> Iterator[Face]:
    """Yield the triangles: a fan at the bottom, two for each place between rings, a fan on top."""
    top = _RINGS * _POINTS_A_RING + 1
    last = top - _POINTS_A_RING
    for number in range(_POINTS_A_RING):
        after = (number + 1) % _POINTS_A_RING
        yield 0, 1 + number, 1 + after
        for start in range(1, last, _POINTS_A_RING):
            low, next_low = start + number, start + after
            high, next_high = low + _POINTS_A_RING, next_low + _POINTS_A_RING
            yield low, high, next_low
            yield next_low, high, next_high
        yield last + number, top, last + after


def _pick_band(palette: bytes, first: int, ring: int) -> Colour:
    place = 3 * _BANDS[(first + ring // 2) % len(_BANDS)]
    return palette[place], palette[place + 1], palette[place + 2]


def _project(thumbnail: bytes, points: list[Point]) -> list[Colour]:
    """Return for each point the colour of the picture before it, which is as large as the solid."""
    from mockserver.media.thumbnails import unpack_thumbnail  # kept out of start-up

    image = unpack_thumbnail(thumbnail).convert("RGB")
    pixels = image.tobytes()
    wide, high = (2 * max(abs(point[axis]) for point in points) for axis in (0, 1))
    colours: list[Colour] = []
    for x, y, _ in points:
        column = round((x / wide + 0.5) * (image.width - 1))
        row = round((0.5 - y / high) * (image.height - 1))
        place = 3 * (row * image.width + column)
        colours.append((pixels[place], pixels[place + 1], pixels[place + 2]))
    return colours
