"""Running the core's `lock_steps` on an event loop: others have their turn after each step."""

from __future__ import annotations

from threading import Lock
from typing import Any

from mockserver.base.lock_steps import Steps
from mockserver.edges.realtime import give_way


async def run_async(steps: Steps, lock: Lock) -> Any:
    """Run steps to their end, each step within the lock, and return their result."""
    try:
        step = next(steps)
        while True:
            with lock:
                value = step()
            await give_way()
            step = steps.send(value)
    except StopIteration as end:
        return end.value
