"""Running the core's `lock_steps` on an event loop: others have their turn after each step."""

from __future__ import annotations

from typing import Any

from mockserver.base.lock_steps import Steps
from mockserver.edges.realtime import give_way
from mockserver.edges.transactions import Transactions


async def run_async(steps: Steps, transactions: Transactions) -> Any:
    """Run steps to their end, each step a transaction, and return their result."""
    try:
        step = next(steps)
        while True:
            value = transactions.run(step)
            await give_way()
            step = steps.send(value)
    except StopIteration as end:
        return end.value
