"""Work in steps, of which only what touches the state needs the emulator's lock.

A function that may have much to do is a generator: it yields steps, each of them short, and is sent
what they return. Whoever runs it holds the lock around each step and nowhere else, so nobody waits
for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

Step: TypeAlias = Callable[[], Any]
Steps: TypeAlias = Generator[Step, Any, Any]


def give_way() -> None:
    """Do nothing: a step that only lets others have their turn."""


def run_steps(steps: Steps) -> Any:
    """Run steps to their end, where nobody else can touch the state, and return their result."""
    try:
        step = next(steps)
        while True:
            step = steps.send(step())
    except StopIteration as end:
        return end.value
