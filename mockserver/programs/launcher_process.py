"""The process that makes a network of a program's own, and then becomes the program (Linux)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import Popen
from typing import Any

from mockserver.programs import launcher
from mockserver.programs.bare_python import make_command
from mockserver.programs.child_process import start_process
from mockserver.programs.host_files import Mount, write_host_files
from mockserver.programs.namespace_refusals import explain_end, explain_refusal
from mockserver.programs.packet_watch import FOREIGN


class LauncherProcess:
    """A process that makes a network, and waits there for the program that it is to become.

    It starts at once, so that it works while the emulator is being made. It is killed when the
    thread that made it ends.

    Args:
        folder: Where files are written that the program is to see in place of the system's.
    """

    def __init__(self, folder: Path) -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            command = make_command(launcher.__name__, theirs.fileno())
            self.process = start_process(command, inherited=theirs)
        order = {"mounts": encode_mounts(write_host_files(folder)), "filter": FOREIGN}
        launcher.send(self.connection, order)

    def receive_sockets(self) -> tuple[list[int], dict[str, socket.socket]]:
        """Return descriptors of its namespaces, and the sockets that it has opened, by name.

        Raises:
            EmulatorError: this system does not allow such a network; it says why, and what to do.
        """
        try:
            answer, descriptors = launcher.receive(self.connection)
        except EOFError:
            raise explain_end(self.process.wait()) from None
        if "step" in answer:
            raise explain_refusal(answer["step"], answer["errno"], answer["file"])
        count = len(launcher.NAMESPACES)
        opened = [socket.socket(fileno=each) for each in descriptors[count:]]
        return descriptors[:count], dict(zip(answer["opened"], opened, strict=True))

    def become(self, order: Mapping[str, Any]) -> Popen[bytes]:
        """Have it become a program; return that, once it is one.

        Raises:
            OSError: the program cannot be started.
            EmulatorError: a file cannot be laid over another.
        """
        launcher.send(self.connection, order)
        try:
            answer, _ = launcher.receive(self.connection)
        except EOFError:  # its end of the connection is closed where it becomes another program
            return self.process
        self.process.wait()
        if answer["step"] == launcher.EXEC:
            raise OSError(answer["errno"], os.strerror(answer["errno"]))
        raise explain_refusal(answer["step"], answer["errno"], answer["file"])

    def close(self) -> None:
        """Let it end, unless it has become a program."""
        self.connection.close()
        self.process.wait()


def encode(text: str) -> str:
    """Return the bytes of a name as the launcher reads them, whatever the locale of either is."""
    return os.fsencode(text).decode("latin-1")


def encode_mounts(mounts: Sequence[Mount]) -> list[Mount]:
    """Return mounts as the launcher reads them."""
    return [(encode(source), encode(target)) for source, target in mounts]
