"""A program that serves an emulator by workers: `python -m mockserver.tests.edges.serving_workers`.

Each worker has worlds of its own here, as nothing is shared, and says in each answer who it is.
"""

from __future__ import annotations

import os
import sys
from tempfile import TemporaryFile
from typing import Any

from mockserver.base.errors import EmulatorError
from mockserver.cli import serve_log
from mockserver.edges import listeners
from mockserver.edges.process_lock import ProcessLock
from mockserver.edges.worker import Worker
from mockserver.edges.workers import WorkerError, Workers
from mockserver.emulator import Emulator

WHO = "x-worker"


class Named:
    """An application whose answers say which worker gave them, and in which process."""

    def __init__(self, app: Any, number: int) -> None:
        self.app = app
        self.name = f"{number} {os.getpid()}".encode()

    def close(self) -> None:
        """End what waits for news."""
        self.app.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""

        async def send_named(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (WHO.encode(), self.name)]}
            await send(message)

        await self.app(scope, receive, send_named)


def main(count: str, log: str = "off", grace: str = "600", fails: str = "") -> None:
    """Serve until told to end."""
    emulator = Emulator(clock="real")
    app = emulator.protect_asgi("127.0.0.1")
    served = listeners.listen("127.0.0.1", 0)

    def work(worker: Worker) -> None:
        if fails == str(worker.number):
            raise EmulatorError("this worker cannot", hint="let it be")
        with keep:
            worker.serve(Named(app, worker.number), float(grace))

    def tell_ready() -> None:
        sys.stdout.write(f"segmock ready on {listeners.render_url(served[0])}\n")
        sys.stdout.flush()

    with TemporaryFile() as file:
        keep = serve_log.keep_log(emulator, log, ProcessLock(file))
        workers = Workers(
            served, int(count), work, on_ready=tell_ready, stdin=0, grace_s=float(grace)
        )
        try:
            workers.run()
        except WorkerError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
