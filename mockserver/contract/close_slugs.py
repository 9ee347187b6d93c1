"""Which models' slugs are like one that no model has.

A slug is compared by its words and by its pairs of letters: people leave out a hyphen, a dot, the
`v` of a version or a word in the middle, and swap words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
_OF_A_VERSION = re.compile(r"(?<![a-z0-9])v(?=[0-9])")
_STABLE_DIFFUSION = re.compile(r"stable[-_ .]?diffusion(?:[-_ .]?(?=xl))?")
"""The vendor's slugs mostly have `sd` for it, and `sdxl`."""

_SHORTENED = (
    (_STABLE_DIFFUSION, "sd"),
    (re.compile("background"), "bg"),
    (re.compile("text2"), "txt2"),
)
"""What the vendor's slugs shorten, some of them: both ways of writing it are compared as one."""

_LONGEST = 200
"""Characters; a longer text is compared as far as that."""

_ALIKE = 0.45
_PART = 0.65
"""How alike two slugs are at the least if the words of one are all in the other."""

_LEFT_OUT = 0.4
"""How much of the difference does not count if nothing but words was left out."""

_SAME_FAMILY = 0.1
"""How much of the likeness is that both begin with the same word."""

_WORSE = 0.25
"""By how much less alike than the closest one a slug may be to be named beside it."""

_MOST_KNOWN = 1024


class Likeness(NamedTuple):
    """A slug that is like another: 1 means that they differ in hyphens, dots and case alone."""

    slug: str
    score: float


class _Parts(NamedTuple):
    """What of a slug is compared."""

    folded: str
    first: str
    words: frozenset[str]
    pairs: frozenset[str]
    letters: int
    """In all of its words together, each counted once."""


class CloseSlugs:
    """Finds slugs that are like another, and remembers what it found last.

    Args:
        slugs: The slugs that there are; of those that are equally alike the first comes first.
    """

    def __init__(self, slugs: Iterable[str]) -> None:
        self._slugs = slugs
        self._known: dict[str, tuple[Likeness, ...]] = {}

    @cached_property
    def _parts(self) -> list[tuple[str, _Parts]]:
        return [(slug, _split_slug(slug)) for slug in self._slugs]

    def find(self, slug: str, most: int = 3) -> list[str]:
        """Return up to so many other slugs that are like this one, the closest first."""
        return [each.slug for each in self.rank(slug)[:most]]

    def rank(self, slug: str) -> tuple[Likeness, ...]:
        """Return all slugs that may have been meant, the closest first."""
        slug = slug[:_LONGEST]
        ranked = self._known.get(slug)
        if ranked is None:
            ranked = tuple(self._compare(slug))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[slug] = ranked
        return ranked

    def _compare(self, slug: str) -> list[Likeness]:
        asked = _split_slug(slug)
        scored = [
            Likeness(each, _compute_score(asked, parts))
            for each, parts in self._parts
            if each != slug
        ]
        best = max((each.score for each in scored), default=0.0)
        least = best if best == 1 else max(_ALIKE, best - _WORSE)
        close = [each for each in scored if each.score >= least]
        return sorted(close, key=lambda each: -each.score)


def _split_slug(slug: str) -> _Parts:
    spelled = slug.lower()
    for written, short in _SHORTENED:
        spelled = written.sub(short, spelled)
    words = _WORD.findall(_OF_A_VERSION.sub("", spelled))
    folded, distinct = "".join(words).replace(".", ""), frozenset(words)
    pairs = frozenset(map("".join, pairwise(folded)))
    return _Parts(folded, words[0] if words else "", distinct, pairs, sum(map(len, distinct)))


def _compute_score(asked: _Parts, other: _Parts) -> float:
    """Return how alike two slugs are, from 0 to 1."""
    if asked.folded == other.folded:
        return 1.0
    pairs = len(asked.pairs & other.pairs)
    if not pairs:
        return 0.0
    words = asked.words & other.words
    score = pairs / (len(asked.pairs) + len(other.pairs))
    score += sum(map(len, words)) / (asked.letters + other.letters)
    if (
        len(words) in {len(asked.words), len(other.words)}
        or other.folded.startswith(asked.folded)
        or asked.folded.startswith(other.folded)
    ):
        score = max(score, _PART)
    if len(words) == len(asked.words):
        score += (1 - score) * _LEFT_OUT
    return score * (1 - _SAME_FAMILY) + _SAME_FAMILY * (asked.first == other.first)
