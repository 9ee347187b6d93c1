"""Regular expressions of a JSON Schema: read once, weighed, and matched by an engine with bounds.

A pattern comes from a client, so it is never given to an engine that may backtrack for ever. That
of `jsonschema-rs` takes linear time, but for assertions and backreferences, which it follows for a
bounded number of steps.
"""

from __future__ import annotations

import re
import re._parser as parser  # type: ignore[import-not-found]  # public only as a compiled pattern
from functools import lru_cache
from math import prod
from typing import Any

import jsonschema_rs
import msgspec

from mockserver.base.errors import UnmetError

MOST_CHARACTERS = 5_000
MOST_WEIGHT = 20_000
BACKTRACKS = 10_000
"""Steps back after which a pattern with assertions or backreferences matches nothing."""
ENGINE = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS, size_limit=1 << 20)
"""The engine for every pattern that comes from a client."""

_BACKTRACKING = {
    "ASSERT", "ASSERT_NOT", "ATOMIC_GROUP", "GROUPREF", "GROUPREF_EXISTS", "POSSESSIVE_REPEAT",
}  # fmt: skip
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_WIDE = 5
"""What a class that holds most of Unicode weighs."""
_SCRIPTS = 200
"""What a class of letters of any script weighs."""

_LETTERS = {"L": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "P": "!-/"}
_DIALECT = re.compile(
    r"\\p\{(?:Letter|([A-Z][a-z]?))\}|\\.|[\[\]]|--|[&|~]|\(\?<(?![=!])", re.DOTALL
)
"""What JSON Schema's dialect spells otherwise, and what tells where a class begins and ends."""
_IN_CLASS = {"[": r"\[", "--": r"-\-", "&": r"\&", "|": r"\|", "~": r"\~"}
"""What stands for itself in a class, though `re` warns that it may not for ever."""
_COUNT = re.compile(r"\{(\d{0,9})(?:,(\d{0,9}))?\}")


class Expression(msgspec.Struct, frozen=True):
    """A pattern that was read.

    Attributes:
        parts: What the standard library reads in it; None where that cannot read it.
        weight: States of the engine, about: repeated parts weigh as often as they are repeated.
        backtracks: It has assertions or backreferences.
        problem: Why it cannot be read.
    """

    parts: Any
    weight: int
    backtracks: bool
    problem: str = ""

    def count_work(self, length: int) -> int:
        """Return the units of work to match a text of this length, at the most."""
        if self.backtracks:
            return min(BACKTRACKS, (length + 1) ** 2) * length * self.weight // 2_000
        return length * min(self.weight, 64 * (length + 1)) // 100


def read_expression(pattern: str) -> Expression:
    """Read a pattern.

    Raises:
        UnmetError: it is too long, or repeats too much.
    """
    if len(pattern) > MOST_CHARACTERS:
        raise UnmetError(
            f"the pattern {shorten(pattern)} has {len(pattern)} characters, "
            f"and at most {MOST_CHARACTERS} are read"
        )
    try:
        parts = parser.parse(_translate(pattern))
        weight, backtracks = _weigh(parts)
    except (re.error, RecursionError, OverflowError, FutureWarning) as error:
        found = Expression(None, _estimate_weight(pattern), backtracks=True, problem=str(error))
    else:
        scripts = _SCRIPTS if re.search(r"\\[pP]|\(\?\w*i", pattern) else 1
        found = Expression(parts, weight * scripts, backtracks)
    if found.weight > MOST_WEIGHT:
        raise UnmetError(
            f"the pattern {shorten(pattern)} repeats so much that it has {found.weight} parts, "
            f"and at most {MOST_WEIGHT} are followed"
        )
    return found


def is_match(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches somewhere in a text; one that nobody can read does not."""
    validator = _compile(pattern)
    return validator is not None and bool(validator.is_valid(text))


@lru_cache(maxsize=64)
def _compile(pattern: str) -> Any:
    try:
        return jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=ENGINE)
    except (jsonschema_rs.ValidationError, ValueError):
        return None


def shorten(words: str) -> str:
    """Return words as they fit into a message."""
    most = 120
    return words if len(words) <= most else words[:most] + "…"


def _translate(pattern: str) -> str:
    """Return the pattern with what only JSON Schema's dialect has spelled for `re`."""
    is_class = False

    def spell(found: re.Match[str]) -> str:
        nonlocal is_class
        came = found[0]
        if is_class and came in _IN_CLASS:
            return _IN_CLASS[came]
        if came in {"[", "]"}:
            is_class = came == "["
        if came.startswith(r"\p{"):
            letters = _LETTERS.get(found[1] or "L", "a-zA-Z")
            return letters if is_class else f"[{letters}]"
        return "(?P<" if came == "(?<" and not is_class else came

    return _DIALECT.sub(spell, pattern)


def _weigh(parts: Any) -> tuple[int, bool]:
    """Return the weight of a sequence of parts, and whether one of them backtracks."""
    weight, backtracks = 1, False
    for kind, value in parts:
        name = str(kind)
        own, inner_backtracks = _weigh_part(name, value)
        weight += own
        backtracks = backtracks or inner_backtracks or name in _BACKTRACKING
    return weight, backtracks


def _weigh_part(name: str, value: Any) -> tuple[int, bool]:
    if name in {"ANY", "NOT_LITERAL"}:
        return _WIDE, False
    if name == "IN":
        return (_WIDE if str(value[0][0]) == "NEGATE" else 1) + len(value) // 4, False
    if name in _REPEATS:
        low, high, inner = value
        weight, backtracks = _weigh(inner)
        return weight * max(low + 1 if high is parser.MAXREPEAT else high, 1), backtracks
    inner_parts = _find_inner_parts(name, value)
    weights = [_weigh(each) for each in inner_parts]
    return 1 + sum(each[0] for each in weights), any(each[1] for each in weights)


def _find_inner_parts(name: str, value: Any) -> list[Any]:
    """Return the sequences of parts that a part holds."""
    if name == "BRANCH":
        return list(value[1])
    if name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
        return [value[-1]]
    if name == "ATOMIC_GROUP":
        return [value]
    return [each for each in value[1:] if each] if name == "GROUPREF_EXISTS" else []


def _estimate_weight(pattern: str) -> int:
    """Return a weight that is certainly not too low: as if each repetition held all others."""
    counts = [max(int(low or 1), int(high or 1), 1) for low, high in _COUNT.findall(pattern)]
    return len(pattern) * prod(counts)
