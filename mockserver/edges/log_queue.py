"""What is to be logged and has not been: bounded, so that a log that hangs takes no memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Event
from typing import NamedTuple, TypeAlias

from mockserver.state.journal import Exchange

MOST_ITEMS, MOST_BYTES = 2_000, 32 * 1024 * 1024
"""What may wait for whoever writes the log; what comes beyond it is counted, not kept."""


class Waiting(NamedTuple):
    """An exchange that waits.

    Attributes:
        owner: The key of the account whose it is.
        exchange: The exchange.
        fault: What the rule does that struck it, in words.
    """

    owner: str | None
    exchange: Exchange
    fault: str | None


Item: TypeAlias = Waiting | str
DescribeFault: TypeAlias = Callable[[str], str | None]


class LogQueue:
    """Exchanges and texts that wait to be logged, in their order.

    Args:
        describe_fault: Says what a rule does, by its id. It is asked when an exchange comes: later
            there may be another rule of that id, or none.

    Attributes:
        bell: Set when something waits.
        dropped: How many exchanges found no room since `take` was last called.
    """

    def __init__(self, describe_fault: DescribeFault) -> None:
        self._describe_fault = describe_fault
        self.bell = Event()
        self.dropped = 0
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._is_rung = False

    def __len__(self) -> int:
        """How much waits."""
        return len(self._items)

    def put_exchange(self, owner: str | None, exchange: Exchange) -> None:
        """Let an exchange wait; called within the emulator's lock, so it does next to nothing."""
        if len(self._items) >= MOST_ITEMS or self._bytes >= MOST_BYTES:
            self.dropped += 1
            return
        self._bytes += len(exchange.body) + len(exchange.request.body)
        fault_id = exchange.fault_id
        fault = None if fault_id is None else self._describe_fault(fault_id)
        self._items.append(Waiting(owner, exchange, fault))
        if not self._is_rung:
            self._is_rung = True
            self.bell.set()

    def put_text(self, text: str) -> None:
        """Let a text wait, if there is room; called by any thread."""
        if len(self._items) < 2 * MOST_ITEMS:
            self._items.append(text)
            self.bell.set()

    def take(self) -> tuple[list[Item], int]:
        """Return what waits, and how many exchanges found no room; within the emulator's lock."""
        self.bell.clear()
        self._is_rung = False
        items = [self._items.popleft() for _ in range(len(self._items))]
        self._bytes, dropped = 0, self.dropped
        self.dropped = 0
        return items, dropped
