"""Signals as something to wait for among other things."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def ring_for(signals: Sequence[signal.Signals]) -> Iterator[socket.socket]:
    """Have signals do nothing but make a socket readable, which gives the number of each as a byte.

    Only the main thread of a process may ask for that.
    """
    bell, rope = socket.socketpair()
    with bell, rope:
        rope.settimeout(0)
        before = {number: signal.signal(number, _do_nothing) for number in signals}
        previous = signal.set_wakeup_fd(rope.fileno(), warn_on_full_buffer=False)
        try:
            yield bell
        finally:
            signal.set_wakeup_fd(previous)
            for number, handler in before.items():
                signal.signal(number, handler)


def _do_nothing(_number: int, _frame: Any) -> None:
    """Let a signal be told by the bell alone."""
