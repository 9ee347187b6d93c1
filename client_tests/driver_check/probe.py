"""What a driver gets wrong about the protocol, apart from any verdict on its client.

The driver is asked for one thing after the other on a bench of its own, and each line that it
writes is looked at. What its client makes of the gateway is nobody's business here: an outcome
has to be one of the table, but need not be right.
"""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NoReturn, TypeAlias

from client_tests.cases.model import Ask, Case, Effect
from client_tests.driver.messages import OPERATIONS, OUTCOMES, Answer, Call
from client_tests.driver.processes import END_S, GRACE_S, START_S, LineProcess, NoAnswerError
from client_tests.judging.assertions import complaints
from client_tests.judging.trace import Observation
from client_tests.running.testbed import Bench
from client_tests.schemas import explained

Document: TypeAlias = dict[str, Any]
Status: TypeAlias = Literal["right", "wrong", "not tried"]

UNKNOWN_OP = "segmock-asks-for-something-unknown"
IMAGE_MODEL = "ideogram-turbo-img-2-img"

TITLES: Mapping[str, str] = {
    "starts": "The command starts, and waits for calls.",
    "flushes": "An answer is written at once, before stdin ends.",
    "answers": "Every call is answered.",
    "json": "An answer is one line of UTF-8 that holds a JSON object.",
    "id": "An answer repeats the id of its call.",
    "outcome": "The outcome is one of the table's.",
    "fields": "The other fields of an answer have the types that they should.",
    "result": "A completed call has its result, in the right shape.",
    "error": "A job that failed is reported with the gateway's words, as a string.",
    "only-answers": "Nothing but answers goes to stdout, one for each call.",
    "one-after-the-other": "One process answers many calls.",
    "unknown-fields": "Fields that a driver does not know are ignored.",
    "unknown-op": "An operation that a driver does not know is `unsupported`.",
    "parameters": "Parameters arrive unchanged, large ones and any Unicode too.",
    "deadline": "A call is answered by its deadline and a grace.",
    "ends": "The driver ends when its stdin does.",
}

MISCHIEF = 'Grüße, 你好 🦊 \u2028 "quoted" \\ \t \x7f $HOME `id` </script>'
"""Text that is spoilt by a wrong encoding, by a shell, and by whoever builds JSON by hand."""

_LARGE = 100_000
_SETTLE_S = 0.1
_SHORT_S = 0.5
_LOG_LINES = 12
_FAILURE = f"The worker ran out of memory: {MISCHIEF}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What became of one check.

    Attributes:
        id: Its name.
        title: What is right.
        status: Whether the driver does so.
        came: What the driver did in its place, or why it was not tried.
        expected: What was expected.
        advice: What its author can do about it.
    """

    id: str
    title: str
    status: Status
    came: str = ""
    expected: str = ""
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What there is to say about a driver.

    Attributes:
        command: Its command line.
        findings: One for each check.
        features: For each operation `yes`, `unsupported` or `unknown`.
    """

    command: str
    findings: tuple[Finding, ...]
    features: dict[str, str]

    @property
    def is_right(self) -> bool:
        """Whether it keeps to the protocol as far as it was tried."""
        return not any(finding.status == "wrong" for finding in self.findings)

    def to_json(self) -> Document:
        """Return the report as a document."""
        return {
            "driver": self.command,
            "right": self.is_right,
            "features": self.features,
            "checks": [asdict(finding) for finding in self.findings],
        }


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long things may take, in seconds: the calls' own deadline, and what comes on top."""

    timeout_s: float = 5.0
    grace_s: float = GRACE_S
    start_s: float = START_S
    end_s: float = END_S


class HopelessError(Exception):
    """The driver cannot be talked to: there is nothing more to find."""


def check(
    command: Sequence[str], *, url: str | None = None, patience: Patience | None = None
) -> Checked:
    """Look at a driver.

    Args:
        command: Its command line, in words.
        url: The root of a segmock that nobody else uses; one is started unless given.
        patience: How long things may take.
    """
    probe = _Probe(command, patience or Patience())
    with Bench([probe], url) as bench:
        interview = _Interview(probe, bench)
        try:
            interview.hold()
        except HopelessError:
            probe.notebook.reason = "the driver could not be talked to any further"
        finally:
            probe.close()
    return Checked(
        command=shlex.join(command),
        findings=probe.notebook.findings(),
        features=interview.features,
    )


class _Notebook:
    """What is known so far: the first thing that is wrong outweighs all that is right."""

    def __init__(self) -> None:
        self._known: dict[str, Finding] = {}
        self.reason = "nothing led to it"

    def wrong(self, check_id: str, came: str, expected: str, advice: str) -> None:
        known = self._known.get(check_id)
        if known is None or known.status != "wrong":
            self._note(check_id, "wrong", came=came, expected=expected, advice=advice)

    def right(self, *check_ids: str) -> None:
        for check_id in check_ids:
            if check_id not in self._known:
                self._note(check_id, "right")

    def not_tried(self, check_id: str, why: str) -> None:
        if check_id not in self._known:
            self._note(check_id, "not tried", came=why)

    def undo(self, check_id: str, why: str) -> None:
        if not self.is_wrong(check_id):
            self._note(check_id, "not tried", came=why)

    def is_wrong(self, check_id: str) -> bool:
        return check_id in self._known and self._known[check_id].status == "wrong"

    def findings(self) -> tuple[Finding, ...]:
        for check_id in TITLES:
            self.not_tried(check_id, self.reason)
        return tuple(self._known[check_id] for check_id in TITLES)

    def _note(self, check_id: str, status: Status, **words: str) -> None:
        self._known[check_id] = Finding(id=check_id, title=TITLES[check_id], status=status, **words)


class _Probe:
    """The driver, with an ear at its output.

    Attributes:
        about: The check that is at stake if a call gets no answer.
        extra: Fields that a call is given beyond those of the protocol, or in their place.
        call_id: The id of the last call.
        heard: The last call's answer; None if there was none.
    """

    def __init__(self, command: Sequence[str], patience: Patience) -> None:
        self.notebook = _Notebook()
        self.patience = patience
        self.about = "answers"
        self.extra: Document = {}
        self.call_id = 0
        self.heard: Document | None = None
        self._command = list(command)
        self._process: LineProcess | None = None
        self._has_answered = False
        self._is_warm = False

    # --- What the bench does with a driver ----------------------------------------------

    def answer(self, call: Call) -> Answer:
        """Send a call, look at all that comes, and return what the bench can make of it."""
        self.heard, before, self.call_id = None, self.call_id, call.id
        process = self._process or self._started()
        self._hear_what_was_not_asked_for(process)
        process.send(json.dumps(json.loads(call.line()) | self.extra) + "\n")
        self.heard = self._awaited(process, call, before)
        self._has_answered = self._is_warm = True
        return Answer(outcome="client_bug")  # the bench has no use for it

    def close(self) -> None:
        """End the driver's input, and see whether it ends."""
        process = self._process
        if process is None:
            return
        time.sleep(_SETTLE_S)
        process.end_input()
        if process.exit_code(self.patience.end_s) is None:
            self.notebook.wrong(
                "ends",
                f"it was still there {self.patience.end_s:g} s after its stdin had ended",
                "that it ends, whatever its exit code",
                "Leave the loop at the end of the input, and end what the client still has "
                "running: timers, threads, pools of connections.",
            )
        self.notebook.right("ends")
        self._hear_what_was_not_asked_for(process)
        self._let_go()

    # --- Lines --------------------------------------------------------------------------

    def _started(self) -> LineProcess:
        try:
            self._process = LineProcess(self._command)
        except OSError as error:
            self.notebook.wrong(
                "starts",
                f"{shlex.join(self._command)} does not start: {error.strerror}",
                "a program that can be run",
                "Try the command in a shell, in this folder; scripts need their interpreter in "
                "front (`python driver.py`, `node driver.mjs`, `sh driver.sh`).",
            )
            raise HopelessError from None
        self._is_warm = False
        return self._process

    def _awaited(self, process: LineProcess, call: Call, before: int) -> Document:
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
                self._blame_for_silence(process, call, strange, is_dead=line is not None)
            document = _document(line)
            if document is None:
                strange.append(line)
                until = min(until, time.monotonic() + patience_s)  # it is up and running
            elif document.get("id") == before and not self.notebook.is_wrong("id"):
                stale = document
            else:
                break
        if strange:
            self._blame_for_chatter(f"a line that is no answer: {_shown(strange[0])}")
        if stale:
            self._blame_for_chatter(f"a second answer to the call before: {json.dumps(stale)}")
        return document

    def _hear_what_was_not_asked_for(self, process: LineProcess) -> None:
        while line := process.line(0):
            self._blame_for_chatter(f"a line when nothing had been asked: {_shown(line)}")

    def _blame_for_chatter(self, came: str) -> None:
        self.notebook.wrong(
            "only-answers",
            came,
            "one line on stdout for each call, and nothing else",
            "Send messages, banners and debug prints to stderr; look for prints in the client too.",
        )

    # --- Silence ------------------------------------------------------------------------

    def _blame_for_silence(
        self, process: LineProcess, call: Call, strange: Sequence[bytes], *, is_dead: bool
    ) -> NoReturn:
        """Say why there is no answer, as well as can be known."""
        if strange:
            self._blame_for_garbage(strange[0])
        elif is_dead:
            self._blame_for_death(process)
        elif self._has_answered or not self._comes_at_the_end(process):
            self.notebook.wrong(
                self.about,
                f"nothing on a call whose timeout_s is {call.timeout_s:g}",
                f"a line at the latest at timeout_s and {self.patience.grace_s:g} s of grace",
                _ADVICE[self.about],
            )
        self._let_go()
        if not self._has_answered:
            raise HopelessError
        raise NoAnswerError("it said nothing")

    def _comes_at_the_end(self, process: LineProcess) -> bool:
        """Tell whether an answer was only waiting for stdin to end; then say so."""
        process.end_input()
        line = process.line(self.patience.end_s)
        if not line or _document(line) is None:
            return False
        self.notebook.wrong(
            "flushes",
            f"{_shown(line)} came only after stdin had ended",
            "an answer before the next call is sent",
            "Flush stdout after each line (`print(…, flush=True)`, `python -u`, `fflush`), and "
            "read line by line rather than all of stdin.",
        )
        return True

    def _blame_for_death(self, process: LineProcess) -> None:
        code = process.exit_code(self.patience.end_s)
        ended = "closed its stdout" if code is None else f"ended with exit code {code}"
        log = [line for line in process.log().splitlines() if line.strip()][-_LOG_LINES:]
        said = "; its log ends with:\n" + "\n".join(log) if log else ""
        if self._has_answered:
            self.notebook.wrong(
                self.about,
                f"it {ended} in place of an answer{said}",
                "an answer, and a process that is there for the next call",
                _ADVICE[self.about],
            )
        else:
            self.notebook.wrong(
                "starts",
                f"it {ended} before it had answered anything{said}",
                "that it waits for calls, and answers them, until its stdin ends",
                "Run it by hand and give it a line: docs/drivers.md has one to try.",
            )

    def _blame_for_garbage(self, line: bytes) -> None:
        self.notebook.wrong(
            "json",
            _shown(line),
            "a line that is a JSON object in UTF-8, such as "
            '{"id": 7, "outcome": "completed", "result": {}}',
            "Let a JSON library write it, on one line, without a byte order mark.",
        )

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()


_ADVICE = {
    "answers": "Read stdin line by line, and answer each line with one, flushed. Whatever the "
    "client raises, catch it: that is `client_bug`.",
    "one-after-the-other": "Go on reading lines after an answer: a process is kept for many calls.",
    "unknown-fields": "Take from a call the fields that you know; ignore all others.",
    "unknown-op": 'Answer {"outcome": "unsupported"} to operations that you do not know.',
    "parameters": "Read lines of any length (some languages have a limit on them), and JSON "
    "escapes such as \\u2028 with a JSON library.",
    "deadline": "Give timeout_s to the client, or stop it yourself, and answer `timeout`.",
    "error": "Catch the client's own error for a job that failed, and answer `failed`.",
}


def _document(line: bytes | None) -> Document | None:
    try:
        document = json.loads((line or b"").decode())
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _shown(line: bytes) -> str:
    text = repr(line.decode(errors="backslashreplace").rstrip("\r\n"))
    return text if len(text) <= 160 else f"{text[:160]}…"


class _Interview:
    """The questions, in their order."""

    def __init__(self, probe: _Probe, bench: Bench) -> None:
        self.features = dict.fromkeys(OPERATIONS, "unknown")
        self._probe = probe
        self._bench = bench
        self._notebook = probe.notebook

    def hold(self) -> None:
        """Ask everything."""
        first = self._outcome("answers", "run")
        self._outcome("one-after-the-other", "run")
        self._fields_from_the_future(first)
        self._parameters()
        self._failure()
        self._deadline()
        self._outcome("answers", "run_sync")
        self._outcome("answers", "run_sync", IMAGE_MODEL)
        self._outcome("answers", "download")
        self._outcome("answers", "credits")
        self._unknown_op()
        self._notebook.right("starts", "flushes", "json", "only-answers")
        self._notebook.not_tried("result", "no call was completed")

    def _outcome(self, about: str, op: str, model: str = "ideogram-3") -> Any:
        """Ask for something simple; return the outcome that was answered."""
        self._played(about, op, model)
        return (self._probe.heard or {}).get("outcome")

    def _played(
        self,
        about: str,
        op: str,
        model: str = "ideogram-3",
        behaviour: tuple[Effect, ...] = (),
        **parts: Any,
    ) -> tuple[Case, Observation]:
        """Play a case and look at the answer; `about` is the check that is at stake."""
        params = {"prompt": "A kit"}
        if model == IMAGE_MODEL:
            params["image_file"] = "https://example.com/boat.png"
        about_ask = {"params": params, "timeout_s": self._probe.patience.timeout_s, **parts}
        ask = Ask(op=op, model=model, **about_ask)
        case = Case(id=about, title=about, level="MUST", facts=(), asks=(ask,), behaviour=behaviour)
        self._probe.about = about
        seen = self._bench.play(case)
        if self._probe.heard is not None:
            self._look_at(self._probe.heard, op, model)
            self._notebook.right("answers", about)
        return case, seen

    def _look_at(self, answer: Document, op: str, model: str) -> None:
        outcome = answer.get("outcome")
        for problem in _problems(answer, self._probe.call_id):
            self._notebook.wrong(*problem)
        self._notebook.right("id", "outcome", "fields")
        if self._probe.about == "unknown-op":
            return
        self.features[op] = "unsupported" if outcome == "unsupported" else "yes"
        if outcome == "completed":
            is_media = op == "download" or model == IMAGE_MODEL
            for problem in _problems_of_result(answer.get("result"), is_media=is_media):
                self._notebook.wrong(*problem)
            self._notebook.right("result")

    # --- The questions that are more than asking ----------------------------------------

    def _fields_from_the_future(self, before: Any) -> None:
        """Ask the same with fields that no driver knows."""
        self._probe.extra = {"x_trace": {"span": [1, 2]}, "retries": 0, "note": "from later"}
        after = self._outcome("unknown-fields", "run")
        names = ", ".join(self._probe.extra)
        self._probe.extra = {}
        if before and after and before != after:
            self._notebook.wrong(
                "unknown-fields",
                f"{after!r} to a call with the fields {names}, and {before!r} without",
                f"{before!r} again",
                _ADVICE["unknown-fields"],
            )

    def _parameters(self) -> None:
        """Ask for a run whose parameters are not simple, and see what arrives."""
        op = "run_sync" if self.features["run"] == "unsupported" else "run"
        blob = ["0123456789" * 100] * (_LARGE // 1000)
        params = {"prompt": MISCHIEF, "notes": {MISCHIEF: [None, True, 0.5, -7, ""]}, "blob": blob}
        case, seen = self._played("parameters", op, "mock-inference", params=params)
        if self._probe.heard and not seen.of("submit", "sync"):
            self._notebook.undo("parameters", "the client submitted nothing")
        for complaint in complaints(case, seen):
            if complaint.judge == "unchanged":
                self._notebook.wrong(
                    "parameters",
                    complaint.message,
                    "the `params` of the call as the body of the request",
                    "Decode stdin as UTF-8, and hand `params` on as it is. If the driver does, "
                    "then it is the client that changes them.",
                )

    def _failure(self) -> None:
        """Ask for a run that fails, with words that have to come back."""
        if self._lacks_run("error"):
            return
        effect = Effect(route="submit", ordinal=0, do={"state": "FAILED", "error": _FAILURE})
        self._played("error", "run", behaviour=(effect,))
        answer = self._probe.heard or {}
        error = answer.get("error")
        if answer.get("outcome") != "failed" or (isinstance(error, str) and _FAILURE in error):
            return
        self._notebook.wrong(
            "error",
            f"`error` was {json.dumps(error, ensure_ascii=False)[:200]}",
            f"a string that holds {_FAILURE!r}",
            "Put the words of the client's error into `error`, and write stdout as UTF-8.",
        )

    def _deadline(self) -> None:
        """Ask for a run that does not end."""
        if not self._lacks_run("deadline"):
            effect = Effect(route="submit", ordinal=0, do={"stall": "PROCESSING"})
            self._played("deadline", "run", behaviour=(effect,), timeout_s=_SHORT_S)

    def _lacks_run(self, check_id: str) -> bool:
        is_lacking = self.features["run"] == "unsupported"
        if is_lacking:
            self._notebook.not_tried(check_id, "it needs `run`, which is unsupported")
        return is_lacking

    def _unknown_op(self) -> None:
        """Ask for something that no version of the protocol has."""
        self._probe.extra = {"op": UNKNOWN_OP}
        outcome = self._outcome("unknown-op", "credits")
        self._probe.extra = {}
        if outcome not in {None, "unsupported"}:
            self._notebook.wrong(
                "unknown-op",
                f"{outcome!r} to the operation {UNKNOWN_OP!r}",
                "'unsupported', so that drivers outlive new operations",
                _ADVICE["unknown-op"],
            )


Problem: TypeAlias = tuple[str, str, str, str]


def _problems(answer: Document, call_id: int) -> Iterator[Problem]:
    """Say what is wrong with an answer, whatever it is an answer to."""
    shown = json.dumps(answer, ensure_ascii=False)[:160]
    given = answer.get("id")
    if type(given) is not int or given != call_id:
        came = f"id {json.dumps(given)} in {shown}" if "id" in answer else f"no id in {shown}"
        yield "id", came, f'"id": {call_id}', "Copy the id of the call, as the integer that it is."
    outcome = answer.get("outcome")
    if outcome not in OUTCOMES:
        came = f"outcome {json.dumps(outcome)}" if "outcome" in answer else f"no outcome in {shown}"
        expected = f"one of {', '.join(OUTCOMES)}"
        advice = "Choose by the table in docs/drivers.md; what fits nowhere is `client_bug`."
        yield "outcome", came, expected, advice
    for name, kind, words in (("error", str, "a string"), ("status", int, "an integer")):
        value = answer.get(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            came = f"`{name}` was {json.dumps(value)[:160]}"
            advice = "Leave it out where there is nothing to say."
            yield "fields", came, f"{words}, or none", advice
    valid_enough = {"id": call_id, "outcome": "failed", **answer}
    problem = explained("answer", {**valid_enough, "id": call_id})
    if problem and outcome in OUTCOMES:
        yield (
            "fields",
            f"{shown}: {problem}",
            "what schemas/answer.json says",
            "See docs/drivers.md.",
        )


def _problems_of_result(result: Any, *, is_media: bool) -> Iterator[Problem]:
    """Say what is wrong with the result of a call that was completed."""
    shown = json.dumps(result, ensure_ascii=False)[:160]
    if result is None:
        advice = "Add the body that the client was given."
        yield "result", "`completed` without a `result`", "the result in `result`", advice
    elif not isinstance(result, dict):
        advice = "Hand on the JSON object that the gateway sent, not a string of it or a part."
        yield "result", f"`result` was {shown}", "a JSON object", advice
    elif is_media and not _is_media(result):
        yield (
            "result",
            f"`result` was {shown}",
            'of media {"sha256": 64 small hex digits, "bytes": a number, "content_type": a string}',
            "Describe the bytes that came, with the Content-Type that they came with.",
        )


def _is_media(result: Document) -> bool:
    digest, size, kind = (result.get(name) for name in ("sha256", "bytes", "content_type"))
    is_digest = isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest) is not None
    return is_digest and type(size) is int and isinstance(kind, str)
