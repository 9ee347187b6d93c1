"""What several properties make their cases of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases import strategies as some
from client_tests.cases.contracts import Level
from client_tests.cases.model import Case, Effect, Expect, Operation

TIMEOUT_S = 10.0
"""A deadline that only a client in trouble meets."""


VERIFIED: Level = "verified"
"""The models that a MUST may send parameters to: of the others, what is refused is uncertain."""


LOST = ("server_error", "transport_error", "timeout")


FULFILLED = Expect(outcomes=("completed",), charges=(1,), submits=(1,))


def make_fulfilled(operation: Operation, behaviour: some.Behaviour = (), **parts: Any) -> Case:
    """Return a case that has to end with the result, for the price of one run."""
    return some.case(
        [replace(operation, timeout_s=TIMEOUT_S)], behaviour, expect=FULFILLED, **parts
    )


def make_ended(behaviour: some.Behaviour, error: str | None) -> Case:
    """Return a case whose job completes, or fails with an error."""
    if error is None:
        return make_fulfilled(some.ask(), behaviour)
    expect = Expect(outcomes=("failed",), error=error, charges=(0,), submits=(1,))
    operation = some.ask(timeout_s=TIMEOUT_S)
    # What a 422 means whose body cannot be read is for each client to say (E8).
    readable = (effect for effect in behaviour if effect.do != some.MALFORMED)
    return some.case([operation], (some.fail_with(error), *readable), expect=expect)


def ends() -> SearchStrategy[str | None]:
    """Return how a job ends: None completes, anything else is the error of a failure."""
    return st.one_of(st.none(), st.none(), some.errors())


def place_effects(effects: list[tuple[str, int, some.Injection]]) -> some.Behaviour:
    """Return effects of which no two are on the same call."""
    found: dict[tuple[str, int], Effect] = {}
    for route, ordinal, (do, when) in effects:
        side: Any = when
        found.setdefault((route, ordinal), Effect(route=route, ordinal=ordinal, do=do, when=side))
    return tuple(found[place] for place in sorted(found))


def merge(first: some.Behaviour, second: some.Behaviour) -> some.Behaviour:
    """Return both, with the second's effect where the two are on the same call."""
    effects = {(each.route, each.ordinal): each for each in (*first, *second)}
    return tuple(effects[place] for place in sorted(effects))


def expire_job(ordinal: int, when: Any) -> some.Behaviour:
    """Return what lets a job be gone at a poll of its status, or else before its result."""
    expire = {"expire": True}
    status = Effect(route="status", ordinal=ordinal, do=expire, when=when)
    result = Effect(route="result", ordinal=0, do=expire, when="before")
    return (status, result, replace(result, route="poll"))
