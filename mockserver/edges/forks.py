"""Emulators in processes that fork while other threads use them.

A child has the memory of its parent, but of its threads only the one that forked. So all locks
are taken before a fork: nobody is in the middle of anything then, and the child can let go of
them. A new lock in the child would do for the lock, but not for what its holder left half done.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import Protocol
from weakref import WeakSet

from mockserver.edges.webhook_sender import WebhookSender


class Forkable(Protocol):
    """An emulator, as far as a fork is concerned."""

    lock: Lock
    webhook_sender: WebhookSender


_emulators: WeakSet[Forkable] = WeakSet()
_held: list[Forkable] = []


def keep_forkable(emulator: Forkable) -> None:
    """Let a process fork whatever other threads do with this emulator, while there is one."""
    _emulators.add(emulator)


def _hold() -> None:
    for emulator in sorted(_emulators, key=id):
        emulator.lock.acquire()
        _held.append(emulator)


def _let_go() -> None:
    while _held:
        _held.pop().lock.release()


def _begin_anew() -> None:
    for emulator in _held:
        emulator.webhook_sender.forget_threads()
    _let_go()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold, after_in_parent=_let_go, after_in_child=_begin_anew)
