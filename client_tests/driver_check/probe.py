"""The driver under check: each line that it writes is looked at, and each silence."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from client_tests.driver.base import GRACE_S, NoAnswerError
from client_tests.driver.line_process import LineProcess
from client_tests.driver.messages import Answer, Call
from client_tests.driver.processes import END_S, START_S
from client_tests.driver_check.advice import ADVICE
from client_tests.driver_check.findings import Document, Findings

_SETTLE_S = 0.1
_LOG_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long things may take, in seconds: the calls' own deadline, and what comes on top."""

    timeout_s: float = 5.0
    grace_s: float = GRACE_S
    start_s: float = START_S
    end_s: float = END_S


class HopelessError(Exception):
    """The driver cannot be talked to: there is nothing more to find."""


class DriverProbe:
    """The driver, with an ear at its output.

    Attributes:
        about: The check that is at stake if a call gets no answer.
        extra: Fields that a call is given beyond those of the protocol, or in their place.
        call_id: The id of the last call.
        heard: The last call's answer; None if there was none.
    """

    def __init__(self, command: Sequence[str], patience: Patience) -> None:
        self.findings = Findings()
        self.patience = patience
        self.about = "answers"
        self.extra: Document = {}
        self.call_id = 0
        self.heard: Document | None = None
        self._command = list(command)
        self._process: LineProcess | None = None
        self._has_answered = False
        self._is_warm = False

    # --- What the test bed does with a driver -------------------------------------------

    def prepare(self, _hello: Call, _pace: float) -> None:
        """Leave the start to the first call: how it is answered is what is looked at."""

    def answer(self, call: Call) -> Answer:
        """Send a call, look at all that comes, and return what the test bed can make of it."""
        self.heard, before, self.call_id = None, self.call_id, call.id
        process = self._process or self._start()
        self._read_unasked_lines(process)
        process.send(json.dumps(json.loads(call.line()) | self.extra) + "\n")
        self.heard = self._await_answer(process, call, before)
        self._has_answered = self._is_warm = True
        return Answer(outcome="client_bug")  # the test bed has no use for it

    def close(self) -> None:
        """End the driver's input, and see whether it ends."""
        process = self._process
        if process is None:
            return
        time.sleep(_SETTLE_S)
        process.end_input()
        if process.exit_code(self.patience.end_s) is None:
            self.findings.add_wrong(
                "ends",
                f"it was still there {self.patience.end_s:g} s after its stdin had ended",
                "that it ends, whatever its exit code",
                "Leave the loop at the end of the input, and end what the client still has "
                "running: timers, threads, pools of connections.",
            )
        self.findings.add_right("ends")
        self._read_unasked_lines(process)
        self._let_go()

    # --- Lines --------------------------------------------------------------------------

    def _start(self) -> LineProcess:
        try:
            self._process = LineProcess(self._command)
        except OSError as error:
            self.findings.add_wrong(
                "starts",
                f"{shlex.join(self._command)} does not start: {error.strerror}",
                "a program that can be run",
                "Try the command in a shell, in this folder; scripts need their interpreter in "
                "front (`python driver.py`, `node driver.mjs`, `sh driver.sh`).",
            )
            raise HopelessError from None
        self._is_warm = False
        return self._process

    def _await_answer(self, process: LineProcess, call: Call, before: int) -> Document:
        """Return the answer to a call, past anything else that is written."""
        patience_s = call.timeout_s + self.patience.grace_s
        until = time.monotonic() + patience_s + (0 if self._is_warm else self.patience.start_s)
        strange: list[bytes] = []
        stale: Document | None = None
        while True:
            line = process.line(until - time.monotonic())
            if line is None and stale is not None:
                return stale
            if not line:
                self._report_silence(process, call, strange, is_dead=line is not None)
            document = _parse_line(line)
            if document is None:
                strange.append(line)
                until = min(until, time.monotonic() + patience_s)  # it is up and running
            elif document.get("id") == before and not self.findings.is_wrong("id"):
                stale = document
            else:
                break
        if strange:
            self._report_chatter(f"a line that is no answer: {_quote_line(strange[0])}")
        if stale:
            self._report_chatter(f"a second answer to the call before: {json.dumps(stale)}")
        return document

    def _read_unasked_lines(self, process: LineProcess) -> None:
        while line := process.line(0):
            self._report_chatter(f"a line when nothing had been asked: {_quote_line(line)}")

    def _report_chatter(self, came: str) -> None:
        self.findings.add_wrong(
            "only-answers",
            came,
            "one line on stdout for each call, and nothing else",
            "Send messages, banners and debug prints to stderr; look for prints in the client too.",
        )

    # --- Silence ------------------------------------------------------------------------

    def _report_silence(
        self, process: LineProcess, call: Call, strange: Sequence[bytes], *, is_dead: bool
    ) -> NoReturn:
        """Say why there is no answer, as well as can be known."""
        if strange:
            self._report_garbage(strange[0])
        elif is_dead:
            self._report_death(process)
        elif self._has_answered or not self._answers_at_the_end(process):
            self.findings.add_wrong(
                self.about,
                f"nothing on a call whose timeout_s is {call.timeout_s:g}",
                f"a line at the latest at timeout_s and {self.patience.grace_s:g} s of grace",
                ADVICE[self.about],
            )
        self._let_go()
        if not self._has_answered:
            raise HopelessError
        raise NoAnswerError("it said nothing")

    def _answers_at_the_end(self, process: LineProcess) -> bool:
        """Tell whether an answer was only waiting for stdin to end; then say so."""
        process.end_input()
        line = process.line(self.patience.end_s)
        if not line or _parse_line(line) is None:
            return False
        self.findings.add_wrong(
            "flushes",
            f"{_quote_line(line)} came only after stdin had ended",
            "an answer before the next call is sent",
            "Flush stdout after each line (`print(…, flush=True)`, `python -u`, `fflush`), and "
            "read line by line rather than all of stdin.",
        )
        return True

    def _report_death(self, process: LineProcess) -> None:
        code = process.exit_code(self.patience.end_s)
        ended = "closed its stdout" if code is None else f"ended with exit code {code}"
        log = [line for line in process.log().splitlines() if line.strip()][-_LOG_LINES:]
        said = "; its log ends with:\n" + "\n".join(log) if log else ""
        if self._has_answered:
            self.findings.add_wrong(
                self.about,
                f"it {ended} in place of an answer{said}",
                "an answer, and a process that is there for the next call",
                ADVICE[self.about],
            )
        else:
            self.findings.add_wrong(
                "starts",
                f"it {ended} before it had answered anything{said}",
                "that it waits for calls, and answers them, until its stdin ends",
                "Run it by hand and give it a line: docs/drivers.md has one to try.",
            )

    def _report_garbage(self, line: bytes) -> None:
        self.findings.add_wrong(
            "json",
            _quote_line(line),
            "a line that is a JSON object in UTF-8, such as "
            '{"id": 7, "outcome": "completed", "result": {}}',
            "Let a JSON library write it, on one line, without a byte order mark.",
        )

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()


def _parse_line(line: bytes | None) -> Document | None:
    try:
        document = json.loads((line or b"").decode())
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _quote_line(line: bytes) -> str:
    text = repr(line.decode(errors="backslashreplace").rstrip("\r\n"))
    return text if len(text) <= 160 else f"{text[:160]}…"
