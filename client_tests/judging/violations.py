"""One thing that a client did wrong, and what looks for such things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from client_tests.cases.model import Case, Level
from client_tests.judging.trace import Trace


@dataclass(frozen=True)
class Violation:
    """One thing that a client did wrong, and the exchanges that show it.

    `is_advice` says of a SHOULD that it fails no case: it is not what the case is about.
    """

    assertion: str
    level: Level
    message: str
    facts: tuple[str, ...] = ()
    exchanges: tuple[int, ...] = ()
    is_advice: bool = False


Assertion: TypeAlias = Callable[[Case, Trace], Iterator[Violation]]
