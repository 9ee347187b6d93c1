"""Ending when stdin does: a program that started a server through a pipe takes it along.

However that program ends, the system closes its end of the pipe.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

from mockserver.cli.refusals import Refusal
from mockserver.cli.serve_log import find_descriptor

_PART = 64 * 1024


def find_stdin() -> int:
    """Return the descriptor of stdin.

    Raises:
        Refusal: there is none.
    """
    descriptor = find_descriptor(sys.stdin)
    if descriptor is None:
        raise Refusal("stdin is closed, and --until-eof waits for its end; give it a pipe")
    return descriptor


def stop_at_end(descriptor: int) -> Thread:
    """Have this process take SIGTERM once nothing more can come from a descriptor.

    Returns:
        The thread that reads until then, and does nothing with what it reads.
    """
    thread = Thread(target=_read_to_end, args=(descriptor,), name="segmock-stdin", daemon=True)
    thread.start()
    return thread


def _read_to_end(descriptor: int) -> None:
    try:
        while os.read(descriptor, _PART):
            pass
    finally:
        signal.raise_signal(signal.SIGTERM)
