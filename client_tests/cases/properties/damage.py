"""Cases of answers that are damaged, or late."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases import strategies as some
from client_tests.cases.model import Case, Effect, Expect, Operation
from client_tests.cases.properties.common import (
    place_effects,
)

SHORT_TIMEOUTS_S = (0.4, 0.5, 0.6)


BEYOND_EVERYTHING_S = 4.0
"""Longer than a short deadline and the grace after it."""


def garbled() -> SearchStrategy[Case]:
    """Return cases whose answers are damaged or lack fields."""
    routes = {
        "run": ["submit", "status", "result", "poll"],
        "run_sync": ["sync"],
        "credits": ["credits"],
        "download": ["output"],
    }

    def list_injections(route: str) -> SearchStrategy[tuple[str, int, some.Injection]]:
        ordinals = st.integers(0, 3 if route == "status" else 0)
        kinds = [some.garblings(route)]
        if route != "output":
            kinds.append(some.dropped_fields(route))
        return st.tuples(st.just(route), ordinals, st.one_of(kinds))

    def make_cases(op: str) -> SearchStrategy[Case]:
        each = st.one_of([list_injections(route) for route in routes[op]])
        expect = Expect(submits=(1,)) if op in {"run", "run_sync"} else Expect()
        return st.lists(each, min_size=1, max_size=4).map(
            lambda found: some.case([some.ask(op)], place_effects(found), expect=expect)
        )

    return st.sampled_from(["run", "run", "run", "run_sync", "credits", "download"]).flatmap(
        make_cases
    )


def deadline() -> SearchStrategy[Case]:
    """Return cases in which something takes longer than the deadline."""
    late: Any = {"delay_s": BEYOND_EVERYTHING_S}
    routes = {"run_sync": "sync", "credits": "credits", "download": "output"}

    def make_stalled(state: str, timeout_s: float) -> Case:
        stall = Effect(route="submit", ordinal=0, do={"stall": state})
        expect = Expect(outcomes=("timeout",), submits=(1,))
        return some.case([_slow_down(some.ask(timeout_s=timeout_s))], (stall,), expect=expect)

    def make_delayed(route: str, ordinal: int, side: Any, timeout_s: float) -> Case:
        place = ordinal if route == "status" else 0
        effect = Effect(route=route, ordinal=place, do=late, when=side)
        expect = Expect(submits=(1,))
        return some.case([_slow_down(some.ask(timeout_s=timeout_s))], (effect,), expect=expect)

    def make_single(op: str, side: Any, timeout_s: float) -> Case:
        effect = Effect(route=routes[op], ordinal=0, do=late, when=side)
        expect = Expect(outcomes=("timeout", "transport_error", "server_error"))
        return some.case([some.ask(op, timeout_s=timeout_s)], (effect,), expect=expect)

    timeouts = st.sampled_from(SHORT_TIMEOUTS_S)
    sides = st.sampled_from(["before", "after"])
    stalls = st.builds(make_stalled, st.sampled_from(["PROCESSING", "QUEUED"]), timeouts)
    polls = st.sampled_from(["status", "submit", "result"])
    return st.one_of(
        stalls,
        st.builds(make_delayed, polls, st.integers(0, 2), sides, timeouts),
        st.builds(make_single, st.sampled_from(list(routes)), sides, timeouts),
    )


def drips() -> SearchStrategy[Case]:
    """Return cases in which an answer comes byte by byte, beyond the deadline.

    What most HTTP libraries call a timeout is that of one read, which each byte begins anew.
    """

    def make_dripping(timeout_s: float) -> Case:
        drip = {"drip": {"bytes": 1, "every_s": 0.04}}
        effect = Effect(route="status", ordinal=0, do=drip)
        return some.case([_slow_down(some.ask(timeout_s=timeout_s))], (effect,))

    return st.builds(make_dripping, st.sampled_from(SHORT_TIMEOUTS_S))


def _slow_down(operation: Operation) -> Operation:
    return replace(operation, poll_interval_s=0.05)
