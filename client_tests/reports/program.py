"""A case as a program: what the server does, and what is asked of the client, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases.model import POLL_INTERVAL_S, TIMEOUT_S, Case, Effect, Operation
from client_tests.reports.text import clip, to_json_line
from client_tests.reports.timeline import describe_fault

_LONGEST = 300
"""So many columns of a line are shown; the saved case has the rest."""


def describe_program(case: Case) -> list[str]:
    """Return a case in lines: `ask run ideogram-3 {"prompt": "0"}`, `status #1: 503 before`."""
    return [clip(line, _LONGEST) for line in _lines(case)]


def _lines(case: Case) -> Iterator[str]:
    if case.account:
        yield f"account {to_json_line(case.account)}"
    if case.api_key:
        yield f"key {to_json_line(case.api_key)}"
    if case.clock != "auto":
        yield f"clock {case.clock}"
    for operation in case.operations:
        yield _describe_ask(operation, together=case.concurrent)
    for effect in sorted(case.behaviour, key=lambda each: (each.route, each.ordinal)):
        yield _describe_effect(effect)


def _describe_ask(operation: Operation, *, together: bool) -> str:
    words = ["ask at once" if together else "ask", operation.op]
    if operation.is_run:
        words += [operation.model, to_json_line(operation.params)]
    if operation.timeout_s != TIMEOUT_S:
        words.append(f"within {operation.timeout_s:g} s")
    if operation.op == "run" and operation.poll_interval_s != POLL_INTERVAL_S:
        words.append(f"polls {operation.poll_interval_s:g} s apart")
    return " ".join(words)


def _describe_effect(effect: Effect) -> str:
    return f"{effect.route} #{effect.ordinal + 1}: {describe_fault(effect)}"
