"""A receiver of webhooks on this machine, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import Any

from mockserver.tests.conftest import PATIENCE_S


class Receiver:
    """What came in, in its order."""

    def __init__(self) -> None:
        self.url = ""
        self.events: Queue[tuple[str, dict[str, str], Any]] = Queue()

    def next(self) -> tuple[str, dict[str, str], Any]:
        """Wait for an event; return its path, headers and body."""
        return self.events.get(timeout=PATIENCE_S)

    def is_silent(self, seconds: float = 0.2) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            self.events.get(timeout=seconds)
        except Empty:
            return True
        return False


@contextmanager
def receiving(status: int = 200, **headers: str) -> Iterator[Receiver]:
    """Receive on a free port of this machine while the context lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            sent = {name.lower(): value for name, value in self.headers.items()}
            receiver.events.put((self.path, sent, json.loads(body)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
