"""The questions that a driver is asked, in their order."""

from __future__ import annotations

import json
from typing import Any

from client_tests.cases.model import Case, Effect, Operation
from client_tests.driver.messages import OPERATIONS
from client_tests.driver_check.advice import ADVICE, find_answer_problems, find_result_problems
from client_tests.driver_check.findings import Document
from client_tests.driver_check.probe import DriverProbe
from client_tests.judging.assertions import find_violations
from client_tests.judging.trace import Trace
from client_tests.running.testbed import TestBed

UNKNOWN_OP = "segmock-asks-for-something-unknown"
IMAGE_MODEL = "ideogram-turbo-img-2-img"

MISCHIEF = 'Grüße, 你好 🦊 \u2028 "quoted" \\ \t \x7f $HOME `id` </script>'
"""Text that is spoilt by a wrong encoding, by a shell, and by whoever builds JSON by hand."""

_LARGE = 100_000
_SHORT_S = 0.5
_FAILURE = f"The worker ran out of memory: {MISCHIEF}"


class ProtocolSession:
    """The questions, in their order."""

    def __init__(self, probe: DriverProbe, testbed: TestBed) -> None:
        self.features = dict.fromkeys(OPERATIONS, "unknown")
        self._probe = probe
        self._testbed = testbed
        self._findings = probe.findings

    def run(self) -> None:
        """Ask everything."""
        first = self._ask("answers", "run")
        self._ask("one-after-the-other", "run")
        self._ask_with_unknown_fields(first)
        self._ask_with_odd_parameters()
        self._ask_for_failure()
        self._ask_for_odd_errors()
        self._ask_without_end()
        self._ask("answers", "run_sync")
        self._ask("answers", "run_sync", IMAGE_MODEL)
        self._ask("answers", "download")
        self._ask("answers", "credits")
        self._ask_for_unknown_op()
        self._findings.add_right("starts", "flushes", "json", "only-answers")
        self._findings.add_not_tried("result", "no call was completed")

    def _ask(self, about: str, op: str, model: str = "ideogram-3") -> Any:
        """Ask for something simple; return the outcome that was answered."""
        self._run(about, op, model)
        return (self._probe.heard or {}).get("outcome")

    def _run(
        self,
        about: str,
        op: str,
        model: str = "ideogram-3",
        behaviour: tuple[Effect, ...] = (),
        **parts: Any,
    ) -> tuple[Case, Trace]:
        """Play a case and look at the answer; `about` is the check that is at stake."""
        params = {"prompt": "A kit"}
        if model == IMAGE_MODEL:
            params["image_file"] = "https://example.com/boat.png"
        about_ask = {"params": params, "timeout_s": self._probe.patience.timeout_s, **parts}
        operation = Operation(op=op, model=model, **about_ask)
        case = Case(
            id=about,
            title=about,
            level="MUST",
            facts=(),
            operations=(operation,),
            behaviour=behaviour,
        )
        self._probe.about = about
        trace = self._testbed.run_case(case)
        if self._probe.heard is not None:
            self._check_answer(self._probe.heard, op, model)
            self._findings.add_right("answers", about)
        return case, trace

    def _check_answer(self, answer: Document, op: str, model: str) -> None:
        outcome = answer.get("outcome")
        for problem in find_answer_problems(answer, self._probe.call_id):
            self._findings.add_wrong(*problem)
        self._findings.add_right("id", "outcome", "fields")
        if self._probe.about == "unknown-op":
            return
        self.features[op] = "unsupported" if outcome == "unsupported" else "yes"
        if outcome == "completed":
            is_media = op == "download" or model == IMAGE_MODEL
            for problem in find_result_problems(answer.get("result"), is_media=is_media):
                self._findings.add_wrong(*problem)
            self._findings.add_right("result")

    # --- The questions that are more than asking ----------------------------------------

    def _ask_with_unknown_fields(self, before: Any) -> None:
        """Ask the same with fields that no driver knows."""
        self._probe.extra = {"x_trace": {"span": [1, 2]}, "retries": 0, "note": "from later"}
        after = self._ask("unknown-fields", "run")
        names = ", ".join(self._probe.extra)
        self._probe.extra = {}
        if before and after and before != after:
            self._findings.add_wrong(
                "unknown-fields",
                f"{after!r} to a call with the fields {names}, and {before!r} without",
                f"{before!r} again",
                ADVICE["unknown-fields"],
            )

    def _ask_with_odd_parameters(self) -> None:
        """Ask for a run whose parameters are not simple, and see what arrives."""
        op = "run_sync" if self.features["run"] == "unsupported" else "run"
        blob = ["0123456789" * 100] * (_LARGE // 1000)
        params = {"prompt": MISCHIEF, "notes": {MISCHIEF: [None, True, 0.5, -7, ""]}, "blob": blob}
        case, trace = self._run("parameters", op, "mock-inference", params=params)
        if self._probe.heard and not trace.of("submit", "sync"):
            self._findings.withdraw("parameters", "the client submitted nothing")
        for violation in find_violations(case, trace):
            if violation.assertion == "unchanged":
                self._findings.add_wrong(
                    "parameters",
                    violation.message,
                    "the `params` of the call as the body of the request",
                    "Decode stdin as UTF-8, and hand `params` on as it is. If the driver does, "
                    "then it is the client that changes them.",
                )

    def _ask_for_failure(self) -> None:
        """Ask for a run that fails, with words that have to come back."""
        if self._lacks_run("error"):
            return
        effect = Effect(route="submit", ordinal=0, do={"state": "FAILED", "error": _FAILURE})
        self._run("error", "run", behaviour=(effect,))
        answer = self._probe.heard or {}
        error = answer.get("error")
        if answer.get("outcome") != "failed" or (isinstance(error, str) and _FAILURE in error):
            return
        self._findings.add_wrong(
            "error",
            f"`error` was {json.dumps(error, ensure_ascii=False)[:200]}",
            f"a string that holds {_FAILURE!r}",
            "Put the words of the client's error into `error`, and write stdout as UTF-8.",
        )

    def _ask_for_odd_errors(self) -> None:
        """Ask for what ends in an error that is no text, and in a status: their types are at stake.

        What the client makes of them is its own matter.
        """
        op = "run_sync" if self.features["run"] == "unsupported" else "run"
        route = "sync" if op == "run_sync" else "submit"
        busy = Effect(route=route, ordinal=0, do={"status": 503, "body": "json"}, when="before")
        self._run("fields", op, behaviour=(busy,))
        if op == "run":
            failed = Effect(route="submit", ordinal=0, do={"state": "FAILED", "error": "Plain"})
            odd = {"extra_fields": {"error": {"message": "Structured", "code": 3}}}
            routes = ("status", "result", "poll")
            told = tuple(Effect(route=each, ordinal=2, do=odd) for each in routes)
            self._run("fields", op, behaviour=(failed, *told))

    def _ask_without_end(self) -> None:
        """Ask for a run that does not end."""
        if not self._lacks_run("deadline"):
            effect = Effect(route="submit", ordinal=0, do={"stall": "PROCESSING"})
            self._run("deadline", "run", behaviour=(effect,), timeout_s=_SHORT_S)

    def _lacks_run(self, check_id: str) -> bool:
        is_lacking = self.features["run"] == "unsupported"
        if is_lacking:
            self._findings.add_not_tried(check_id, "it needs `run`, which is unsupported")
        return is_lacking

    def _ask_for_unknown_op(self) -> None:
        """Ask for something that no version of the protocol has."""
        self._probe.extra = {"op": UNKNOWN_OP}
        outcome = self._ask("unknown-op", "credits")
        self._probe.extra = {}
        if outcome not in {None, "unsupported"}:
            self._findings.add_wrong(
                "unknown-op",
                f"{outcome!r} to the operation {UNKNOWN_OP!r}",
                "'unsupported', so that drivers outlive new operations",
                ADVICE["unknown-op"],
            )
