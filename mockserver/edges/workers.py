"""Several processes that serve one port: started, watched, started again, and ended.

The parent has no thread and no event loop, so that it can fork whenever a worker has died.
"""

from __future__ import annotations

import gc
import os
import selectors
import socket
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from math import inf

from mockserver.base.errors import EmulatorError
from mockserver.edges.listeners import Listener
from mockserver.edges.port_sharing import share_port
from mockserver.edges.realtime import read_monotonic_s
from mockserver.edges.restart_times import RestartTimes
from mockserver.edges.serve import LAST_S
from mockserver.edges.signal_bell import ring_for
from mockserver.edges.worker import SIGNALS, Child, Work, start_worker

_PART = 64 * 1024


class WorkerError(EmulatorError):
    """A worker ended before all of them could serve for the first time."""


class Workers:
    """Processes that serve one port.

    Args:
        listeners: Where they are to serve.
        count: How many there are to be.
        work: What each of them does.
        on_ready: Called once, when all of them can serve.
        stdin: A descriptor whose end is to be theirs, if there is one.
        grace_s: How long exchanges in flight may take once they are to end.
    """

    def __init__(
        self,
        listeners: Sequence[Listener],
        count: int,
        work: Work,
        *,
        on_ready: Callable[[], None],
        stdin: int | None,
        grace_s: float,
    ) -> None:
        self._shares = share_port(listeners, count)
        self._work = work
        self._on_ready = on_ready
        self._stdin = stdin
        self._grace_s = grace_s
        self._selector = selectors.PollSelector()  # stdin may be a file, which others refuse
        self._children: dict[int, Child] = {}
        self._unready = set(range(1, count + 1))
        """Those that have not been able to serve since they last began."""
        self._is_announced = False
        self._times = RestartTimes(self._unready)
        self._dead: dict[int, str] = {}
        """What is to be told of those that have died and have nobody in their place."""
        self._times_told = 0
        self._killed_at_s = inf
        """When those that are left are ended, in real monotonic seconds."""

    def run(self) -> None:
        """Serve until SIGINT, SIGTERM or the end of stdin; return when the last has ended.

        Raises:
            WorkerError: one of them ended before all could serve.
        """
        gc.collect()
        gc.freeze()  # what workers share with the parent is not written to
        with self._selector, ring_for(SIGNALS) as bell:
            self._register(bell, partial(self._heed_signals, bell))
            if self._stdin is not None:
                self._register(self._stdin, partial(self._read_stdin, self._stdin))
            try:
                self._start_and_watch()
            finally:
                self._stop_listening()
                for child in self._children.values():
                    child.kill()
                    child.wait()

    def _start_and_watch(self) -> None:
        for number in range(1, len(self._shares) + 1):
            self._start(number)
        while self._children or self._dead:
            for key, _ in self._selector.select(self._find_wait_s()):
                key.data()
            self._do_what_is_due()

    def _register(self, source: int | socket.socket, react: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, react)

    # Starting

    def _start(self, number: int) -> None:
        self._times.note_start(number, read_monotonic_s())
        died = self._dead.pop(number, None)
        news = died and (lambda pid: f"segmock {died}; process {pid} takes its place")
        foreign = [*self._list_foreign(number), *(each.socket for each in self._children.values())]
        child = start_worker(number, self._shares[number - 1], self._work, news or None, foreign)
        self._children[number] = child
        self._unready.add(number)
        self._register(child.socket, partial(self._hear, child))

    def _list_foreign(self, number: int) -> Iterator[socket.socket]:
        shares = (share for index, share in enumerate(self._shares, 1) if index != number)
        return (listener.socket for listener in chain.from_iterable(shares))

    def _hear(self, child: Child) -> None:
        """Take note that a worker can serve, or has ended."""
        if not child.is_ready():
            self._bury(child)
            return
        self._unready.discard(child.number)
        self._times.note_success(child.number)
        if not (self._unready or self._is_announced or self._times_told):
            self._is_announced = True
            self._on_ready()

    def _bury(self, child: Child) -> None:
        self._selector.unregister(child.socket)
        del self._children[child.number]
        died = f"worker {child.number} (process {child.pid}) {child.wait()}"
        if self._times_told:
            return
        if not self._is_announced:
            raise WorkerError(f"{died} before it could serve", hint="stderr may say why")
        if child.number in self._unready:
            self._times.note_failure(child.number)
        self._dead[child.number] = died

    # Waiting

    def _find_wait_s(self) -> float | None:
        """Return after how many seconds something is due."""
        next_s = min([*map(self._times.find_s, self._dead), self._killed_at_s])
        return None if next_s == inf else max(next_s - read_monotonic_s(), 0)

    def _do_what_is_due(self) -> None:
        now_s = read_monotonic_s()
        for number in [each for each in self._dead if self._times.find_s(each) <= now_s]:
            self._start(number)
        if now_s >= self._killed_at_s:
            self._killed_at_s = inf
            for child in self._children.values():
                child.kill()

    # Ending

    def _heed_signals(self, bell: socket.socket) -> None:
        for number in bell.recv(_PART):
            if number in SIGNALS:
                self._end()

    def _read_stdin(self, descriptor: int) -> None:
        if not os.read(descriptor, _PART):
            self._selector.unregister(descriptor)
            self._end()

    def _end(self) -> None:
        """Have all finish what is in flight; told again, they wait for nobody."""
        self._times_told += 1
        self._dead.clear()
        self._stop_listening()
        for child in self._children.values():
            child.end()
        patience_s = 2 * LAST_S + (self._grace_s if self._times_told == 1 else 0)
        self._killed_at_s = read_monotonic_s() + patience_s

    def _stop_listening(self) -> None:
        for listener in chain.from_iterable(self._shares):
            listener.socket.close()
