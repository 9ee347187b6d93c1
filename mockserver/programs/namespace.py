"""Running a program in a network of its own, whose only hosts are the vendor's (Linux)."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import Popen
from typing import Any

from mockserver.edges.listeners import Listener
from mockserver.edges.webhook_post import Connect
from mockserver.programs import launcher
from mockserver.programs.child_process import start_process
from mockserver.programs.host_files import Mount, write_host_files
from mockserver.programs.modes import ModeName, Surroundings
from mockserver.programs.namespace_refusals import explain_end, explain_refusal
from mockserver.programs.network_watch import NetworkWatch
from mockserver.programs.packet_watch import FOREIGN
from mockserver.programs.socket_opener import SocketOpener
from mockserver.programs.trust_stores import SYSTEM_BUNDLES, write_trust_stores
from mockserver.programs.variables import PROXY_VARIABLES, make_trust_variables

_ROOT = Path(launcher.__file__).parents[2]
_PLAIN, _WITH_TLS = ("control", "http", "http-6"), ("https", "https-6")


class Launch:
    """A process that makes a network, and waits there for the program that it is to become.

    It starts at once, so that it works while the emulator is being made. It is killed when the
    thread that made it ends.

    Args:
        folder: Where files are written that the program is to see in place of the system's.
    """

    def __init__(self, folder: Path) -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            arguments = [str(_ROOT), str(theirs.fileno())]
            command = [sys.executable, "-I", "-S", "-c", launcher.START, *arguments]
            self.process = start_process(command, inherited=theirs)
        order = {"mounts": _encode_mounts(write_host_files(folder)), "filter": FOREIGN}
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


class NamespaceMode:
    """A mode in which a program's network, names and trust are its own.

    Args:
        launch: What was begun before.
        surroundings: What every mode is given.
        environment: The caller's; what it has for the program stays, beside what is added.

    Raises:
        EmulatorError: this system does not allow such a network; it says why, and what to do.
    """

    name: ModeName = "namespace"

    def __init__(
        self, launch: Launch, surroundings: Surroundings, environment: Mapping[str, str]
    ) -> None:
        self._launch = launch
        namespaces, opened = (
            launch.receive_sockets()
        )  # before anything that another mode would do as well
        self._opener = SocketOpener(namespaces)
        self.connect: Connect = self._opener.connect
        stores = write_trust_stores(surroundings.folder, surroundings.ca, environment)
        self._bundle = stores.bundle
        self._variables = make_trust_variables(*stores, environment)
        plain = [opened.pop(name) for name in _PLAIN if name in opened]
        with_tls = [opened.pop(name) for name in _WITH_TLS if name in opened]
        self.listeners: Sequence[Listener] = [
            *(Listener(sock) for sock in plain),
            *(Listener(sock, surroundings.tls) for sock in with_tls),
        ]
        self._watch = NetworkWatch(
            datagrams=opened["names-udp"],
            connections=opened["names-tcp"],
            packets=opened["packets"],
            refuse=surroundings.refuse,
            has_ipv6=len(with_tls) > 1,
        )

    def variables(self) -> dict[str, str | None]:
        """Return what names the certificates, and takes away proxies, which cannot be reached."""
        return {**self._variables, **dict.fromkeys(PROXY_VARIABLES)}

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> Popen[bytes]:
        """Start the program.

        Raises:
            OSError: it cannot be started.
            EmulatorError: the system's certificates cannot be replaced.
        """
        mounts = [(str(self._bundle), target) for target in SYSTEM_BUNDLES]
        return self._launch.become(
            {
                "mounts": _encode_mounts(mounts),
                "command": [encode(word) for word in command],
                "environment": {encode(name): encode(value) for name, value in environment.items()},
                "parent": os.getpid(),
            }
        )

    def close(self) -> None:
        """Tell of the last packets, and leave the network."""
        self._launch.close()
        self._watch.close()
        self._opener.close()


def encode(text: str) -> str:
    """Return the bytes of a name as the launcher reads them, whatever the locale of either is."""
    return os.fsencode(text).decode("latin-1")


def _encode_mounts(mounts: Sequence[Mount]) -> list[Mount]:
    return [(encode(source), encode(target)) for source, target in mounts]
