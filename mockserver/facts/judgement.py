"""What a judge says of one place, and which judge speaks about which fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from mockserver.base.bounds import cut
from mockserver.contract.catalogue import Catalogue
from mockserver.facts.observed import Observed, Story

MOST_SHOWN = 199
"""Characters of a value that a judgement shows, beside the ellipsis."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, held against one exchange.

    Attributes:
        fact: Its id in the register.
        number: The exchange, by its number in the story.
        where: The place in it: `status`, `body`, `body.error`, `header x-cost`, `seconds`, ….
        agrees: Whether what was found is what the fact says.
        expected: What the fact says, as a value or in a few words.
        found: What was there.
        remark: What is worth a word though it agrees; empty where nothing is.
    """

    fact: str
    number: int
    where: str
    agrees: bool
    expected: str
    found: str
    remark: str = ""


Judge: TypeAlias = Callable[[Story, Catalogue], Iterator[Judgement]]
"""Says nothing of a story in which nothing speaks about its fact."""

JUDGES: dict[str, Judge] = {}
"""The judge of each fact, by the fact's id; `facts.judges` imports all modules that fill it."""


def judges(fact: str) -> Callable[[Judge], Judge]:
    """Make a function the judge of a fact."""

    def register(judge: Judge) -> Judge:
        if fact in JUDGES:
            raise AssertionError(fact)
        JUDGES[fact] = judge
        return judge

    return register


def compare(
    fact: str, exchange: Observed, where: str, expected: object, found: object
) -> Judgement:
    """Judge by whether two values are equal; both are shown as Python would write them."""
    agrees = expected == found
    return judge_place(
        fact, exchange, where, agrees=agrees, expected=repr(expected), found=repr(found)
    )


def judge_place(
    fact: str, exchange: Observed, where: str, *, agrees: bool, expected: str, found: str
) -> Judgement:
    """Judge one place; what was expected and found is shown up to `MOST_SHOWN` characters."""
    return Judgement(
        fact=fact,
        number=exchange.number,
        where=where,
        agrees=agrees,
        expected=cut(expected, MOST_SHOWN),
        found=cut(found, MOST_SHOWN),
    )
