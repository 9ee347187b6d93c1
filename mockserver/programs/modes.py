"""A way to run a program so that the vendor's hosts are the emulator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from subprocess import Popen
from typing import Literal, Protocol

from mockserver.edges.listeners import Listener
from mockserver.edges.webhook_post import Connect

ModeName = Literal["namespace", "env"]


class Refuse(Protocol):
    """Tells that a program wanted something that is not there; safe to call from any thread."""

    def __call__(self, host: str, how: str) -> None:
        """Tell of it.

        Args:
            host: What was wanted: a name or an address, with `:PORT` where one is known.
            how: What was seen, such as `the name server was asked` or `TCP`.
        """


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every mode is given.

    Attributes:
        folder: A folder of this run alone, which is removed at its end.
        tls: The context of a server that has a certificate for each of the vendor's names.
        ca: The certificate of the authority that signs them, in PEM.
        refuse: What is told of every other host that the program wants.
    """

    folder: Path
    tls: SSLContext
    ca: bytes
    refuse: Refuse


class Mode(Protocol):
    """A way to run a program; what it needs is open once it is made.

    Attributes:
        name: What users call it.
        listeners: Where the emulator is to be served before the program starts; the first one
            speaks plain HTTP and is for the control plane, too.
        connect: Connects to a server that the program has started on this machine.
    """

    name: ModeName
    connect: Connect
    listeners: Sequence[Listener]

    def variables(self) -> dict[str, str | None]:
        """Return what the program's environment gets besides its own; None takes one away."""

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> Popen[bytes]:
        """Start the program as a direct child, with exactly this environment.

        Its stdin, stdout, stderr, process group and terminal are the caller's. Signals are held
        while this runs: `child_process.start_process` starts a child that gets them.

        Raises:
            OSError: it cannot be started: `FileNotFoundError`, `PermissionError`, ….
        """

    def close(self) -> None:
        """End whatever was opened, but for the listeners; the program has ended."""
