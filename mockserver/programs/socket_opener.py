"""Opens sockets in the network of a program, for whoever may enter it but is not there.

A process of its own enters it: one with threads, such as ours, may not change its user namespace.
"""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Sequence
from subprocess import DEVNULL, Popen
from threading import Lock

from mockserver.programs.bare_python import make_command
from mockserver.programs.launcher import FAILED, receive, send

_LOCALHOST = ("127.0.0.1", "::1")


class SocketOpener:
    """Connects from inside a network; its process starts when it is first needed.

    Args:
        namespaces: Descriptors of the user's namespace and of the network's.
    """

    def __init__(self, namespaces: Sequence[int]) -> None:
        self._namespaces = namespaces
        self._lock = Lock()
        self._process: Popen[bytes] | None = None

    def connect(self, address: tuple[str, int], timeout_s: float) -> socket.socket:
        """Connect to an address of loopback, or to `localhost`, in the program's network.

        Raises:
            OSError: nobody listens there.
        """
        host, port = address
        *others, last = _LOCALHOST if host == "localhost" else (host,)
        for each in others:
            try:
                return self._connect(each, port, timeout_s)
            except OSError:
                continue
        return self._connect(last, port, timeout_s)

    def close(self) -> None:
        """End the process, and forget the network."""
        if self._process is not None:
            self._connection.close()
            self._process.wait()
        for each in self._namespaces:
            os.close(each)
        self._namespaces = ()

    def _connect(self, host: str, port: int, timeout_s: float) -> socket.socket:
        sock = self._open(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            sock.settimeout(timeout_s)
            sock.connect((host, port))
        except OSError:
            sock.close()
            raise
        return sock

    def _open(self, family: int) -> socket.socket:
        with self._lock:
            if self._process is None:
                self._process = self._start()
            send(self._connection, family)
            try:
                _, [descriptor] = receive(self._connection)
            except EOFError:
                raise ConnectionError("the program's network cannot be entered") from None
        return socket.socket(fileno=descriptor)

    def _start(self) -> Popen[bytes]:
        self._connection, theirs = socket.socketpair()
        with theirs:
            command = make_command(__name__, theirs.fileno())
            process = Popen(command, stdin=DEVNULL, pass_fds=[theirs.fileno()])
        send(self._connection, None, self._namespaces)
        return process


def main(descriptor: int) -> None:
    """Enter namespaces that come by a socket, then send a new socket for each family that comes."""
    connection = socket.socket(fileno=descriptor)
    libc = ctypes.CDLL(None, use_errno=True)
    user, network = receive(connection)[1]
    libc.setns(user, 0)  # it is ours already where root has made the network: that is refused
    if libc.setns(network, 0):
        os._exit(FAILED)
    while True:
        try:
            family, _ = receive(connection)
        except EOFError:
            os._exit(0)
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            send(connection, None, [sock.fileno()])
