"""What is in the place of the vendor's hosts while a program runs: an emulator, or a recorder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from mockserver.programs.modes import Mode, ModeName
from mockserver.programs.variables import make_run_variables

if TYPE_CHECKING:
    from mockserver.edges.asgi import Application
    from mockserver.emulator import Emulator


class Vendor(Protocol):
    """What answers a program for the vendor's hosts."""

    @property
    def grace_s(self) -> float:
        """How long exchanges in flight may go on when the program has ended."""

    def open(self, mode: Mode) -> Application:
        """Return what is served on the listeners of a mode."""

    def make_variables(
        self, mode: ModeName, url: str, environment: Mapping[str, str]
    ) -> Mapping[str, str | None]:
        """Return what the program's environment gets of it; None takes a variable away.

        Args:
            mode: How the program runs.
            url: The root of what is served, over plain HTTP, as the program reaches it.
            environment: The caller's.
        """


class EmulatedVendor:
    """An emulator; any key is good there.

    Args:
        emulator: What is asked.
    """

    grace_s = 0.0

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def open(self, mode: Mode) -> Application:
        """Return what is served; servers of the program get its webhooks."""
        self._emulator.webhook_sender.connect = mode.connect
        return self._emulator.protect_asgi("127.0.0.1")

    def make_variables(
        self, mode: ModeName, url: str, environment: Mapping[str, str]
    ) -> Mapping[str, str | None]:
        """Return where the control plane is, and a key unless the program has one."""
        return make_run_variables(mode, url, environment)


class RecordedVendor:
    """The vendor itself, by way of a recorder; the program is given no key.

    Args:
        app: The recorder.
    """

    grace_s = 30.0

    def __init__(self, app: Application) -> None:
        self._app = app

    def open(self, mode: Mode) -> Application:  # noqa: ARG002
        """Return what is served."""
        return self._app

    def make_variables(
        self,
        mode: ModeName,  # noqa: ARG002
        url: str,  # noqa: ARG002
        environment: Mapping[str, str],  # noqa: ARG002
    ) -> Mapping[str, str | None]:
        """Take away what names an emulator: there is none."""
        return {"SEGMOCK_EXEC": None, "SEGMOCK_URL": None}
