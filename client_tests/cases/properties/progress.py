"""Cases of runs that go on whatever happens: parameters, states, faults of polls, and the price."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases import strategies as some
from client_tests.cases.model import Case, Expect
from client_tests.cases.properties.common import (
    LOST,
    TIMEOUT_S,
    VERIFIED,
    ends,
    expire_job,
    make_ended,
    make_fulfilled,
    merge,
    place_effects,
)


def params_arrive() -> SearchStrategy[Case]:
    """Return runs of any verified model, with any parameters."""
    return some.asks("run", level=VERIFIED).map(make_fulfilled)


def params_arrive_v1() -> SearchStrategy[Case]:
    """Return blocking runs of any verified model, with any parameters."""
    return some.asks("run_sync", level=VERIFIED).map(make_fulfilled)


def any_model() -> SearchStrategy[Case]:
    """Return runs of any model, however little is known of it, with any parameters."""
    return some.asks("run").map(make_fulfilled)


def states() -> SearchStrategy[Case]:
    """Return runs with any schedule of states."""
    return st.builds(make_ended, some.schedules(), ends())


def poll_faults() -> SearchStrategy[Case]:
    """Return runs whose polls go wrong now and then."""
    return st.builds(make_ended, some.poll_faults(), ends())


def unknown_things() -> SearchStrategy[Case]:
    """Return calls whose answers have states and fields that nobody has heard of."""
    added = st.tuples(
        st.sampled_from(["submit", "status", "result", "poll"]), st.integers(0, 3), some.additions()
    )
    run = st.builds(
        lambda schedule, more: make_fulfilled(some.ask(), merge(schedule, place_effects(more))),
        some.schedules(unknown=True),
        st.lists(added, max_size=4),
    )
    single = st.builds(_make_enriched, st.sampled_from(["credits", "run_sync"]), some.additions())
    return st.one_of(run, run, run, single)


def _make_enriched(op: str, injection: some.Injection) -> Case:
    route = {"credits": "credits", "run_sync": "sync"}[op]
    behaviour = some.place(route, [injection])
    operation = some.ask(op, timeout_s=TIMEOUT_S)
    return some.case([operation], behaviour, expect=Expect(outcomes=("completed",)))


def no_double_charge() -> SearchStrategy[Case]:
    """Return runs that may have been accepted though the client cannot know."""
    once = Expect(submits=(1,))
    garbled = st.one_of(some.lost_answers(), some.garblings("submit"))

    def make_lost(op: str, injection: some.Injection) -> Case:
        route = {"run": "submit", "run_sync": "sync"}[op]
        expect = replace(once, outcomes=LOST)
        return some.case([some.ask(op)], some.place(route, [injection]), expect=expect)

    def make_troubled(injections: list[some.Injection], error: str | None) -> Case:
        start = () if error is None else (some.fail_with(error),)
        polls = [some.place(route, injections) for route in ("status", "result", "poll")]
        behaviour = (*start, *(effect for each in polls for effect in each))
        return some.case([some.ask(timeout_s=1.0)], behaviour, expect=once)

    def make_expired(ordinal: int) -> Case:
        return some.case([some.ask()], expire_job(ordinal, "before"), expect=once)

    op = st.sampled_from(["run", "run", "run_sync"])
    faults = st.lists(some.transient_faults(), min_size=1, max_size=6)
    return st.one_of(
        st.builds(make_lost, op, garbled),
        st.builds(make_lost, op, garbled),
        st.builds(make_troubled, faults, ends()),
        st.integers(0, 2).map(make_expired),
    )
