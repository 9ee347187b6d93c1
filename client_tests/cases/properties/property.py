"""What a property is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis.strategies import SearchStrategy

from client_tests.cases.model import Case, Level


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property.

    Attributes:
        id: Its name.
        title: What a right client does.
        level: Whether it has to.
        facts: The facts that it rests on.
        feature: The operation that a driver needs for it.
        cases: Returns the strategy of its cases.
        share: What part of --examples it is given: some take long.
    """

    id: str
    title: str
    facts: tuple[str, ...]
    cases: Callable[[], SearchStrategy[Case]]
    level: Level = "MUST"
    feature: str = "run"
    share: float = 1.0

    def strategy(self) -> SearchStrategy[Case]:
        """Return its cases, under its name."""
        return self.cases().map(self.name_case)

    def name_case(self, case: Case) -> Case:
        """Return a case as one of this property."""
        header: dict[str, Any] = {"id": self.id, "title": self.title, "facts": self.facts}
        return replace(case, level=self.level, **header)

    def examples(self, most: int) -> int:
        """Return how many cases it is given."""
        return max(2, round(most * self.share))
