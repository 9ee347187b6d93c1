"""The program that is run, as a child that is what it would be without us.

It has our stdin, stdout, stderr, terminal, process group and whatever other descriptors we were
given, and gets the signals that come to us.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from subprocess import Popen
from threading import current_thread, main_thread
from types import FrameType
from typing import Literal

NOT_EXECUTABLE, NOT_FOUND = 126, 127
"""Exit statuses by which shells tell that a program could not be started."""

_SIGNALLED = 128
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
_PASSED = {getattr(signal, name) for name in _NAMES if hasattr(signal, name)}
_WATCHED = _PASSED | {signal.SIGCHLD} if sys.platform != "win32" else _PASSED
_LOOK_AGAIN_S = 1.0
"""A thread that was there before signals were held may have got the one that the program ended."""

_BY_KERNEL = 0x80
"""The code of a signal that no process has sent (SI_KERNEL of asm-generic/siginfo.h)."""


@contextmanager
def hold_signals() -> Iterator[None]:
    """Keep signals for `wait_for_exit` while the context lasts, in this thread and new ones.

    Threads that are there before would get them; so this comes first.
    """
    with _change_mask("SIG_BLOCK"):
        yield


@contextmanager
def _change_mask(how: Literal["SIG_BLOCK", "SIG_UNBLOCK"]) -> Iterator[None]:
    """Hold signals in this thread, or let them come, while the context lasts; not on Windows."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(getattr(signal, how), _WATCHED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_process(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    inherited: socket | None = None,
) -> Popen[bytes]:
    """Start a program that gets signals as usual, though they are being held here.

    Args:
        command: What to run, with its arguments.
        environment: All its variables; ours if none are given.
        inherited: A socket that it gets besides the descriptors that we were started with.

    Raises:
        OSError: it cannot be started.
    """
    if inherited is not None:
        inherited.set_inheritable(True)
    try:
        with _release_signals():
            return Popen(command, env=environment, close_fds=False)
    finally:
        if inherited is not None:
            inherited.set_inheritable(False)


@contextmanager
def _release_signals() -> Iterator[None]:
    """Let signals come while the context lasts: a child begins with what is blocked here.

    Those that come for us meanwhile are kept, and sent again once signals are held.
    """
    came: list[int] = []
    with _replace_handlers(lambda number, _: came.append(number)), _change_mask("SIG_UNBLOCK"):
        yield
    for number in came:
        signal.raise_signal(number)


@contextmanager
def _replace_handlers(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have a handler called for what is passed on, as only the main thread of a process may.

    Left alone is what is ignored, and what was not set by Python, which could not be set again.
    """
    left = {signal.SIG_IGN, None}
    can = sys.platform != "win32" and current_thread() is main_thread()
    numbers = [each for each in _PASSED if can and signal.getsignal(each) not in left]
    replaced = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, original in replaced.items():
            signal.signal(number, original)


def wait_for_exit(process: Popen[bytes]) -> int:
    """Wait for a program, and pass on what signals come meanwhile; signals are being held.

    A signal that a terminal sends goes to the program anyway, since it is of the same process
    group.

    Returns:
        Its exit status; 128 and the number of the signal that ended it, as shells have it.
    """
    if sys.platform == "win32":
        _outlast_interrupts(process)
    else:
        _pass_signals(process)
    status: int = process.returncode
    return _SIGNALLED - status if status < 0 else status


def _pass_signals(process: Popen[bytes]) -> None:
    while process.poll() is None:
        number, is_from_terminal = _wait_for_signal()
        if number in _PASSED and not is_from_terminal:
            process.send_signal(number)


def _wait_for_signal() -> tuple[int, bool]:
    """Return the number of the next signal, and whether a terminal has sent it.

    The number is 0 if none has come for a while.
    """
    if sys.platform == "win32":
        raise AssertionError
    if hasattr(signal, "sigtimedwait"):
        came = signal.sigtimedwait(_WATCHED, _LOOK_AGAIN_S)
        return (came.si_signo, came.si_code == _BY_KERNEL) if came else (0, False)
    number = signal.sigwait(_WATCHED)
    return number, number in {signal.SIGINT, signal.SIGQUIT} and _is_in_foreground()


def _is_in_foreground() -> bool:
    """Tell whether what is typed at the terminal goes to our process group."""
    if sys.platform == "win32":
        return True
    try:
        with Path("/dev/tty").open("rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _outlast_interrupts(process: Popen[bytes]) -> None:
    """Wait for a program where there are no signals to pass on: Ctrl-C goes to both."""
    while process.returncode is None:
        with suppress(KeyboardInterrupt):
            process.wait()
