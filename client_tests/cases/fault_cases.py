"""What the cases of the fault matrix are made of: one operation, one fault, one expectation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from client_tests.cases.fault_catalogue import Fault, When, answer_with
from client_tests.cases.model import POLL_INTERVAL_S, Case, Effect, Expect, Level, Operation
from client_tests.cases.outcomes import outcome_of

PARAMS = {"prompt": "A lighthouse made of books", "seed": 4711}


DEADLINE_S = 3.0


STALLED_S = 0.5


PAUSE_S = 0.005


RESET_IN_S = 0.25


POLLS = ("status", "result", "poll")


TURNS = {"first": (0,), "later": (1,), "twice": (0, 1)}


LOST = ("server_error", "transport_error")


IN_TURN = {"first": "the first time", "later": "the second time", "twice": "twice in a row"}


MOMENTS = {"before": "before anything was done", "after": "after the work was done"}


REFUSAL_FACTS = {401: "A3", 402: "E3b", 403: "A6", 404: "E4", 405: "R8", 406: "E3", 410: "E4"}


REFUSAL_FACTS |= {422: "E8"}


def make_operation(op: str, timeout_s: float = DEADLINE_S) -> Operation:
    """Return what is asked in every case of an operation."""
    params = {} if op == "credits" else PARAMS
    pause_s = PAUSE_S if op == "run" else POLL_INTERVAL_S
    return Operation(op=op, params=params, timeout_s=timeout_s, poll_interval_s=pause_s)


def make_case(
    name: str,
    title: str,
    facts: str,
    *effects: Effect,
    expect: Expect,
    timeout_s: float = DEADLINE_S,
    level: Level = "MUST",
    clock: Literal["auto", "real"] = "auto",
) -> Case:
    """Return a case; its operation is the first part of its id, its facts are in one string."""
    return Case(
        id=name,
        title=title,
        level=level,
        facts=tuple(dict.fromkeys(facts.split())),
        operations=(make_operation(name.partition("/")[0], timeout_s),),
        behaviour=effects,
        expect=expect,
        clock=clock,
    )


def inject(
    fault: Fault, when: When, *routes: str, ordinals: tuple[int, ...] = (0,)
) -> tuple[Effect, ...]:
    """Return the effects that make a fault strike these calls of each of these routes."""
    return tuple(
        Effect(route=route, ordinal=ordinal, do=fault.do, when=when)
        for route in routes
        for ordinal in ordinals
    )


def list_sides(*several: Fault) -> Iterator[tuple[Fault, When]]:
    """Go through faults, on each side of the commit where they are played."""
    return ((fault, when) for fault in several for when in fault.sides)


def name_refusal(status: int) -> str:
    """Return what a refusal is called; an injected 406 is about credits."""
    return outcome_of(status, "credits") or ""


def list_limit_cases(op: str, route: str, outcomes: tuple[str, ...], *turns: str) -> Iterator[Case]:
    """Go through calls that meet a 429: on a real clock, since its end is to be waited for."""
    fault = answer_with(429)
    for when in fault.sides:
        for name in turns or ("first",):
            effects = tuple(
                Effect(route=route, ordinal=n, do=fault.do, when=when, reset_in_s=RESET_IN_S)
                for n in TURNS[name]
            )
            yield make_case(
                f"{op}/{route}/429-{when}-{name}-waits",
                f"Does not ask again before the reset after a 429 {MOMENTS[when]}",
                "E5 L2",
                *effects,
                expect=Expect(outcomes=outcomes),
                clock="real",
            )
