"""What was meant by a name that is not known: the known one that is most like it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 64
"""Longer names are not compared: the time that takes grows with the square of their length."""

_ALIKE = 0.7
_IGNORED = str.maketrans("", "", "-_ .")


def find_close(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like this one; None where none is.

    Case, hyphens and the like do not count: `ideogram3` is very like `Ideogram-3`.
    """
    if len(name) > _LONGEST:
        return None
    folded = {_fold(each): each for each in known}
    close = get_close_matches(_fold(name), folded, n=1, cutoff=_ALIKE)
    return folded[close[0]] if close else None


def render_hint(name: str, known: Iterable[str], what: str) -> str:
    """Return a hint for a name that is not known: the one that was meant, and what there is.

    Args:
        name: What came.
        known: What could have come.
        what: What those are called, such as `fields`.
    """
    names = list(known)
    close = find_close(name, names)
    meant = f"did you mean `{close}`? " if close else ""
    return f"{meant}{what}: {', '.join(names)}"


def _fold(name: str) -> str:
    return name.lower().translate(_IGNORED)
