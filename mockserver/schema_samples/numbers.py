"""A number between bounds, on a grid if there is one, computed in fractions."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.merge import Schema, merge, to_fraction

_SPAN = 100
"""How many steps from its one bound, or from zero, a number is drawn."""
_PARTS = 16
"""Into how many parts the space between two bounds is divided."""

_LARGEST = 10**300
"""Beyond it a number may be no float any more."""

_NONE = "no number lies between its bounds"

Bound: TypeAlias = tuple[Fraction, bool] | None
"""A bound, and whether it is itself excluded."""


def make_number(schema: Schema, draws: SeededRandom, *, is_whole: bool) -> float:
    """Return a number that satisfies the keywords for numbers of a schema.

    Raises:
        UnmetError: there is none.
    """
    low, high = _find_lower(schema), _find_upper(schema)
    if is_whole:
        schema = merge({"multipleOf": 1}, {"multipleOf": schema.get("multipleOf", 1)})
    if "multipleOf" in schema:
        return _to_plain(_draw_on_grid(to_fraction(schema["multipleOf"]), low, high, draws))
    return _to_plain(_draw_anywhere(low, high, draws))


def _find_bounds(schema: Schema, closed: str, opened: str) -> list[tuple[Fraction, bool]]:
    """Return the bounds on one side; before draft 6 the second was a flag of the first."""
    found = [(to_fraction(schema[closed]), schema.get(opened) is True)] if closed in schema else []
    is_number = opened in schema and not isinstance(schema[opened], bool)
    return [*found, (to_fraction(schema[opened]), True)] if is_number else found


def _find_lower(schema: Schema) -> Bound:
    return max(_find_bounds(schema, "minimum", "exclusiveMinimum"), default=None)


def _find_upper(schema: Schema) -> Bound:
    bounds = _find_bounds(schema, "maximum", "exclusiveMaximum")
    return min(bounds, key=lambda bound: (bound[0], not bound[1]), default=None)


def _draw_on_grid(step: Fraction, low: Bound, high: Bound, draws: SeededRandom) -> Fraction:
    first = None if low is None else ceil(low[0] / step) + (low[1] and low[0] % step == 0)
    last = None if high is None else floor(high[0] / step) - (high[1] and high[0] % step == 0)
    if first is None:
        first = 0 if last is None or 0 <= last <= _SPAN else last - _SPAN
    if last is None:
        last = first + _SPAN
    if first > last:
        raise UnmetError(_NONE)
    return draws.draw_integer(first, last) * step


def _draw_anywhere(low: Bound, high: Bound, draws: SeededRandom) -> Fraction:
    if low is None or high is None:
        steps = Fraction(draws.draw_integer(1, _SPAN), 2)
        if low is not None:
            return low[0] + steps
        return steps if high is None else high[0] - steps
    if low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1])):
        raise UnmetError(_NONE)
    return low[0] + (high[0] - low[0]) * draws.draw_integer(1, _PARTS - 1) / _PARTS


def _to_plain(value: Fraction) -> float:
    if abs(value) > _LARGEST:
        raise UnmetError(f"no number is made here that is larger than {_LARGEST:.0e}")
    return int(value) if value.denominator == 1 else float(value)
