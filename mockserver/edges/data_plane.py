"""The gateway, asked under the emulator's lock: the one place where edges do that."""

from __future__ import annotations

from threading import Lock

from mockserver.base.reading import Reading
from mockserver.base.wire import Outcome, Request, Wait
from mockserver.gateway.context import Services
from mockserver.gateway.gateway import Gateway


class DataPlane:
    """A gateway that any thread may ask.

    Args:
        gateway: What answers.
        lock: The emulator's, held while it does, never while waiting.
    """

    def __init__(self, gateway: Gateway, lock: Lock) -> None:
        self._gateway = gateway
        self._lock = lock

    @property
    def services(self) -> Services:
        """What the gateway asks; edges read contracts and options of it, which need no lock."""
        return self._gateway.services

    def handle(
        self, request: Request, reading: Reading | None = None, *, renders: bool = False
    ) -> Outcome:
        """Answer a request, or say for what to wait before `resume`, as `Gateway.handle` does.

        Unless it `renders` files here, the lock is not held for longer than an answer takes.
        """
        with self._lock:
            return self._gateway.handle(request, reading, renders=renders)

    def resume(self, wait: Wait, file: bytes | None = None) -> Outcome:
        """Go on with a request whose time has passed, or for which a file was rendered."""
        with self._lock:
            return self._gateway.resume(wait, file)

    def abandon(self, wait: Wait) -> None:
        """Note that the client of a request would not wait any longer."""
        with self._lock:
            self._gateway.abandon(wait)
