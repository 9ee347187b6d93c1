"""Faults of a queued run: of its submit, and of its polls."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases import fault_catalogue as faults
from client_tests.cases.fault_cases import (
    DEADLINE_S,
    IN_TURN,
    LOST,
    MOMENTS,
    POLLS,
    REFUSAL_FACTS,
    STALLED_S,
    TURNS,
    inject,
    list_limit_cases,
    list_sides,
    make_case,
    name_refusal,
)
from client_tests.cases.fault_catalogue import Fault, When, answer_with
from client_tests.cases.model import Case, Expect


def list_submit_cases() -> Iterator[Case]:
    """Go through what may become of a submit."""
    yield from _list_refused_submits()
    yield from _list_doubtful_submits()
    for fault, when in list_sides(*faults.SLOW, faults.EXTRA, faults.UNKNOWN_STATE, faults.OPAQUE):
        yield make_case(
            f"run/submit/{fault.name}-{when}-goes-on",
            f"Goes on after a submit that got {fault.words}",
            f"S1 {fault.facts}",
            *inject(fault, when, "submit"),
            expect=Expect(outcomes=("completed",), submits=(1,), charges=(1,)),
        )
    for field in ("status_url", "response_url", "poll_url", "request_id", "status"):
        yield make_case(
            f"run/submit/without-{field}",
            f"Goes on after a submit's answer without `{field}` or refuses it; sends nothing again",
            "S1 S2",
            *inject(faults.without(field), "after", "submit"),
            expect=Expect(outcomes=(*LOST, "completed"), submits=(1,)),
        )
    yield from _list_doomed_runs("submit", ("submit",))
    yield from list_limit_cases("run", "submit", ("completed", "rate_limited"))


def _list_refused_submits() -> Iterator[Case]:
    plain = [(answer_with(status), status) for status in faults.REFUSALS]
    pages = [(answer_with(status, "html"), status) for status in (400, 401, 403, 404, 410)]
    for fault, status in plain + pages:
        yield make_case(
            f"run/submit/{fault.name}-before-ends",
            f"Ends at once when a submit gets {fault.words}",
            f"S2 {REFUSAL_FACTS.get(status, 'E2')}",
            *inject(fault, "before", "submit"),
            expect=Expect(outcomes=(name_refusal(status),), submits=(1,)),
        )


def _list_doubtful_submits() -> Iterator[Case]:
    """Go through submits after which nobody knows whether there is a run."""
    for fault, when in list_sides(*faults.SERVER_ERRORS, *faults.STRANGE_ERRORS):
        yield make_case(
            f"run/submit/{fault.name}-{when}",
            f"Reports a submit that got {fault.words} {MOMENTS[when]}, or sends it once more",
            "S2 E6",
            *inject(fault, when, "submit"),
            expect=Expect(outcomes=(*LOST, "completed"), submits=(1, 2)),
        )
    for fault, when in list_sides(*faults.LOSSES, *faults.GARBLED):
        yield make_case(
            f"run/submit/{fault.name}-{when}-not-repeated",
            f"Does not send a run again after {fault.words} {MOMENTS[when]}",
            "S2",
            *inject(fault, when, "submit"),
            expect=Expect(outcomes=LOST, submits=(1,)),
        )


def _list_doomed_runs(route: str, routes: tuple[str, ...], turn: str = "first") -> Iterator[Case]:
    """Go through jobs that come to no good end, from a call of theirs on."""
    ordinals = TURNS[turn]
    once = Expect(outcomes=("failed",), error=faults.WORDS, submits=(1,), charges=(0,))
    yield make_case(
        f"run/{route}/failed-before-{turn}",
        "Reports a job that FAILED as such, with its words",
        "T4 E7",
        *inject(faults.FAIL, "before", *routes, ordinals=ordinals),
        expect=once,
    )
    stalls = {"submit": faults.STALLS, "status": faults.STALLS[1:]}  # each takes half a second
    for fault in stalls[route] if turn == "first" else ():
        yield make_case(
            f"run/{route}/{fault.name}-before-{turn}",
            f"Keeps to its deadline when a job stays {fault.words}",
            "T1 S2",
            *inject(fault, "before", *routes, ordinals=ordinals),
            expect=Expect(outcomes=("timeout",), submits=(1,), charges=(0,)),
            timeout_s=STALLED_S,
        )
    for when in faults.EXPIRE.sides:
        yield make_case(
            f"run/{route}/expire-{when}-{turn}",
            f"Reports a job as not found that is gone {_SINCE[when]}",
            "T6 T7",
            *inject(faults.EXPIRE, when, *routes, ordinals=ordinals),
            expect=Expect(outcomes=("not_found",), submits=(1,)),
        )


_SINCE = {"before": "when it is asked about", "after": "once it has been asked about"}


def list_status_cases() -> Iterator[Case]:
    """Go through what may become of a poll for the status."""
    yield from _list_repeated_polls("status", ("first", "later", "twice"))
    for name in TURNS:
        yield _make_recovery("status", faults.LINGER, "after", name)
    yield from _list_incomplete_answers("status", ("status", "metrics", "request_id"))
    yield from _list_refused_polls("status", POLLS)
    yield from _list_doomed_runs("status", POLLS)
    yield from _list_doomed_runs("status", POLLS, "later")
    yield from list_limit_cases("run", "status", ("completed",), "first", "later")


def list_result_cases() -> Iterator[Case]:
    """Go through what may become of a request for the result."""
    yield from _list_repeated_polls("result", ("first", "twice"))
    yield _make_recovery("result", faults.LINGER, "after", "first")
    yield from _list_incomplete_answers("result", ("status", "output", "metrics", "request_id"))
    yield from _list_refused_polls("result", ("result", "poll"))
    ends: tuple[tuple[Fault, When, tuple[str, ...]], ...] = (
        (faults.EXPIRE, "before", ("not_found",)),
        (faults.EXPIRE, "after", ("completed", "not_found")),
        (faults.FAIL, "before", ("completed", "failed")),
        (faults.STALLS[0], "before", ("completed", "timeout")),
        (faults.STALLS[1], "before", ("completed", "timeout")),
    )
    for fault, when, outcomes in ends:
        yield make_case(
            f"run/result/{fault.name}-{when}",
            f"Reports what the result route said of a job: {fault.words}, if it is asked so early",
            "T4 T6 T8",
            *inject(fault, when, "result", "poll"),
            expect=Expect(outcomes=outcomes, submits=(1,)),
            timeout_s=STALLED_S if fault in faults.STALLS else DEADLINE_S,
        )
    yield from list_limit_cases("run", "result", ("completed",))


def _list_repeated_polls(route: str, turns: tuple[str, ...]) -> Iterator[Case]:
    """Go through what changes nothing for a run, since asking again is free."""
    for fault, when in list_sides(*faults.SERVER_ERRORS, *faults.LOSSES):
        for name in turns:
            yield _make_recovery(route, fault, when, name)
    for fault, when in list_sides(*faults.GARBLED, faults.UNKNOWN_STATE):
        for name in ("first", "twice"):
            yield _make_recovery(route, fault, when, name)
    for fault, when in list_sides(*faults.STRANGE_ERRORS, *faults.SLOW, faults.EXTRA):
        yield _make_recovery(route, fault, when, "first")


def _make_recovery(route: str, fault: Fault, when: When, turn: str) -> Case:
    """Return a case in which a run ends well, whatever became of a poll."""
    return make_case(
        f"run/{route}/{fault.name}-{when}-{turn}-recovers",
        f"Gets its result though it was given {fault.words} for the {route}, {IN_TURN[turn]}",
        f"{'R3' if route == 'status' else 'R4'} {fault.facts or 'S2'}",
        *inject(fault, when, route, ordinals=TURNS[turn]),
        expect=Expect(outcomes=("completed",), submits=(1,), charges=(1,)),
    )


def _list_incomplete_answers(route: str, fields: tuple[str, ...]) -> Iterator[Case]:
    for field in fields:
        yield make_case(
            f"run/{route}/without-{field}",
            f"Does without `{field}` in a {route}, or says that the answer is garbled",
            "T2 T3" if route == "status" else "O1",
            *inject(faults.without(field), "after", route),
            expect=Expect(outcomes=("completed", *LOST), submits=(1,)),
        )


_READINGS = {404: ("completed",), 422: ("failed",)}
"""What a refusal of one poll may be taken for as well: a reason to ask again, or, since a 422 on
v2 is nothing else (E8), the failure of the job."""


def _list_refused_polls(route: str, routes: tuple[str, ...]) -> Iterator[Case]:
    """Go through refusals of a poll, whichever of these routes a client asks first."""
    for status in faults.REFUSALS:
        outcomes = (name_refusal(status), *_READINGS.get(status, ()))
        yield make_case(
            f"run/{route}/{status}-before-ends",
            f"Ends when its first {route} is refused with a {status}",
            "T6" if status == 404 else REFUSAL_FACTS.get(status, "E2"),
            *inject(answer_with(status), "before", *routes),
            expect=Expect(
                outcomes=outcomes,
                submits=(1,),
            ),
            level="SHOULD" if status in {402, 413, 422} else "MUST",
        )
