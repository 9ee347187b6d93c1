"""A client under test that is a program which speaks the protocol."""

from __future__ import annotations

import json
import shlex
from typing import NoReturn

from client_tests.driver.base import GRACE_S, NoAnswerError
from client_tests.driver.line_process import LineProcess
from client_tests.driver.messages import Answer, Call, DriverBrokenError, read_answer

START_S = 20.0
"""How long a driver may take to start: it may have to be compiled."""

END_S = 2.0
"""How long a driver may take to end once its input has."""


class ProcessDriver:
    """A driver that runs as a process for as long as it behaves.

    Args:
        command: Its command line, as a shell would split it.
        grace_s: How long after a call's deadline it may answer.
        start_s: How long each process of it may take to answer the hello, or its first call if it
            was told none.
    """

    def __init__(self, command: str, *, grace_s: float = GRACE_S, start_s: float = START_S) -> None:
        self._words = split(command)
        self._command = command
        self._grace_s = grace_s
        self._start_s = start_s
        self._process: LineProcess | None = None
        self._is_warm = False
        self._has_answered = False
        self._last_words = ""
        self._bears_hello = True
        self._pace = 1.0

    def prepare(self, hello: Call, pace: float) -> None:
        """Start the process if there is none, and wait until it has answered a hello.

        One that dies of it, or says nothing, is started again for the calls alone.
        """
        self._pace = pace
        if self._process is not None:
            return
        process = self._start()
        if not self._bears_hello:
            return
        process.send(hello.line())
        line = process.line(self._start_s)
        if line:
            _check_greeting(line.decode(errors="replace"), hello.id)
            self._is_warm = self._has_answered = True
            return
        self._bears_hello = False
        self._kill()
        self._start()

    def answer(self, call: Call) -> Answer:
        """Send a call and read the answer to it."""
        process = self._process or self._start()
        process.send(call.line())
        grace_s = self._grace_s * self._pace + (0 if self._is_warm else self._start_s)
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

    def read_log(self) -> str:
        """Return what its processes wrote to stderr since this was last asked."""
        said, self._last_words = self._last_words, ""
        return said + (self._process.read_log() if self._process else "")

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
            self._last_words += process.read_log()
            process.kill()


def _check_greeting(line: str, call_id: int) -> None:
    """Accept any object with the call's id: what it says of an unknown operation is not at stake.

    Raises:
        DriverBrokenError: it cannot be read, or answers another call.
    """
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("id") != call_id:
        read_answer(line, call_id)  # says what is wrong with it


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
