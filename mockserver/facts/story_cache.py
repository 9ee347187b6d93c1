"""What is computed of a story once, however many judges ask for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from mockserver.facts.observed import Story

Value = TypeVar("Value")


def cache_on_story(compute: Callable[[Story], Value]) -> Callable[[Story], Value]:
    """Make a function of a story alone compute its value once, and keep it as long as the story.

    The value is handed out again and again, so it must be one that nobody changes.
    """
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def find(story: Story) -> Value:
        kept: dict[str, Value] = story.__dict__
        if name not in kept:
            kept[name] = compute(story)
        return kept[name]

    return find
