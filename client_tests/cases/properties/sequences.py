"""Cases of several calls, one after the other or at the same time, of which some go wrong."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases import strategies as some
from client_tests.cases.model import Case, Effect, Expect, Operation
from client_tests.cases.properties.common import TIMEOUT_S, place_effects

MODELS = ("ideogram-3", "ideogram-2a-txt-2-img", "ideogram-turbo-txt-2-img")
"""Models that take the same parameters."""

_ROUTES = {
    "run": ("submit", "submit", "status", "result"),
    "run_sync": ("sync",),
    "credits": ("credits",),
    "download": ("output",),
}

_POLLS_OF_A_RUN = 3
"""A run on `auto` asks so often for the status of its job."""


def one_after_another() -> SearchStrategy[Case]:
    """Return cases of two or three calls; most of what happens, happens to a later one."""
    op = st.sampled_from(["run", "run", "run_sync", "credits", "download"])
    alike = st.builds(lambda op, number: [op] * number, op, st.integers(2, 3))
    mixed = st.lists(op, min_size=2, max_size=3)
    return st.one_of(alike, mixed).flatmap(_make_sequences)


def _make_sequences(ops: list[str]) -> SearchStrategy[Case]:
    strikes = st.lists(_strike(ops), min_size=1, max_size=4)
    asks = st.tuples(*(_ask(op, index) for index, op in enumerate(ops))).map(list)
    is_asked_again = ops.count("credits") > 1
    expect = Expect(verdicts=("repeated-after-refusal",) if is_asked_again else ())

    def make_case(operations: list[Operation], found: list[Any]) -> Case:
        return some.case(operations, place_effects(found), expect=expect)

    return st.builds(make_case, asks, strikes)


@st.composite
def _strike(draw: st.DrawFn, ops: list[str]) -> tuple[str, int, some.Injection]:
    """Return something that happens to a call of one of these asks."""
    index = draw(st.sampled_from([*range(1, len(ops)), 0]))
    route = draw(st.sampled_from(_ROUTES[ops[index]]))
    before = ops[:index].count(ops[index])
    if route == "status":
        before = before * _POLLS_OF_A_RUN + draw(st.integers(0, _POLLS_OF_A_RUN - 1))
    refused = [some.refusals(route)] if route in {"submit", "sync", "credits"} else []
    return route, before, draw(st.one_of(*refused, some.strikes(route)))


def _ask(op: str, index: int) -> SearchStrategy[Operation]:
    """Return an ask like no other: of any of the models, with a prompt and a seed."""
    if op == "credits":
        return st.just(some.ask(op, timeout_s=1.0))
    prompt = st.sampled_from(["One", "Two"]).map(lambda word: f"{index} {word}")
    if op == "download":
        return prompt.map(lambda words: some.ask(op, params={"prompt": words}, timeout_s=1.0))
    failing = some.errors().map(lambda error: f"mock:fail={index} {error}")
    params = st.fixed_dictionaries(
        {"prompt": st.one_of(prompt, prompt, failing)},
        optional={"seed": st.integers(100, 999)},
    )
    return st.builds(
        lambda model, given: some.ask(op, model=model, params=given, timeout_s=1.0),
        st.sampled_from(MODELS),
        params,
    )


def concurrent() -> SearchStrategy[Case]:
    """Return cases of runs that are asked for at the same time, of which some fail."""
    error = st.one_of(st.none(), st.none(), some.errors())
    run = st.tuples(some.texts(max_size=20), error, st.sampled_from(MODELS))
    return st.builds(_make_concurrent, st.lists(run, min_size=2, max_size=4), some.poll_faults(3))


def _make_concurrent(runs: list[tuple[str, str | None, str]], behaviour: some.Behaviour) -> Case:
    numbers, operations, each = count(), list[Operation](), list[Expect]()
    for prompt, error, model in runs:
        words = f"{next(numbers)} {prompt if error is None else error}"
        params = {"prompt": words if error is None else f"mock:fail={words}"}
        operations.append(some.ask(model=model, params=params, timeout_s=TIMEOUT_S))
        right = Expect(outcomes=("completed",))
        each.append(right if error is None else Expect(outcomes=("failed",), error=words))
    charges = sum(error is None for _, error, _ in runs)
    expect = Expect(charges=(charges,), submits=(len(runs),), each=tuple(each))
    kept = behaviour if charges == len(runs) else tuple(filter(_is_readable, behaviour))
    return some.case(operations, kept, concurrent=True, expect=expect)


def _is_readable(effect: Effect) -> bool:
    """Tell whether a failure stays one: a 422 that cannot be read is for each client to name."""
    return effect.do != some.MALFORMED
