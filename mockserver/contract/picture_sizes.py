"""The size that a run asks for: in pixels, as a ratio, as a word of resolution, or as an area.

What else a parameter says, such as `high`, leaves the default (inferred).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from typing import Any, NamedTuple

from mockserver.contract.model_terms import Size
from mockserver.contract.parameter_values import find_value, read_count, read_number, spell

MAX_SIDE_PX = 9_999
"""What a contract forgets to bound is bounded here, so that an answer ends."""

_LONGEST_WORD = 40
_PAIR = re.compile(
    r"(?:(?P<word>[a-z_]+)_)?(?P<a>[1-9][0-9]{0,3})(?P<between>[x*:_])(?P<b>[1-9][0-9]{0,3})"
)

_MOST_OF_RATIO = 32
"""Two numbers up to this are a ratio: nobody asks for a picture of 16 by 9 pixels."""

_MOST_BY_A_COLON = 99
"""Two numbers with a colon between are a ratio up to this, and pixels where both are above it."""

_FEWEST_LINES = 128
"""A number below this is no side in pixels: it may be a quality or a count."""

_LINES_OF_KILO = {0.5: 540, 1: 1080, 2: 1440, 4: 2160, 8: 4320}
"""The shorter side in pixels of what is called 1K, 2K and so on, where it is no square."""

_KILO_PX = 1024
_STEP_PX = 16
"""Sides that a ratio decides are whole multiples of this, as the vendors of models make them."""

_SQUARES = frozenset({"square", "square_hd"})
_OF_THE_SOURCE = frozenset({"auto", "adaptive", "match_input_image", "match_input", "original"})
_UPRIGHT, _LYING = "portrait", "landscape"
_OF_A_SQUARE = 1.5
"""The ratio of a portrait or landscape where the default is square."""


class _Asked(NamedTuple):
    """What one value says of a size: one of these, or nothing.

    Attributes:
        pixels: Width and height.
        ratio: Width to height.
        lines: The shorter side in pixels.
        kilo: The side of a square of the same area, in 1024 pixels.
    """

    pixels: tuple[int, int] | None = None
    ratio: float | None = None
    lines: int | None = None
    kilo: float | None = None


_NOTHING = _Asked()


def compute_size(
    size: Size, params: Mapping[str, Any], source: float | None = None
) -> tuple[int, int]:
    """Return width and height of the picture or film asked for, each 1 to `MAX_SIDE_PX`.

    Args:
        size: How the model reads its size.
        params: The parameters of the run.
        source: The ratio of the picture that it is made of, for `auto` and the like.
    """
    width, height = _choose_size(size, params, source)
    return (
        read_count(find_value(params, size.width_parameter), MAX_SIDE_PX) or width,
        read_count(find_value(params, size.height_parameter), MAX_SIDE_PX) or height,
    )


def _choose_size(size: Size, params: Mapping[str, Any], source: float | None) -> tuple[int, int]:
    """Return the size that the parameters say other than width and height."""
    default = _split(size.default)
    ratio = lines = kilo = None
    for asked in _read_all(size, params, default[0] / default[1], source):
        if asked.pixels:
            return asked.pixels
        ratio = ratio or asked.ratio
        lines = lines or asked.lines
        kilo = kilo or asked.kilo
    megapixels = read_number(find_value(params, size.megapixels_parameter))
    if not (lines or kilo) and megapixels is not None and megapixels > 0:
        kilo = sqrt(min(megapixels, MAX_SIDE_PX))
    return _fit(default, ratio, lines, kilo)


def _read_all(
    size: Size, params: Mapping[str, Any], shape: float, source: float | None
) -> Iterator[_Asked]:
    """Yield what each parameter says; `shape` is the default's width to its height."""
    for name in size.parameters:
        word = spell(params.get(name))
        if word in size.named:
            yield _Asked(pixels=_split(size.named[word]))
        elif 0 < len(word) <= _LONGEST_WORD:
            word = word.lower()
            yield _Asked(ratio=source) if word in _OF_THE_SOURCE else _read_word(word, shape)


def _read_word(word: str, shape: float) -> _Asked:
    """Return what a word in lower case says."""
    for pattern, read in _READERS:
        if match := pattern.fullmatch(word):
            return read(match)
    if word in _SQUARES:
        return _Asked(ratio=1)
    long = max(shape, 1 / shape) if shape != 1 else _OF_A_SQUARE
    return _Asked(ratio={_LYING: long, _UPRIGHT: 1 / long}.get(word))


def _read_pair(match: re.Match[str]) -> _Asked:
    """Return the ratio or the pixels that two numbers are; a colon may be between either."""
    a, b = int(match["a"]), int(match["b"])
    longest, shortest = max(a, b), min(a, b)
    has_colon = match["between"] == ":"
    if longest <= (_MOST_BY_A_COLON if has_colon else _MOST_OF_RATIO):
        turned = {_UPRIGHT: shortest / longest, _LYING: longest / shortest}
        return _Asked(ratio=turned.get(match["word"] or "", a / b))
    is_neither = has_colon and shortest <= _MOST_BY_A_COLON
    return _NOTHING if is_neither else _Asked(pixels=(a, b))


def _read_lines(match: re.Match[str]) -> _Asked:
    lines = int(match[1])
    return _Asked(lines=lines) if lines >= _FEWEST_LINES else _NOTHING


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Asked]], ...] = (
    (_PAIR, _read_pair),
    (re.compile(r"([1-9][0-9]{2,3})p?"), _read_lines),
    (re.compile(r"(0\.5|[1-8])k"), lambda match: _Asked(kilo=float(match[1]))),
    (re.compile(r"([1-9]\.[0-9]{1,3}):1"), lambda match: _Asked(ratio=float(match[1]))),
)
"""What a value in lower case may be spelled like, and what reads it."""


def _fit(
    default: tuple[int, int], ratio: float | None, lines: int | None, kilo: float | None
) -> tuple[int, int]:
    """Return the size of this ratio, else of the default's, with so many lines or such an area."""
    width, height = default
    shape = ratio or width / height
    stretch = max(shape, 1 / shape)
    if lines is None and kilo and width != height:
        lines = _LINES_OF_KILO.get(kilo)
    if lines:
        shorter, longer = lines, min(round(lines * stretch / 2) * 2, MAX_SIDE_PX)
    elif kilo or ratio:
        area = (kilo * _KILO_PX) ** 2 if kilo else width * height
        shorter = _to_step(sqrt(area / stretch))
        longer = _to_step(shorter * stretch)
    else:
        return default
    return (shorter, longer) if shape < 1 else (longer, shorter)


def _to_step(side: float) -> int:
    return min(max(round(side / _STEP_PX), 1), MAX_SIDE_PX // _STEP_PX) * _STEP_PX


def _split(size: str) -> tuple[int, int]:
    """Return the two numbers of a size in a contract, 1024x640."""
    width, _, height = size.partition("x")
    return int(width), int(height)
