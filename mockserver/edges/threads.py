"""The emulator's own threads, which live in real time whatever a test does to its client's."""

from __future__ import annotations

import threading

_PREFIX = "segmock-"
SERVER = f"{_PREFIX}server"
PROXY = f"{_PREFIX}proxy"


def is_own() -> bool:
    """Tell whether the thread that asks is one of the emulator's."""
    return threading.current_thread().name.startswith(_PREFIX)
