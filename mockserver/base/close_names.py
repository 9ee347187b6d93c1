"""What was meant by a name that is not known: the known one that is most like it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 64
"""Longer names are not compared: the time that takes grows with the square of their length."""

_ALIKE = 0.7
_NEAR = 0.45
_MOST_NAMED = 8
"""So many names are told where there is a command that lists all of them."""

_IGNORED = str.maketrans("", "", "-_ .")


def find_close(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like this one; None where none is.

    Case, hyphens and the like do not count: `ideogram3` is very like `Ideogram-3`.
    """
    return next(iter(_find_alike(name, known, 1, _ALIKE)), None)


def render_hint(name: str, known: Iterable[str], what: str, listed_by: str | None = None) -> str:
    """Return a hint for a name that is not known: the one that was meant, and what there is.

    Args:
        name: What came.
        known: What could have come.
        what: What those are called, such as `fields`.
        listed_by: The command that lists them, where they may be too many to be named here.
    """
    names = list(known)
    close = find_close(name, names)
    meant = f"did you mean `{close}`? " if close else ""
    if listed_by is None or len(names) <= _MOST_NAMED:
        return f"{meant}{what}: {', '.join(names)}"
    near = ", ".join(_find_alike(name, names, _MOST_NAMED, _NEAR))
    rest = f"`{listed_by}` names all {len(names)}"
    return f"{meant}{what}: {f'{near}; {rest}' if near else rest}"


def _find_alike(name: str, known: Iterable[str], most: int, alike: float) -> list[str]:
    """Return the known names that are like this one, the most like it first."""
    if len(name) > _LONGEST:
        return []
    folded = {_fold(each): each for each in known}
    close = get_close_matches(_fold(name), folded, n=most, cutoff=alike)
    return [folded[each] for each in close]


def _fold(name: str) -> str:
    return name.lower().translate(_IGNORED)
