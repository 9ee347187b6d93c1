"""Running a program in a network of its own, whose only hosts are the vendor's (Linux)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from subprocess import Popen

from mockserver.edges.listeners import Listener
from mockserver.edges.webhook_post import Connect
from mockserver.programs.launcher_process import LauncherProcess, encode, encode_mounts
from mockserver.programs.modes import ModeName, Surroundings
from mockserver.programs.network_watch import NetworkWatch
from mockserver.programs.socket_opener import SocketOpener
from mockserver.programs.trust_stores import SYSTEM_BUNDLES, write_trust_stores
from mockserver.programs.variables import PROXY_VARIABLES, make_trust_variables

_PLAIN, _WITH_TLS = ("control", "http", "http-6"), ("https", "https-6")


class NamespaceMode:
    """A mode in which a program's network, names and trust are its own.

    Args:
        launcher: The process that makes the network.
        surroundings: What every mode is given.
        environment: The caller's; what it has for the program stays, beside what is added.

    Raises:
        EmulatorError: this system does not allow such a network; it says why, and what to do.
    """

    name: ModeName = "namespace"

    def __init__(
        self, launcher: LauncherProcess, surroundings: Surroundings, environment: Mapping[str, str]
    ) -> None:
        self._launcher = launcher
        # before anything that another mode would do as well
        namespaces, opened = launcher.receive_sockets()
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
        return self._launcher.become(
            {
                "mounts": encode_mounts(mounts),
                "command": [encode(word) for word in command],
                "environment": {encode(name): encode(value) for name, value in environment.items()},
                "parent": os.getpid(),
            }
        )

    def close(self) -> None:
        """Tell of the last packets, and leave the network."""
        self._launcher.close()
        self._watch.close()
        self._opener.close()
