"""A process that runs checks one after the other, on a server and drivers of its own."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import gettempdir
from threading import Event, Thread
from typing import Any, Literal, Protocol, TypeAlias

from client_tests.cases.catalogue import TestCase
from client_tests.driver.line_process import kill_all
from client_tests.driver.messages import DriverBrokenError
from client_tests.running.bench import Bench
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.limits import Limits
from client_tests.running.results import Failure, Result
from client_tests.running.signals import heed_signals

Kind: TypeAlias = Literal["done", "broken", "crashed"]

END_S = 6.0
"""How long a worker may take to end its server and its drivers."""

_AGAIN_S = 0.01


class _StoppedError(KeyboardInterrupt):
    """The worker is to end; whatever it is doing lets this pass."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a worker is to do: a check, or a flaky one once more, or to listen a last time.

    Attributes:
        test_case: The check.
        left_s: How long it may take.
        flaky: What became of the flaky one.
    """

    test_case: TestCase | None = None
    left_s: float = 0.0
    flaky: Result | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a task.

    Attributes:
        result: Of the check, if it was one.
        strays: Cases that were seen meanwhile to go on after their end.
    """

    result: Result | None
    strays: list[Failure]


class Doer(Protocol):
    """What does the tasks: a bench."""

    def run(self, test_case: TestCase, left_s: float) -> Result:
        """Run a check, with no more time than is left for it."""

    def decide(self, result: Result) -> Result:
        """Play a flaky check a third time."""

    def listen(self) -> None:
        """Hear what clients still ask after the last case."""

    def take_strays(self) -> list[Failure]:
        """Return the cases that were seen to go on after their end."""


@dataclass
class Worker:
    """A worker as its owner sees it.

    Attributes:
        process: The process.
        connection: What checks are sent through, and their results come back.
        is_busy: Whether an answer is still to come.
    """

    process: BaseProcess
    connection: Connection
    is_busy: bool = False

    @classmethod
    def start(cls, client: ClientUnderTest, limits: Limits) -> Worker:
        """Start one."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, client, limits), daemon=False)
        process.start()
        theirs.close()
        return cls(process, ours)

    def give(self, task: Task) -> None:
        """Let it do something."""
        self.is_busy = True
        with suppress(BrokenPipeError):  # it has ended, and its answer says why
            self.connection.send(task)

    def answer(self) -> tuple[Kind, Any]:
        """Return what came back: an `Answer`, or what was wrong."""
        self.is_busy = False
        try:
            kind, what = self.connection.recv()
        except EOFError:
            return "crashed", "a worker ended without saying why"
        return kind, what

    def stop(self) -> None:
        """Tell it to end, whatever it is doing."""
        self.process.terminate()

    def join(self, patience_s: float = END_S) -> None:
        """Wait until it has ended; kill it then, with whatever it has left behind."""
        self.process.join(patience_s)
        if self.process.pid is not None:
            with suppress(ProcessLookupError):  # nothing of it is left
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()  # if it was not yet the head of a group
        self.process.join()
        self.connection.close()


def _work(connection: Connection, client: ClientUnderTest, limits: Limits) -> None:
    """Be a worker: run what comes, until nothing more does."""
    os.setpgid(0, 0)
    home = limits.folder or Path(gettempdir()) / "segmock"
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(home / "hypothesis"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner decides
    sys.unraisablehook = _stop_again
    with suppress(_StoppedError):
        signal.signal(signal.SIGTERM, _stop)
        heed_signals()
        _serve_client(connection, client, limits)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _serve_client(connection: Connection, client: ClientUnderTest, limits: Limits) -> None:
    try:
        with client.open_testbed() as testbed:
            serve(connection, Bench(testbed, limits))
    except DriverBrokenError as error:
        connection.send(("broken", str(error)))
    except Exception:  # noqa: BLE001 (whatever it is, the owner has to know)
        connection.send(("crashed", traceback.format_exc()))


def _stop(*_: Any) -> None:
    """End with the drivers, which nobody asks any more: one that is stuck would outlive this."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    kill_all()
    raise _StoppedError


def _stop_again(lost: sys.UnraisableHookArgs) -> None:
    """Ask again for the end, if it came where no exception passes: in a callback of the collector.

    Hypothesis has one. What else is lost there is shown as ever.
    """
    if not isinstance(lost.exc_value, _StoppedError):
        sys.__unraisablehook__(lost)
        return
    signal.signal(signal.SIGTERM, _stop)
    Thread(target=_ask_again, daemon=True).start()


def _ask_again() -> None:
    """Ask until this ends: a signal that comes right before a wait begins does not end the wait."""
    while True:
        Event().wait(_AGAIN_S)
        os.kill(os.getpid(), signal.SIGTERM)


def serve(connection: Connection, bench: Doer) -> None:
    """Do each task that comes."""
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        result = _do(task, bench)
        connection.send(("done", Answer(result=result, strays=bench.take_strays())))


def _do(task: Task, bench: Doer) -> Result | None:
    if task.flaky is not None:
        return bench.decide(task.flaky)
    if task.test_case is not None:
        return bench.run(task.test_case, task.left_s)
    bench.listen()
    return None
