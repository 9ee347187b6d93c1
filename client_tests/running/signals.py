"""SIGINT and SIGTERM: which of them interrupted a run, and when workers heed them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def find_signal(interrupt: KeyboardInterrupt) -> int:
    """Return the number of the signal: `segmock` has SIGTERM raise one that names it."""
    return int(interrupt.args[0]) if interrupt.args else int(signal.SIGINT)


@contextmanager
def hold_signals(*signals: signal.Signals) -> Iterator[None]:
    """Put both off, or these alone, here and in the processes that are started inside.

    A worker heeds them once it has said how, so that Ctrl-C meets none that is half there.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals or SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def heed_signals() -> None:
    """Let them through again, in a process that was started while they were put off."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
