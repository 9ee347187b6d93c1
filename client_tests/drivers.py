"""Clients under test: a program that speaks the protocol, or a Python object in this process."""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from importlib import import_module
from queue import Empty, Queue
from threading import Thread
from typing import Any, Protocol

from client_tests.protocol import Answer, Call, DriverBrokenError, read_answer

GRACE_S = 2.0
"""How long after a call's own deadline a driver may take to say so: interpreters start, pages
load, machines are busy."""

START_S = 20.0
"""How long a driver may take for its first answer beyond that: it may have to be compiled."""

_LOG_TAIL = 2_000


class NoAnswerError(Exception):
    """A driver did not answer a call, or ended while it should; it has failed the case."""


class Driver(Protocol):
    """A client under test."""

    def answer(self, call: Call) -> Answer:
        """Make the client do something.

        Raises:
            NoAnswerError: it did not answer in time, or died.
            DriverBrokenError: it does not keep to the protocol.
        """

    def close(self) -> None:
        """Let go of it."""


class ProcessDriver:
    """A driver that runs as a process for as long as it behaves.

    Args:
        command: Its command line, as a shell would split it.
    """

    def __init__(self, command: str) -> None:
        self._words = shlex.split(command)
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._lines: Queue[str] = Queue()
        self._has_answered = False
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115

    def answer(self, call: Call) -> Answer:
        """Send a call and read the answer to it."""
        process = self._process or self._start()
        try:
            assert process.stdin is not None  # noqa: S101
            process.stdin.write(call.line())
            process.stdin.flush()
        except OSError:
            return self._died(process)
        patience_s = call.timeout_s + GRACE_S + (0 if self._has_answered else START_S)
        try:
            line = self._lines.get(timeout=patience_s)
        except Empty:
            self._kill()
            raise NoAnswerError(
                f"no answer within {call.timeout_s:g} s and {patience_s - call.timeout_s:g} s "
                "of grace: the driver was killed"
            ) from None
        if not line:
            return self._died(process)
        self._has_answered = True
        return read_answer(line, call.id)

    def close(self) -> None:
        """End the process: its input ends, and a moment later it does."""
        self._kill()
        self._log.close()

    def _start(self) -> subprocess.Popen[str]:
        try:
            process = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                encoding="utf-8",
                errors="replace",
                bufsize=1,
            )
        except OSError as error:
            raise DriverBrokenError(f"{self._command!r} does not start: {error.strerror}") from None
        self._process, self._lines = process, Queue()
        Thread(target=_read_lines, args=(process, self._lines), daemon=True).start()
        return process

    def _died(self, process: subprocess.Popen[str]) -> Answer:
        self._process = None
        code = process.wait()
        _close_pipes(process)
        message = f"the driver ended with exit code {code} in place of an answer{self._said()}"
        if not self._has_answered:
            raise DriverBrokenError(message)
        raise NoAnswerError(message)

    def _said(self) -> str:
        """Return the end of what the driver wrote to stderr."""
        self._log.seek(0)
        text = self._log.read()[-_LOG_TAIL:].strip()
        return f"; its log ends with:\n{text}" if text else ""

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            _close_pipes(process)


def _read_lines(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    assert process.stdout is not None  # noqa: S101
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:  # closed while it was read
        pass
    lines.put("")


def _close_pipes(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was still to be written has nobody to read it
                continue


class PythonDriver:
    """A function in this process: it takes a call as a dict and returns the answer as one.

    Args:
        where: `module:attribute`; the attribute is called once, without arguments, if it is a
            class, and what that returns is called with each call.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._act = _loaded(where)

    def answer(self, call: Call) -> Answer:
        """Call the function in a thread; one that does not come back is left behind."""
        answers: Queue[dict[str, Any] | BaseException] = Queue()

        def act() -> None:
            try:
                answers.put(self._act(json.loads(call.line())))
            except BaseException as error:  # noqa: BLE001
                answers.put(error)

        Thread(target=act, daemon=True).start()
        try:
            answer = answers.get(timeout=call.timeout_s + GRACE_S)
        except Empty:
            raise NoAnswerError(
                f"no answer within {call.timeout_s:g} s and {GRACE_S:g} s of grace"
            ) from None
        if isinstance(answer, BaseException):
            return Answer(outcome="client_bug", error=f"{type(answer).__name__}: {answer}")
        return read_answer(json.dumps(answer), call.id)

    def close(self) -> None:
        """Let go of it."""


def _loaded(where: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    module, _, name = where.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise DriverBrokenError(f"{where!r} is not module:attribute: {error}") from None
    act: Callable[[dict[str, Any]], dict[str, Any]] = found() if isinstance(found, type) else found
    if not callable(act):
        raise DriverBrokenError(f"{where!r} cannot be called")
    return act
