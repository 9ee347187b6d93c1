"""The server that an audit offers to suites which start none: its URL is in SEGMOCK_URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockserver.control.control import ResetScope
from mockserver.emulator import Emulator
from mockserver.probe.probe import attach_probe


class OwnServer:
    """A server of this process that is part of the audit.

    Attributes:
        url: Its root.
    """

    def __init__(self, emulator: Emulator, url: str) -> None:
        self.url = url
        self._emulator = emulator

    def reset(self) -> None:
        """Bring it back to how it started."""
        emulator = self._emulator
        emulator.transactions.run(lambda: emulator.control.reset(ResetScope()))


@contextmanager
def serve_own(folder: Path) -> Iterator[OwnServer]:
    """Serve on a free port of this machine while the context lasts; the clock steps with polls."""
    emulator = Emulator(clock="auto")
    attach_probe(emulator.services, str(folder))
    with emulator.live() as server:
        yield OwnServer(emulator, server.url)
