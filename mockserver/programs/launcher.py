"""Makes a network of its own, opens sockets there, hands them over, and becomes a program.

It is run by `bare_python`, and imports nothing but the standard library and what else is made for
it, so that it is there soon; what it is to do comes by a socket whose descriptor it is given. All
imports stand at the top: once the namespaces are made, files that only the caller's capabilities
could read are out of reach.

The program it becomes is a child of the one that started it, with the same stdin, stdout, stderr,
process group and terminal, and the same user and groups as far as namespaces can say so. Sockets
belong to the network that they were made in, whoever holds them: those that it hands over are
served from outside.
"""

from __future__ import annotations

import array
import ctypes
import json
import os
import signal
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from mockserver.programs.own_network import open_sockets, start_network, write_file

FAILED = 125
"""The exit status of a launcher that did not become a program."""

_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG = 1
_LENGTH = struct.Struct("!I")
_MOST_DESCRIPTORS = 64

NAMESPACES = ("user", "net")
"""Those of which descriptors are handed over, before the sockets."""

UNSHARE, MOUNT, NETWORK, EXEC = "unshare", "mount", "network", "exec"
"""The steps that can fail."""

T = TypeVar("T")

_LIBC = ctypes.CDLL(None, use_errno=True)


class StepError(Exception):
    """A step that this system does not allow, and what it said."""

    def __init__(self, step: str, error: OSError) -> None:
        super().__init__(step, error)
        self.step = step
        self.number = error.errno
        self.file = error.filename if isinstance(error.filename, str) else None


def send(connection: socket.socket, message: Any, descriptors: Sequence[int] = ()) -> None:
    """Send a JSON document, and descriptors with it."""
    body = json.dumps(message).encode()
    rights = array.array("i", descriptors)
    extra = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if descriptors else []
    connection.sendmsg([_LENGTH.pack(len(body))], extra)
    connection.sendall(body)


def receive(connection: socket.socket) -> tuple[Any, list[int]]:
    """Receive what `send` has sent.

    Raises:
        EOFError: the other side has gone, or become a program.
    """
    room = socket.CMSG_SPACE(_MOST_DESCRIPTORS * 4)
    try:
        head, extra, _, _ = connection.recvmsg(_LENGTH.size, room, socket.MSG_WAITALL)
    except ConnectionResetError:
        head, extra = b"", []
    descriptors = array.array("i")
    for _, _, data in extra:
        descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = bytearray()
    while len(body) < length:
        piece = connection.recv(length - len(body))
        if not piece:
            raise EOFError
        body += piece
    return json.loads(body), list(descriptors)


# Namespaces -------------------------------------------------------------------------------------


def enter_namespaces() -> None:
    """Enter a network and mounts of its own, as the same user; without privileges by a user's."""
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0 and _unshare(_CLONE_NEWNET | _CLONE_NEWNS) == 0:
        return
    if number := _unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWNS):
        raise OSError(number, os.strerror(number))
    write_file("/proc/self/setgroups", "deny")
    write_file("/proc/self/uid_map", f"{uid} {uid} 1")
    write_file("/proc/self/gid_map", f"{gid} {gid} 1")


def _unshare(flags: int) -> int:
    """Leave namespaces; return 0, or the number of the error."""
    return ctypes.get_errno() if _LIBC.unshare(flags) else 0


def leave_shared_mounts() -> None:
    """Keep what is mounted from here on from the others."""
    _mount(None, "/", _MS_REC | _MS_PRIVATE)


def mount_files(mounts: Sequence[tuple[str, str]]) -> None:
    """Lay files over others, which others see no more; where there is none, there is no need."""
    for source, target in mounts:
        if os.path.exists(_encode(target)):  # noqa: PTH110 (pathlib would be imported for this alone)
            _mount(source, target, _MS_BIND)


def _mount(source: str | None, target: str, flags: int) -> None:
    given = None if source is None else _encode(source)
    if _LIBC.mount(given, _encode(target), None, ctypes.c_ulong(flags), None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def _encode(text: str) -> bytes:
    """Return the bytes of a path or a word, each of which came as one character."""
    return text.encode("latin-1")


# The program ------------------------------------------------------------------------------------


def become(command: Sequence[str], environment: Mapping[str, str], parent: int) -> None:
    """Become a program, which is killed when its parent is.

    Raises:
        OSError: it cannot be started.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python, for itself
        signal.signal(ignored, signal.SIG_DFL)
    words = [_encode(word) for word in command]
    variables = {_encode(name): _encode(value) for name, value in environment.items()}
    os.execvpe(words[0], words, variables)  # noqa: S606 (this is what it is for)


def prepare(order: Mapping[str, Any]) -> dict[str, socket.socket]:
    """Make the network; return its sockets by name.

    Raises:
        StepError: this system does not allow it.
    """
    _run_step(UNSHARE, enter_namespaces)
    _run_step(MOUNT, leave_shared_mounts)
    _run_step(MOUNT, lambda: mount_files(order["mounts"]))
    _run_step(NETWORK, start_network)
    return _run_step(NETWORK, lambda: open_sockets(order["filter"]))


def _run_step(step: str, act: Callable[[], T]) -> T:
    try:
        return act()
    except OSError as error:
        raise StepError(step, error) from None


def main(descriptor: int) -> None:
    """Do what comes by a socket: make a network, then become a program in it."""
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    connection = socket.socket(fileno=descriptor)
    connection.set_inheritable(False)
    try:
        opened = prepare(receive(connection)[0])
        namespaces = [os.open(f"/proc/self/ns/{kind}", os.O_RDONLY) for kind in NAMESPACES]
        descriptors = [*namespaces, *(each.fileno() for each in opened.values())]
        send(connection, {"opened": list(opened)}, descriptors)
        for sock in opened.values():
            sock.close()
        order = receive(connection)[0]
        _run_step(MOUNT, lambda: mount_files(order["mounts"]))
        _run_step(EXEC, lambda: become(order["command"], order["environment"], order["parent"]))
    except StepError as error:
        send(connection, {"step": error.step, "errno": error.number, "file": error.file})
    except (EOFError, BrokenPipeError):  # the caller has given up
        pass
    os._exit(FAILED)
