"""Clients under test: a program that speaks the protocol, or a Python object in this process."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from queue import Empty, Queue
from threading import Thread
from typing import Any, NoReturn, Protocol

from client_tests.driver.messages import Answer, Call, DriverBrokenError, read_answer
from client_tests.driver.proxies import direct_environment

GRACE_S = 2.0
"""How long after a call's own deadline a driver may take to say so: interpreters start, pages
load, machines are busy."""

START_S = 20.0
"""How long a driver may take for its first answer beyond that: it may have to be compiled."""

END_S = 2.0
"""How long a driver may take to end once its input has."""

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


class LineProcess:
    """A process that reads and writes lines, and all that it starts in its turn.

    Args:
        words: Its command line.

    Raises:
        OSError: there is no such program.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,
                env=direct_environment(),
            )
        except OSError:
            self._log.close()
            raise
        self._sent: Queue[bytes | None] = Queue()
        self._lines: Queue[bytes] = Queue()
        for work in (self._write_lines, self._read_lines):
            Thread(target=work, daemon=True).start()

    def send(self, line: str) -> None:
        """Send a line; a process that does not read does not hold up whoever calls this."""
        self._sent.put(line.encode())

    def end_input(self) -> None:
        """Say that nothing more comes."""
        self._sent.put(None)

    def line(self, patience_s: float) -> bytes | None:
        """Return the next line of its output; nothing at its end, and None if none came in time."""
        try:
            line = self._lines.get(timeout=max(patience_s, 0))
        except Empty:
            return None
        if not line:
            self._lines.put(b"")  # the end stays the end
        return line

    def exit_code(self, patience_s: float) -> int | None:
        """Return its exit code; None if it has not ended by then."""
        try:
            return self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return None

    def log(self) -> str:
        """Return the end of what it wrote to stderr."""
        size = os.fstat(self._log.fileno()).st_size
        begin = max(0, size - _LOG_TAIL)
        return os.pread(self._log.fileno(), _LOG_TAIL, begin).decode(errors="replace").strip()

    def kill(self) -> None:
        """End it now, with all that it has started."""
        with suppress(ProcessLookupError, PermissionError):  # everything has ended already
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._sent.put(None)
        self._log.close()

    def _write_lines(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101
        try:
            with pipe:
                while (line := self._sent.get()) is not None:
                    pipe.write(line)
                    pipe.flush()
        except OSError:  # nobody reads it any more, which its output will show
            return

    def _read_lines(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101
        with pipe:
            for line in pipe:
                self._lines.put(line)
        self._lines.put(b"")


class ProcessDriver:
    """A driver that runs as a process for as long as it behaves.

    Args:
        command: Its command line, as a shell would split it.
        grace_s: How long after a call's deadline it may answer.
        start_s: How much longer each process of it may take for its first answer.
    """

    def __init__(self, command: str, *, grace_s: float = GRACE_S, start_s: float = START_S) -> None:
        self._words = split(command)
        self._command = command
        self._grace_s = grace_s
        self._start_s = start_s
        self._process: LineProcess | None = None
        self._is_warm = False
        self._has_answered = False

    def answer(self, call: Call) -> Answer:
        """Send a call and read the answer to it."""
        process = self._process or self._start()
        process.send(call.line())
        grace_s = self._grace_s + (0 if self._is_warm else self._start_s)
        line = process.line(call.timeout_s + grace_s)
        if line is None:
            self._kill()
            raise NoAnswerError(
                f"no answer within {call.timeout_s:g} s and {grace_s:g} s of grace: "
                "the driver was killed"
            )
        if not line:
            self._report_death(process)
        answer = read_answer(line.decode(errors="replace"), call.id)
        self._is_warm = self._has_answered = True
        return answer

    def close(self) -> None:
        """End the process: its input ends, and a moment later it does."""
        if self._process is not None:
            self._process.end_input()
            self._process.exit_code(END_S)
        self._kill()

    def _start(self) -> LineProcess:
        try:
            self._process = LineProcess(self._words)
        except OSError as error:
            raise DriverBrokenError(f"{self._command!r} does not start: {error.strerror}") from None
        self._is_warm = False
        return self._process

    def _report_death(self, process: LineProcess) -> NoReturn:
        code = process.exit_code(END_S)
        log = process.log()
        self._kill()
        how = "closed its output" if code is None else f"ended with exit code {code}"
        said = f"; its log ends with:\n{log}" if log else ""
        message = f"the driver {how} in place of an answer{said}"
        if not self._has_answered:
            raise DriverBrokenError(message)
        raise NoAnswerError(message)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()


def split(command: str) -> list[str]:
    """Return the words of a command line.

    Raises:
        DriverBrokenError: it has none, or a quotation mark without its counterpart.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise DriverBrokenError(f"{command!r} is no command line: {error}") from None
    if not words:
        raise DriverBrokenError("the command line of the driver is empty")
    return words


class PythonDriver:
    """A function in this process: it takes a call as a dict and returns the answer as one.

    A call that does not come back cannot be ended: its thread is left behind, and what it still
    asks of the server is seen there.

    Args:
        where: `module:attribute`; the attribute is called once, without arguments, if it is a
            class, and what that returns is called with each call.
        grace_s: How long after a call's deadline it may answer.
    """

    def __init__(self, where: str, *, grace_s: float = GRACE_S) -> None:
        self._act = _load_function(where)
        self._grace_s = grace_s

    def answer(self, call: Call) -> Answer:
        """Call the function, in a thread."""
        answers: Queue[Any] = Queue()

        def act() -> None:
            try:
                answers.put(self._act(json.loads(call.line())))
            except BaseException as error:  # noqa: BLE001
                answers.put(error)

        Thread(target=act, daemon=True).start()
        try:
            answer = answers.get(timeout=call.timeout_s + self._grace_s)
        except Empty:
            raise NoAnswerError(
                f"no answer within {call.timeout_s:g} s and {self._grace_s:g} s of grace"
            ) from None
        if isinstance(answer, BaseException):
            return Answer(outcome="client_bug", error=f"{type(answer).__name__}: {answer}")
        try:
            line = json.dumps(answer)
        except (TypeError, ValueError) as error:
            raise DriverBrokenError(f"{answer!r:.200} cannot be JSON: {error}") from None
        return read_answer(line, call.id)

    def close(self) -> None:
        """Let go of it."""


def _load_function(where: str) -> Callable[[dict[str, Any]], Any]:
    module, _, name = where.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise DriverBrokenError(f"{where!r} is not module:attribute: {error}") from None
    except Exception as error:
        raise DriverBrokenError(f"{where!r} cannot be imported: {_name_error(error)}") from error
    try:
        act = found() if isinstance(found, type) else found
    except Exception as error:
        raise DriverBrokenError(f"{where!r} cannot be made: {_name_error(error)}") from error
    if not callable(act):
        raise DriverBrokenError(f"{where!r} cannot be called")
    loaded: Callable[[dict[str, Any]], Any] = act
    return loaded


def _name_error(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
