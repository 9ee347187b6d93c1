"""Serving what `segmock serve` has wired: by this process, or by several."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import click

from mockserver.cli import serve_log, stdin_end
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.edges.asgi import App
    from mockserver.edges.listeners import Listener
    from mockserver.edges.worker import Worker
    from mockserver.emulator import Emulator

_FAILED = 1


@dataclass(frozen=True)
class Service:
    """What is to be served.

    Attributes:
        emulator: The emulator.
        app: It, as an application.
        listeners: Where it is served.
        log: The form of the log.
        stdin: A descriptor whose end is to be the server's own, if there is one.
        on_ready: Called once, when it can serve.
    """

    emulator: Emulator
    app: App
    listeners: list[Listener]
    log: str
    stdin: int | None
    on_ready: Callable[[], None]

    @property
    def grace_s(self) -> float:
        """How long exchanges in flight may go on when it is to end."""
        return self.emulator.settings.shutdown_grace


def check_workers(count: int, store: str, replay: Path | None) -> None:
    """See that so many processes can serve one port, before anything is loaded.

    Raises:
        Refusal: they cannot.
    """
    if count == 1:
        return
    if not hasattr(os, "fork"):
        raise Refusal(
            f"--workers {count} needs a system that can fork processes, which this one cannot; "
            "start several servers with the same --store behind a proxy"
        )
    from mockserver.settings import MEMORY

    if replay is not None:
        raise Refusal(
            f"--workers {count} and --replay do not go together: how far an account has come on a "
            "recording is kept in one process; leave --workers at 1"
        )
    if store == MEMORY:
        raise Refusal(
            f"--workers {count} needs a store that processes share, and --store memory is that of "
            "one process; give --store redis://HOST:PORT/DB, of a Redis or Valkey"
        )


def serve_service(service: Service, workers: int) -> None:
    """Serve until a signal, or the end of stdin."""
    if workers == 1:
        serve_alone(service)
    else:
        serve_by_workers(service, workers)


def serve_alone(service: Service) -> None:
    """Serve by this process."""
    from mockserver.edges import serve as edge

    def start() -> None:
        service.on_ready()
        if service.stdin is not None:
            stdin_end.stop_at_end(service.stdin)

    with serve_log.keep_log(service.emulator, service.log):
        edge.run(service.app, service.listeners, start, service.grace_s)


def serve_by_workers(service: Service, count: int) -> None:
    """Serve by so many processes, each of which logs what it answers."""
    if not hasattr(os, "fork"):
        return  # `check_workers` has refused it
    from mockserver.edges.process_lock import ProcessLock
    from mockserver.edges.workers import WorkerError, Workers

    def work(worker: Worker) -> None:
        with log:
            worker.serve(service.app, service.grace_s)

    with TemporaryFile() as turn:
        log = serve_log.keep_log(service.emulator, service.log, ProcessLock(turn))
        workers = Workers(
            service.listeners,
            count,
            work,
            on_ready=service.on_ready,
            stdin=service.stdin,
            grace_s=service.grace_s,
        )
        try:
            workers.run()
        except WorkerError as error:
            click.echo(f"segmock: {error}", err=True)
            sys.exit(_FAILED)
