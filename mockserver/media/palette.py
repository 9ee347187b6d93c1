"""The sixteen colours of a poster.

The first eight colour the scene.  The others run evenly from the paper of the caption card to its
ink, so that the soft edge of a letter, drawn as a number between those of paper and ink, comes out
as the colour between them.

Sixteen are what four bits can tell apart: half the bytes to compress.
"""

from colorsys import hls_to_rgb
from typing import Final, TypeAlias

from mockserver.media.seeded_random import SeededRandom

__all__ = ["ACCENT", "FAINT", "HALO", "INK", "LAYERS", "PAPER", "SKY", "SUN", "make_palette"]

SKY: Final = 0
HALO: Final = 1
SUN: Final = 2
LAYERS: Final = (3, 4, 5, 6)
"""From the far and pale to the near and dark."""
ACCENT: Final = 7
PAPER: Final = 8
FAINT: Final = 13
"""Ink for what is less important, still well legible on paper."""
INK: Final = 15

_Colour: TypeAlias = tuple[float, float, float]


def make_palette(random: SeededRandom) -> bytes:
    """Return the harmonious colours as red, green and blue bytes.

    Sky and land have neighbouring hues and the sun is warm, from rose to yellow.  Paper is always
    light and ink always dark, both with a tint of the sky.
    """
    hue = random.draw_float(0, 1)
    turn = random.draw_float(-0.05, 0.05)
    warmth = random.draw_float(-0.03, 0.13)
    sky = hls_to_rgb(hue, 0.87, 0.55)
    sun = hls_to_rgb(warmth, 0.70, 0.85)
    land = [hls_to_rgb(hue + turn * step, 0.78 - 0.145 * step, 0.42) for step in range(1, 5)]
    accent = hls_to_rgb(warmth, 0.54, 0.75)
    paper, ink = hls_to_rgb(hue, 0.97, 0.40), hls_to_rgb(hue, 0.13, 0.35)
    ramp = [_mix(paper, ink, step / (INK - PAPER)) for step in range(INK - PAPER + 1)]
    colours = [sky, _mix(sky, sun, 0.35), sun, *land, accent, *ramp]
    return bytes(round(255 * part) for colour in colours for part in colour)


def _mix(start: _Colour, end: _Colour, share: float) -> _Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return red, green, blue
