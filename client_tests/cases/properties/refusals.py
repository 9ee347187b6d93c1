"""Cases of calls that are refused: for good, for a while, or because a job is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases import strategies as some
from client_tests.cases.model import Case, Effect, Expect, Operation
from client_tests.cases.outcomes import outcome_of
from client_tests.cases.properties.common import (
    TIMEOUT_S,
    expire_job,
    merge,
)


def refusals_end() -> SearchStrategy[Case]:
    """Return calls that are refused for good, by a fault or by the gateway itself."""
    struck = st.sampled_from(
        [("run", "submit"), ("run", "submit"), ("run", "polls"), ("run_sync", "sync"),
         ("credits", "credits")]
    ).flatmap(_inject_refusal)  # fmt: skip
    return st.one_of(struck, struck, st.sampled_from(_real_refusals()))


def _inject_refusal(where: tuple[str, str]) -> SearchStrategy[Case]:
    op, route = where
    refused = some.refusals("status" if route == "polls" else route)
    routes = ("status", "result", "poll") if route == "polls" else (route,)

    def make_case(injection: some.Injection) -> Case:
        status = injection[0]["status"]
        words = "credits" if status == 406 else ""
        outcome = outcome_of(status, words) or ""
        behaviour = [effect for each in routes for effect in some.place(each, [injection])]
        return _make_refused(some.ask(op), outcome, tuple(behaviour))

    return refused.map(make_case)


def _make_refused(
    operation: Operation, outcome: str, behaviour: some.Behaviour = (), **parts: Any
) -> Case:
    submits = () if operation.op == "credits" else (1,)
    return some.case(
        [operation], behaviour, expect=Expect(outcomes=(outcome,), submits=submits), **parts
    )


def _real_refusals() -> list[Case]:
    """Return what the gateway refuses without being told to."""
    found = []
    for op in ("run", "run_sync"):
        operation = some.ask(op)
        found += [
            _make_refused(operation, "insufficient_credits", account={"credits": 0}),
            _make_refused(operation, "forbidden", account={"denied_models": [some.MODEL]}),
            _make_refused(operation, "unauthorized", account={"status": "revoked"}),
            _make_refused(replace(operation, model="no-such-model"), "not_found"),
        ]
    wrong: list[dict[str, Any]] = [{}, {"prompt": ""}, {"prompt": 5}, {"seed": 1, "prompt": "A"}]
    wrong.append({"prompt": "A", "style_type": "NO_SUCH_STYLE"})
    found += [_make_refused(some.ask("run_sync", params=params), "invalid") for params in wrong]
    found.append(_make_refused(some.ask("credits"), "unauthorized", account={"status": "revoked"}))
    return found


def rate_limit() -> SearchStrategy[Case]:
    """Return runs that meet the end of a window, on a real clock."""

    def make_case(behaviour: some.Behaviour) -> Case:
        is_submit = any(effect.route == "submit" for effect in behaviour)
        outcomes = ("completed", "rate_limited") if is_submit else ("completed",)
        expect = Expect(outcomes=outcomes, charges=(0, 1) if is_submit else (1,))
        operation = some.ask(timeout_s=TIMEOUT_S, poll_interval_s=0.02)
        return some.case([operation], behaviour, clock="real", expect=expect)

    return some.rate_limits().map(make_case)


def gone() -> SearchStrategy[Case]:
    """Return runs whose job expires."""
    expect = Expect(outcomes=("not_found",), submits=(1,))

    def make_case(schedule: some.Behaviour, expiry: some.Behaviour) -> Case:
        return some.case([some.ask()], merge(schedule, expiry), expect=expect)

    at_once = Effect(route="submit", ordinal=0, do={"expire": True}, when="after")
    sides = st.sampled_from(["before", "after"])
    later = st.builds(expire_job, st.integers(0, 4), sides)
    return st.builds(make_case, some.schedules(), st.one_of(later, st.just((at_once,))))
