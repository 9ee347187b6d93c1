"""What a person has corrected in a file that is made of sources: it stays as it is.

A file lists under `x-by-hand` the places (JSON pointers) that are a person's, each with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

BY_HAND = "x-by-hand"


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place, as a JSON pointer from the top of the file, and why it is corrected."""

    at: str
    why: str


def respect_hand(made: dict[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was made, with what a person has corrected in the file that is there.

    Args:
        made: What the sources say.
        there: The file.

    Raises:
        ValueError: `x-by-hand` lists what is no correction, or a place that is in neither.
    """
    corrections = msgspec.convert(there.get(BY_HAND, []), list[Correction])
    kept = msgspec.json.decode(msgspec.json.encode(made))
    for correction in corrections:
        _copy_place(correction.at, there, kept)
    return {BY_HAND: msgspec.to_builtins(corrections), **kept} if corrections else kept


def _copy_place(at: str, there: Any, kept: Any) -> None:
    """Have a place be in one document as it is in the other, or absent as there."""
    *way, last = _split_pointer(at)
    for step in way:
        there = there.get(step, {})
        kept = kept.setdefault(step, {})
        are_objects = isinstance(there, dict) and isinstance(kept, dict)
        if not are_objects:
            raise ValueError(f"{at!r} leads into what is no object; name {step!r} as a whole")
    if last in there:
        kept[last] = there[last]
    elif last in kept:
        del kept[last]
    else:
        raise ValueError(f"{at!r} is neither in this file nor in what its sources say")


def _split_pointer(at: str) -> list[str]:
    if not at.startswith("/"):
        raise ValueError(f"{at!r} came; a JSON pointer such as '/properties/steps' was expected")
    return [step.replace("~1", "/").replace("~0", "~") for step in at.split("/")[1:]]
