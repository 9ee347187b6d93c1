"""A worker: one of several processes that serve one port, forked by one parent.

Parent and worker hold the two ends of a pair of sockets. The worker says there when it can serve,
and the parent when it is to end: once, and it finishes what is in flight; twice, and it does not
wait. Whoever dies closes an end, however it dies, so neither outlives the other unnoticed.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any, NamedTuple

from mockserver.base.errors import EmulatorError
from mockserver.edges.asgi import Application
from mockserver.edges.listeners import Listener
from mockserver.edges.realtime import pause_s
from mockserver.edges.serve import LAST_S, Server, run

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What a parent is told to end with; its workers have it from the parent."""

_READY, _END = b"r", b"e"
_FAILED = 1


class Child(NamedTuple):
    """A worker, as its parent sees it.

    Attributes:
        number: Which of the workers it is, from 1.
        pid: Its process.
        socket: The parent's end of the pair.
    """

    number: int
    pid: int
    socket: socket.socket

    def is_ready(self) -> bool:
        """Tell whether it has said that it can serve, once its socket can be read."""
        with suppress(ConnectionError):
            return self.socket.recv(1) == _READY
        return False

    def end(self) -> None:
        """Tell it to end; told again, it waits for nobody."""
        with suppress(OSError):
            self.socket.send(_END)

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> str:
        """Wait until it has ended; return how, in words."""
        self.socket.close()
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return f"ended with status {code}" if code >= 0 else f"was ended by {_name_signal(-code)}"


@dataclass(frozen=True)
class Worker:
    """A worker, as it sees itself.

    Attributes:
        number: Which of the workers it is, from 1.
        listeners: Where it is to serve.
        news: What its log is to tell of the worker before it, if there was one.
        parent: Its end of the pair.
    """

    number: int
    listeners: list[Listener]
    news: str | None
    parent: socket.socket

    def serve(self, app: Application, grace_s: float) -> None:
        """Serve until the parent has it end, or has ended itself."""
        if self.news is not None:
            logging.getLogger("segmock").error(self.news)
        make_server = partial(WorkerServer, self.parent)
        run(app, self.listeners, self._tell_ready, grace_s, make_server)

    def _tell_ready(self) -> None:
        with suppress(OSError):  # the parent has ended, and this worker is about to
            self.parent.send(_READY)


Work = Callable[[Worker], None]
"""What a worker does, from its beginning to its end."""


class WorkerServer(Server):
    """A server that ends when its parent says so.

    A terminal, a container or `timeout` may send a signal to all processes of a group: workers
    leave SIGINT to their parent, and take SIGTERM, however often it comes, for being told once.
    """

    def __init__(self, parent: socket.socket, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and heed the parent from now on."""
        Thread(target=self._heed_parent, name="segmock-parent", daemon=True).start()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Finish what is in flight, unless the parent is to say so."""
        if sig != signal.SIGINT:
            self.should_exit = True

    def _heed_parent(self) -> None:
        """End when told to; once the parent has died, by itself or in the end by force."""
        _receive(self._parent)
        self.should_exit = True
        while _receive(self._parent):
            self.force_exit = True
        pause_s(self.grace_s + 2 * LAST_S)
        os._exit(_FAILED)


def start_worker(
    number: int,
    listeners: list[Listener],
    work: Work,
    news: Callable[[int], str] | None = None,
    foreign: Iterable[socket.socket] = (),
) -> Child:
    """Fork a worker.

    Args:
        number: Which of the workers it is to be, from 1.
        listeners: Where it is to serve.
        work: What it does; when that comes to its end, so does the process.
        news: Makes what its log is to tell of the worker before it, of its process id.
        foreign: Sockets of the parent's that are none of its business.
    """
    ours, theirs = socket.socketpair()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    pid = os.fork()
    if pid == 0:
        for each in (ours, *foreign):
            each.close()
        told = None if news is None else news(os.getpid())
        _begin(number)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os._exit(_do(work, Worker(number, listeners, told, theirs)))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    return Child(number, pid, ours)


def _begin(number: int) -> None:
    """Leave what the parent does about signals, and be a process that `ps` and `top` can name."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(OSError):  # Linux has it
        Path("/proc/self/comm").write_text(f"segmock-{number}", encoding="ascii")


def _do(work: Work, worker: Worker) -> int:
    """Do the work; return the exit status of the process."""
    try:
        work(worker)
    except EmulatorError as error:
        sys.stderr.write(f"segmock: {error}\n")
    except BaseException:  # noqa: BLE001 (the process ends here, and its parent only learns that)
        sys.excepthook(*sys.exc_info())
    else:
        return 0
    finally:
        sys.stderr.flush()
    return _FAILED


def _receive(sock: socket.socket) -> bytes:
    try:
        return sock.recv(1)
    except OSError:
        return b""


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of those for real-time programs
        return f"signal {number}"
