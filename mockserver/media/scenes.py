"""The scenes a poster can show: a few large shapes in flat colours.

A scene paints the whole canvas but composes for its stage, the part the caption card leaves free.
All lengths are pixels of the canvas; what is painted on may have one row for several of its rows.
"""

from collections.abc import Callable
from math import ceil, cos, pi, sin
from typing import Final, NamedTuple, TypeAlias

from PIL.ImageDraw import ImageDraw

from mockserver.media.palette import ACCENT, HALO, LAYERS, SKY, SUN
from mockserver.media.seeded_random import SeededRandom

__all__ = ["SCENES", "Canvas", "Scene", "Stage"]


class Stage(NamedTuple):
    """The free part of a canvas, from its top down to ``bottom``; all in pixels."""

    left: int
    right: int
    bottom: int
    canvas_width: int
    canvas_height: int

    def x(self, share: float) -> float:
        """Return the place at a share of the way from the left edge to the right one."""
        return self.left + share * (self.right - self.left)

    def y(self, share: float) -> float:
        """Return the place at a share of the way from the top edge to the bottom one."""
        return share * self.bottom

    @property
    def span(self) -> int:
        """The shorter of the two sides."""
        return min(self.right - self.left, self.bottom)


class Canvas(NamedTuple):
    """What is painted on, each row of which stands for so many rows of the picture."""

    draw: ImageDraw
    times: int = 1

    def find_row(self, y: float) -> float:
        """Return the row that stands for a row of the picture."""
        return (y - (self.times - 1) / 2) / self.times


Scene: TypeAlias = Callable[[Canvas, Stage, SeededRandom], None]


def _paint_hills(canvas: Canvas, stage: Stage, random: SeededRandom) -> None:
    """Paint rolling hills, one behind the other, with the sun above them."""
    radius = stage.span * random.draw_float(0.15, 0.21)
    _draw_sun(
        canvas,
        stage.x(random.draw_float(0.25, 0.75)),
        stage.y(random.draw_float(0.30, 0.42)),
        radius,
    )
    for index, colour in enumerate(LAYERS):
        level = stage.y(0.56 + 0.14 * index)
        swell = stage.span * random.draw_float(0.05, 0.11)
        start = random.draw_float(0, 2 * pi)
        turns = random.draw_float(0.6, 1.5) * 2 * pi / 64
        _fill_land(
            canvas, stage, [level + swell * sin(start + turns * i) for i in range(65)], colour
        )


def _paint_peaks(canvas: Canvas, stage: Stage, random: SeededRandom) -> None:
    """Paint mountain ranges, the near ones lower, with the sun behind them."""
    radius = stage.span * random.draw_float(0.12, 0.18)
    _draw_sun(
        canvas, stage.x(random.draw_float(0.2, 0.8)), stage.y(random.draw_float(0.25, 0.35)), radius
    )
    for index, colour in enumerate(LAYERS):
        summit = 0.34 + 0.16 * index
        shares = [
            summit + 0.2 * ((corner + index) % 2) + random.draw_float(0, 0.1)
            for corner in range(6 + index)
        ]
        _fill_land(canvas, stage, [stage.y(share) for share in shares], colour)


def _paint_rainbow(canvas: Canvas, stage: Stage, random: SeededRandom) -> None:
    """Paint concentric arches that rise from behind the card."""
    x, y = stage.x(random.draw_float(0.35, 0.65)), stage.y(random.draw_float(0.85, 1.0))
    radius = stage.span * random.draw_float(0.66, 0.74)
    bands = (HALO, *LAYERS, ACCENT, SUN)
    for index, colour in enumerate(bands):
        _draw_disc(canvas, x, y, radius * (1 - index / len(bands)), colour)


def _paint_planets(canvas: Canvas, stage: Stage, random: SeededRandom) -> None:
    """Paint planets around a sun, each on its own orbit."""
    x, y = stage.x(random.draw_float(0.4, 0.6)), stage.y(random.draw_float(0.45, 0.55))
    for index, colour in enumerate((*LAYERS, ACCENT)):
        orbit = stage.span * (0.74 - 0.13 * index)
        _draw_disc(canvas, x, y, orbit, (HALO, SKY)[index % 2])
        angle = random.draw_float(0, 2 * pi)
        size = stage.span * random.draw_float(0.035, 0.075)
        _draw_disc(canvas, x + orbit * cos(angle), y + orbit * sin(angle), size, colour)
    _draw_disc(canvas, x, y, stage.span * 0.12, SUN)


def _paint_sunset(canvas: Canvas, stage: Stage, random: SeededRandom) -> None:
    """Paint the sun going down in a striped sea."""
    horizon = stage.y(random.draw_float(0.55, 0.68))
    radius = stage.span * random.draw_float(0.24, 0.32)
    _draw_sun(canvas, stage.x(random.draw_float(0.3, 0.7)), horizon, radius)
    depth = stage.canvas_height - horizon
    for share, colour in zip((0, 0.09, 0.24, 0.5), LAYERS, strict=True):
        _fill_land(canvas, stage, [horizon + share * depth] * 2, colour)


SCENES: Final[tuple[Scene, ...]] = (
    _paint_hills,
    _paint_peaks,
    _paint_rainbow,
    _paint_planets,
    _paint_sunset,
)
"""Every scene; each paints on what is filled with SKY."""


def _draw_disc(canvas: Canvas, x: float, y: float, radius: float, colour: int) -> None:
    top, bottom = canvas.find_row(y - radius), canvas.find_row(y + radius)
    canvas.draw.ellipse((x - radius, top, x + radius, bottom), fill=colour)


def _draw_sun(canvas: Canvas, x: float, y: float, radius: float) -> None:
    _draw_disc(canvas, x, y, radius * 1.45, HALO)
    _draw_disc(canvas, x, y, radius, SUN)


def _fill_land(canvas: Canvas, stage: Stage, heights: list[float], colour: int) -> None:
    """Fill all below a line through points spread evenly over the width of the canvas.

    Rows below the lowest point are filled as a rectangle: a polygon asks each of its sides for
    each of its rows.
    """
    width, floor = stage.canvas_width, ceil(stage.canvas_height / canvas.times)
    step = width / (len(heights) - 1)
    line = [(index * step, canvas.find_row(height)) for index, height in enumerate(heights)]
    low = min(ceil(canvas.find_row(max(heights))), floor)
    canvas.draw.polygon([(0, low), *line, (width, low)], fill=colour)
    canvas.draw.rectangle((0, low, width, floor), fill=colour)
