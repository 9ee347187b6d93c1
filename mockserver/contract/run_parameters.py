"""What the parameters of a run ask for: price, seconds, format, length, number and seed.

Each is read under all the names that the terms of its model have for it, as number or as text (P1),
and null is as if it were left out (P2). Its size is a matter of its own (`contract/picture_sizes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mockserver.contract.model_terms import Duration, Format, Output, Seed, Terms
from mockserver.contract.parameter_values import (
    find_value,
    read_count,
    read_flag,
    read_number,
    read_seconds,
    read_whole,
    spell,
)
from mockserver.media.artefacts import EXTENSIONS, FORMATS

LONGEST_RUN_S = 1_000_000_000
"""No run is asked to take longer, so that its end is an instant."""

SHORTEST_FILE_S = 0.001
LONGEST_FILE_S = 60.0
MOST_PICTURES = 16
"""What a contract forgets to bound is bounded here, so that an answer ends."""

FRAMES_PER_S = 24
"""Of a film that is asked for in pictures (inferred)."""

SMALLEST_AMOUNT = Decimal("1e-10")
"""US dollars to which a price by the second is rounded: balances are told that finely (R6)."""


def compute_price(terms: Terms, params: Mapping[str, Any]) -> Decimal:
    """Return what a run costs, in US dollars: by the run, the second or the picture."""
    price = terms.price
    usd = price.usd
    if price.parameter and (asked := find_value(params, price.parameter)) is not None:
        usd = price.usd_by_value.get(spell(asked), usd)
    if price.per == "run":
        return usd
    duration = terms.output.duration
    if price.per == "second" and duration:
        seconds = Decimal(str(_read_duration(duration, params)))
        return (usd * seconds).quantize(SMALLEST_AMOUNT)
    return usd * count_pictures(terms, params) if price.per == "picture" else usd


def compute_seconds(terms: Terms, params: Mapping[str, Any], speed: float) -> float:
    """Return the virtual seconds of a run: literal where a parameter says so (O5)."""
    if terms.duration_parameter:
        literal = read_number(find_value(params, terms.duration_parameter))
        if literal is not None and literal >= 0:
            return float(min(literal, LONGEST_RUN_S))
    return terms.typical_s / speed


def compute_format(
    output: Output, params: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Format:
    """Return the file format asked for: a parameter may choose among those of the medium."""
    names = output.format_parameter
    if not names:
        return output.format
    asked = find_value(params, names)
    if asked is None:
        asked = find_value(defaults, names)
    spelled: Any = EXTENSIONS.get(spell(asked).lower())
    return spelled if spelled in FORMATS[output.media] else output.format


def compute_duration(duration: Duration, params: Mapping[str, Any]) -> float:
    """Return how many seconds the file of a film or sound plays: as asked for, within bounds."""
    return max(SHORTEST_FILE_S, min(_read_duration(duration, params), LONGEST_FILE_S))


def _read_duration(duration: Duration, params: Mapping[str, Any]) -> float:
    """Return the seconds of film or sound that were asked for: as seconds, else as pictures."""
    seconds = read_seconds(find_value(params, duration.parameter))
    if seconds is None or seconds <= 0:
        seconds = _compute_seconds_of_frames(duration, params) or duration.default_s
    return float(min(seconds, LONGEST_RUN_S))


def _compute_seconds_of_frames(duration: Duration, params: Mapping[str, Any]) -> float | None:
    frames = read_number(find_value(params, duration.frames_parameter))
    if frames is None or frames <= 0:
        return None
    rate = read_number(find_value(params, duration.frames_per_second_parameter))
    per_second = rate if rate is not None and rate > 0 else FRAMES_PER_S
    # Both are from JSON, where a whole number may be too long for a float.
    return min(frames, LONGEST_RUN_S) / max(min(per_second, LONGEST_RUN_S), 1 / LONGEST_RUN_S)


def is_base64(terms: Terms, params: Mapping[str, Any]) -> bool:
    """Tell whether v1 is asked for pictures inside JSON (V1c, V6)."""
    return terms.base64 is not None and read_flag(find_value(params, terms.base64.parameter))


def returns_last_frame(output: Output, params: Mapping[str, Any]) -> bool:
    """Tell whether the last frame of a film is asked for beside it (O2)."""
    return read_flag(find_value(params, output.last_frame_parameter))


def count_pictures(terms: Terms, params: Mapping[str, Any]) -> int:
    """Return how many pictures are asked for."""
    names = terms.output.count_parameter
    if not names and terms.base64:
        names = terms.base64.count_parameter
    if not names:
        return 1
    return read_count(find_value(params, names), MOST_PICTURES) or 1


def find_seed(seed: Seed, params: Mapping[str, Any]) -> int | None:
    """Return the seed that was given, also beyond 32 bits (P7); None where it is to be drawn."""
    given = read_whole(find_value(params, seed.parameter))
    return None if given == seed.drawn_for else given
