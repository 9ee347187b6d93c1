"""Whether a JSON value arrived as it was given, and how it differs if it did not.

Numbers are compared as IEEE 754 doubles tell them apart (RFC 8259 §6), since most languages have
no others; and what was an integer has to be one still, as far as the language can write it so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_EXACT = 2**53
"""Up to here a double holds every integer."""

_EXPONENT_FROM = 1e21
"""From here on JavaScript writes an integer with an exponent, which reads as a number."""

_SHOWN = 60
"""Characters of a value in a message."""

_TOLD = 3
"""Differences in a message; the others are counted."""

_NAMES = {
    bool: "boolean", int: "integer", float: "number", str: "text", type(None): "null",
    list: "array", dict: "object",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One place at which two values differ.

    Attributes:
        path: The names and positions that lead to it.
        kind: `retyped` is a value of another JSON type; `changed` one of the same type.
        given: What was given; None if it is `added`.
        arrived: What came; None if it is `missing`.
    """

    path: Path
    kind: Literal["missing", "added", "retyped", "changed"]
    given: Any = None
    arrived: Any = None


def is_same(sent: Any, given: Any) -> bool:
    """Tell whether a JSON value that arrived is the one that was given."""
    return next(find_differences(sent, given), None) is None


def find_differences(sent: Any, given: Any, path: Path = ()) -> Iterator[Difference]:
    """Yield every place at which a JSON value that arrived is not the one that was given."""
    if isinstance(sent, dict) and isinstance(given, dict):
        for name in given.keys() - sent.keys():
            yield Difference(path=(*path, name), kind="missing", given=given[name])
        for name in sent.keys() - given.keys():
            yield Difference(path=(*path, name), kind="added", arrived=sent[name])
        for name in given.keys() & sent.keys():
            yield from find_differences(sent[name], given[name], (*path, name))
    elif isinstance(sent, list) and isinstance(given, list) and len(sent) == len(given):
        for place, (one, other) in enumerate(zip(sent, given, strict=True)):
            yield from find_differences(one, other, (*path, place))
    elif not _is_same_leaf(sent, given):
        kind: Literal["retyped", "changed"] = (
            "changed" if _name_type(sent) == _name_type(given) else "retyped"
        )
        yield Difference(path=path, kind=kind, given=given, arrived=sent)


def _is_same_leaf(sent: Any, given: Any) -> bool:
    if is_number(sent) and is_number(given):
        return _is_same_number(sent, given)
    return type(sent) is type(given) and bool(sent == given)


def is_number(value: Any) -> bool:
    """Tell whether a JSON value is a number, which a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_same_number(sent: float, given: float) -> bool:
    """Tell whether two numbers are one double, the text of which may be read as either."""
    if isinstance(sent, int) and isinstance(given, int) and abs(given) <= _EXACT:
        return sent == given
    try:
        double = float(given)
        is_same_double = float(sent) == double
    except OverflowError:  # an integer beyond all doubles
        return type(sent) is type(given) and sent == given
    is_integer_lost = isinstance(sent, float) and isinstance(given, int)
    return is_same_double and not (is_integer_lost and abs(double) < _EXPONENT_FROM)


def describe_difference(sent: Any, given: Any, name: str = "params") -> str:
    """Say where and how a value differs from what was given, in part of a sentence."""
    found = sorted(find_differences(sent, given), key=lambda each: list(map(str, each.path)))
    told = [_describe(each, name) for each in islice(found, _TOLD)]
    if len(found) > _TOLD:
        told.append(f"and {len(found) - _TOLD} more")
    return "; ".join(told)


def _describe(difference: Difference, name: str) -> str:
    where = name + "".join(map(_render_step, difference.path))
    match difference.kind:
        case "missing":
            return f"{where}: given {_show(difference.given)}, did not arrive"
        case "added":
            return f"{where}: not given, arrived {_show(difference.arrived)}"
    if isinstance(difference.given, str) and isinstance(difference.arrived, str):
        return f"{where}: {_compare_texts(difference.arrived, difference.given)}"
    return f"{where}: given {_show(difference.given)}, arrived {_show(difference.arrived)}"


def _render_step(step: str | int) -> str:
    return f".{step}" if isinstance(step, str) and step.isidentifier() else f"[{_clip(step)}]"


def _show(value: Any) -> str:
    """Return a value as JSON, clipped, with its type where the JSON does not tell it."""
    text, kind = _clip(value), _name_type(value)
    is_plain = value is None or isinstance(value, bool | str)
    return text if is_plain else f"{text} ({kind})"


def _name_type(value: Any) -> str:
    return _NAMES[type(value)]


def _clip(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text):,} characters)"


def _compare_texts(sent: str, given: str) -> str:
    """Say how two texts differ: whole if they are short, else from where on."""
    if max(len(sent), len(given)) <= _SHOWN:
        return f"given {_show(given)}, arrived {_show(sent)}"
    pairs = enumerate(zip(sent, given, strict=False))
    at = next((place for place, (one, other) in pairs if one != other), min(len(sent), len(given)))
    return (
        f"given a text of {len(given):,} characters, arrived one of {len(sent):,}, which differs "
        f"from character {at + 1:,} on: {_excerpt(given, at)} became {_excerpt(sent, at)}"
    )


def _excerpt(text: str, at: int) -> str:
    shown = json.dumps(text[at : at + _SHOWN // 3], ensure_ascii=False)
    return shown if text[at:] else "its end"
