"""A text that a regular expression matches.

The standard library reads the pattern, this module walks what it read, and a validator decides in
the end: `re` and JSON Schema's dialect differ in rare cases. (The library `rstr` does the same,
but its choices depend on the order of sets, which is another in every process.)
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.expressions import Expression, shorten

MOST_CHARACTERS = 20_000

_LETTERS = ((97, 122), (65, 90), (48, 57))
_CATEGORIES = {
    "CATEGORY_DIGIT": ((48, 57),),
    "CATEGORY_NOT_DIGIT": ((97, 122),),
    "CATEGORY_WORD": _LETTERS,
    "CATEGORY_NOT_WORD": ((45, 45), (32, 32)),
    "CATEGORY_SPACE": ((32, 32),),
    "CATEGORY_NOT_SPACE": _LETTERS,
}
"""Characters that stand for a class, as ranges of code points."""
_ANY = (*_LETTERS, (97, 122), (32, 47))
_OTHERS = "".join(map(chr, (*range(97, 123), *range(48, 58), *range(32, 127), *range(0xC0, 0x180))))
"""Where a character is found that is none of the given ones; the first come first."""
_MOST_OTHERS = 26

_CHARACTERS = {"LITERAL", "NOT_LITERAL", "ANY", "IN"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def make_matching_text(
    pattern: str,
    expression: Expression,
    draws: SeededRandom,
    budget: Budget,
    extra: int,
    *,
    is_exact: bool,
) -> str:
    """Return a text that the pattern matches, most likely.

    Args:
        pattern: The regular expression.
        expression: The same as it was read.
        draws: Decides wherever there is a choice.
        budget: Pays for each part that is written.
        extra: How many more times than it must something is repeated, where it may be.
        is_exact: Repeat so many more times, not up to so many.

    Raises:
        UnmetError: the pattern cannot be read, or its texts are too long.
        SpentError: the work is not worth it.
    """
    if expression.parts is None:
        raise UnmetError(f"the pattern {shorten(pattern)} cannot be read: {expression.problem}")
    return _Walk(draws, budget, extra, is_exact=is_exact).make_text(expression.parts)


class _Walk:
    """One way through a parsed pattern."""

    def __init__(self, draws: SeededRandom, budget: Budget, extra: int, *, is_exact: bool) -> None:
        self._draws = draws
        self._budget = budget
        self._extra = extra
        self._is_exact = is_exact
        self._groups: dict[int, str] = {}
        self._length = 0

    def make_text(self, parsed: Any) -> str:
        """Return a text for a sequence of parts."""
        self._budget.spend("`pattern`", 3 + 2 * len(parsed))
        return "".join(self._make_part(str(kind), value) for kind, value in parsed)

    def _make_part(self, kind: str, value: Any) -> str:
        if kind in _CHARACTERS:
            self._extend(1)
            return self._make_character(kind, value)
        if kind in _REPEATS:
            return self._repeat(*value)
        if kind == "SUBPATTERN":
            number, _, _, inner = value
            text = self._groups[number] = self.make_text(inner)
            return text
        if kind == "BRANCH":
            return self.make_text(value[1][self._draws.draw_integer(0, len(value[1]) - 1)])
        # Anchors and assertions add nothing; a validator tells whether they hold.
        return self._repeat_group(value) if kind == "GROUPREF" else ""

    def _extend(self, characters: int) -> None:
        """Count characters before they are written."""
        self._length += characters
        if self._length > MOST_CHARACTERS:
            raise UnmetError(f"its texts have more than {MOST_CHARACTERS} characters")

    def _repeat_group(self, number: int) -> str:
        text = self._groups.get(number, "")
        self._extend(len(text))
        return text

    def _make_character(self, kind: str, value: Any) -> str:
        if kind == "LITERAL":
            return chr(value)
        if kind == "NOT_LITERAL":
            return self._choose_other(((value, value),))
        if kind == "ANY":
            return self._choose_from(_ANY)
        self._budget.spend("`pattern`", len(value) // 2)
        ranges = tuple(span for each in value for span in _find_ranges(*each))
        is_negated = str(value[0][0]) == "NEGATE"
        return self._choose_other(ranges) if is_negated else self._choose_from(ranges)

    def _choose_from(self, ranges: tuple[tuple[int, int], ...]) -> str:
        low, high = ranges[self._draws.draw_integer(0, len(ranges) - 1)]
        return chr(self._draws.draw_integer(low, high))

    def _choose_other(self, ranges: tuple[tuple[int, int], ...]) -> str:
        self._budget.spend("`pattern`", 5 + 2 * len(ranges))
        others = (c for c in _OTHERS if not any(low <= ord(c) <= high for low, high in ranges))
        free = list(islice(others, _MOST_OTHERS))
        return free[self._draws.draw_integer(0, len(free) - 1)] if free else "\u4e00"

    def _repeat(self, least: int, most: Any, inner: Any) -> str:
        upto = min(int(most), least + self._extra)
        times = upto if self._is_exact else self._draws.draw_integer(least, upto)
        return "".join(self.make_text(inner) for _ in range(times))


def _find_ranges(kind: Any, value: Any) -> tuple[tuple[int, int], ...]:
    """Return the code points of a member of a class."""
    name = str(kind)
    if name == "LITERAL":
        return ((value, value),)
    if name == "RANGE":
        return (value,)
    return _CATEGORIES.get(str(value), ())
