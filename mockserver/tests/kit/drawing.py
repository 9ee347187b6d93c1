"""Drawing from a strategy outside a property."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import SearchStrategy


def drawn(strategy: SearchStrategy[Any], examples: int = 100) -> list[Any]:
    """Return examples that a strategy gives, always the same ones."""
    found: list[Any] = []

    @seed(0)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found
