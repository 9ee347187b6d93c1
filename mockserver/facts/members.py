"""Which members a JSON object has: the order is nobody's, and more than those named do no harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.facts.judgement import Judgement, judge_place
from mockserver.facts.observed import Observed


def judge_members(
    fact: str, exchange: Observed, where: str, names: Iterable[str], found: Any
) -> Judgement:
    """Judge whether a value is an object that has members of these names."""
    wanted = sorted(names)
    present = sorted(found) if isinstance(found, Mapping) else None
    return judge_place(
        fact,
        exchange,
        f"members of {where}",
        agrees=present is not None and set(wanted) <= set(present),
        expected=f"at least {', '.join(wanted)}",
        found=", ".join(present) or "none" if present is not None else name_kind(found),
    )


def judge_kind(
    fact: str, exchange: Observed, where: str, kind: type | tuple[type, ...], found: Any
) -> Judgement:
    """Judge which kind of JSON value one is; true and false are no numbers."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    is_kind = isinstance(found, kinds) and (bool in kinds or not isinstance(found, bool))
    return judge_place(
        fact,
        exchange,
        where,
        agrees=is_kind,
        expected=" or ".join(dict.fromkeys(_KINDS[each] for each in kinds)),
        found=name_kind(found),
    )


def name_kind(value: Any) -> str:
    """Return what a JSON value is, in a word or two."""
    return _KINDS.get(type(value), "no JSON")


_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
