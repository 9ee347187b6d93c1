"""A server that many processes may share and that starts when the first of them calls.

The socket listens from the beginning, so its address can be handed out at once; the emulator is
imported when somebody connects. A test run that never does has paid for a socket and a thread.
"""

from __future__ import annotations

import select
import socket
from contextlib import ExitStack
from threading import Thread

from mockserver.edges.threads import SERVER


class LazyServer:
    """A server on a free port of this machine.

    Attributes:
        url: Its root, without a slash at the end.
    """

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._end, self._told = socket.socketpair()
        self._running = ExitStack()
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = Thread(target=self._wait, name=SERVER, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        ready, _, _ = select.select([self._listening, self._told], [], [])
        if self._told in ready:
            return
        from mockserver.emulator import Emulator

        self._running.enter_context(Emulator(clock="auto").live_on(self._listening))

    def close(self) -> None:
        """Stop serving, if it ever came to that."""
        self._end.close()
        self._thread.join()
        self._running.close()
        self._told.close()
        self._listening.close()
