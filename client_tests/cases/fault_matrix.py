"""The cross of operation, fault and commit point, each cell a case that is written out.

What a fault does to the answer decides what is right: a poll that went wrong is repeated, a submit
whose answer is lost is not (S2), a refusal that waiting does not heal ends the call. The cases go
into files, so that a reader finds what is played and nothing is made up when the kit runs:

    python -m client_tests.cases.fault_matrix --write
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from client_tests.cases import fault_catalogue as faults
from client_tests.cases.fault_catalogue import Fault, When, answer_with
from client_tests.cases.model import POLL_INTERVAL_S, Case, Effect, Expect, Level, Operation
from client_tests.cases.outcomes import outcome_of
from client_tests.cases.suites import FOLDER

PARAMS = {"prompt": "A lighthouse made of books", "seed": 4711}
DEADLINE_S = 3.0
STALLED_S = 0.5
PAUSE_S = 0.005
RESET_IN_S = 0.25

POLLS = ("status", "result", "poll")
TURNS = {"first": (0,), "later": (1,), "twice": (0, 1)}

_LOST = ("server_error", "transport_error")
_IN_TURN = {"first": "the first time", "later": "the second time", "twice": "twice in a row"}
_MOMENT = {"before": "before anything was done", "after": "after the work was done"}
_REFUSAL_FACTS = {401: "A3", 402: "E3b", 403: "A6", 404: "E4", 405: "R8", 406: "E3", 410: "E4"}
_REFUSAL_FACTS |= {422: "E8"}


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
                f"Does not ask again before the reset after a 429 {_MOMENT[when]}",
                "E5 L2",
                *effects,
                expect=Expect(outcomes=outcomes),
                clock="real",
            )


# --- run: the submit ------------------------------------------------------------------------


def list_submit_cases() -> Iterator[Case]:
    """Go through what may become of a submit."""
    plain = [(answer_with(status), status) for status in faults.REFUSALS]
    pages = [(answer_with(status, "html"), status) for status in (400, 401, 403, 404, 410)]
    for fault, status in plain + pages:
        for when in fault.sides:
            yield make_case(
                f"run/submit/{fault.name}-{when}-ends",
                f"Ends at once when a submit gets {fault.words} {_MOMENT[when]}",
                f"S2 {_REFUSAL_FACTS.get(status, 'E2')}",
                *inject(fault, when, "submit"),
                expect=Expect(outcomes=(name_refusal(status),), submits=(1,)),
            )
    for fault, when in list_sides(*faults.SERVER_ERRORS, *faults.STRANGE_ERRORS):
        yield make_case(
            f"run/submit/{fault.name}-{when}",
            f"Reports a submit that got {fault.words} {_MOMENT[when]}, or sends it once more",
            "S2 E6",
            *inject(fault, when, "submit"),
            expect=Expect(outcomes=(*_LOST, "completed"), submits=(1, 2)),
        )
    for fault, when in list_sides(*faults.LOSSES, *faults.GARBLED):
        yield make_case(
            f"run/submit/{fault.name}-{when}-not-repeated",
            f"Does not send a run again after {fault.words} {_MOMENT[when]}",
            "S2",
            *inject(fault, when, "submit"),
            expect=Expect(outcomes=_LOST, submits=(1,)),
        )
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
            expect=Expect(outcomes=(*_LOST, "completed"), submits=(1,)),
        )
    yield from _list_doomed_runs("submit", ("submit",))
    yield from list_limit_cases("run", "submit", ("completed", "rate_limited"))


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


# --- run: the polls -------------------------------------------------------------------------


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
        f"Gets its result though it was given {fault.words} for the {route}, {_IN_TURN[turn]}",
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
            expect=Expect(outcomes=("completed", *_LOST), submits=(1,)),
        )


def _list_refused_polls(route: str, routes: tuple[str, ...]) -> Iterator[Case]:
    """Go through refusals of a poll, whichever of these routes a client asks first."""
    for status in faults.REFUSALS:
        outcomes = (name_refusal(status),)
        for when in faults.BOTH:
            yield make_case(
                f"run/{route}/{status}-{when}-ends",
                f"Ends when its first {route} is refused with a {status}",
                "T6" if status == 404 else _REFUSAL_FACTS.get(status, "E2"),
                *inject(answer_with(status), when, *routes),
                expect=Expect(
                    outcomes=(*outcomes, "completed") if status == 404 else outcomes,
                    submits=(1,),
                ),
                level="SHOULD" if status in {402, 413, 422} else "MUST",
            )


# --- Calls of one request -------------------------------------------------------------------


def list_sync_cases() -> Iterator[Case]:
    """Go through what may become of a blocking run: it is a submit that takes longer."""
    for status in faults.REFUSALS:
        for when in faults.BOTH:
            yield make_case(
                f"run_sync/{status}-{when}-ends",
                f"Ends at once when a blocking run is refused with a {status} {_MOMENT[when]}",
                f"S2 {_REFUSAL_FACTS.get(status, 'E2')}",
                *inject(answer_with(status), when, "sync"),
                expect=Expect(outcomes=(name_refusal(status),), submits=(1,)),
                level="SHOULD" if status == 422 else "MUST",
            )
    for fault, when in list_sides(*faults.SERVER_ERRORS, *faults.STRANGE_ERRORS):
        yield make_case(
            f"run_sync/{fault.name}-{when}",
            f"Reports a blocking run that got {fault.words} {_MOMENT[when]}, or makes it once more",
            "S2 E6",
            *inject(fault, when, "sync"),
            expect=Expect(outcomes=(*_LOST, "completed"), submits=(1, 2)),
        )
    for fault, when in list_sides(*faults.LOSSES, *faults.GARBLED[:2]):
        yield make_case(
            f"run_sync/{fault.name}-{when}-not-repeated",
            f"Does not make a blocking run again after {fault.words} {_MOMENT[when]}",
            "S2 R1",
            *inject(fault, when, "sync"),
            expect=Expect(outcomes=_LOST, submits=(1,)),
        )
    for fault, when in list_sides(*faults.SLOW, faults.EXTRA):
        yield make_case(
            f"run_sync/{fault.name}-{when}-goes-on",
            f"Takes {fault.words} to a blocking run as it comes",
            "R1 V1d",
            *inject(fault, when, "sync"),
            expect=Expect(outcomes=("completed",), submits=(1,), charges=(1,)),
        )
    for field in ("data", "created"):
        yield make_case(
            f"run_sync/without-{field}",
            f"Does without `{field}` in a blocking run's answer, or says that it is garbled",
            "V1d S2",
            *inject(faults.without(field), "after", "sync"),
            expect=Expect(outcomes=("completed", *_LOST), submits=(1,)),
        )
    for fault in (faults.FAIL, *faults.STALLS):
        yield make_case(
            f"run_sync/{fault.name}-before",
            f"Reports a server error when a blocking run is {fault.words}, or makes it once more",
            "V4 E7" if fault is faults.FAIL else "V3 E7",
            *inject(fault, "before", "sync"),
            expect=Expect(outcomes=(*_LOST, "completed"), submits=(1, 2), charges=(0, 1)),
        )
    yield from list_limit_cases("run_sync", "sync", ("completed", "rate_limited"))


def list_download_cases() -> Iterator[Case]:
    """Go through what may become of a download."""
    for status in (400, 401, 403, 404, 405, 410):
        yield from _list_plain_calls(
            "download", "output", answer_with(status), name_refusal(status)
        )
    expired = faults.EXPIRE
    yield make_case(
        "download/output/expire-before",
        "Reports an output that is gone as not found",
        "R7",
        *inject(expired, "before", "output"),
        expect=Expect(outcomes=("not_found",)),
    )
    yield make_case(
        "download/output/expire-after",
        "Keeps a file that is gone a moment later",
        "R7",
        *inject(expired, "after", "output"),
        expect=Expect(outcomes=("completed",)),
    )
    errors = (*faults.SERVER_ERRORS, *faults.STRANGE_ERRORS[:5])
    for fault in (*errors, *faults.BROKEN_LINES):
        yield from _list_plain_calls("download", "output", fault, *_LOST, "completed")
    for fault in (faults.SLOW[0], faults.SLOW_FILE):
        yield from _list_plain_calls("download", "output", fault, "completed")
    yield from list_limit_cases("download", "output", ("completed", "rate_limited"))


def list_credits_cases() -> Iterator[Case]:
    """Go through what may become of a question for the credits."""
    for status in (400, 401, 402, 403, 404, 405, 406, 410):
        yield from _list_plain_calls(
            "credits", "credits", answer_with(status), name_refusal(status)
        )
    troubles = (*faults.SERVER_ERRORS, *faults.STRANGE_ERRORS, *faults.LOSSES, *faults.GARBLED)
    for fault in troubles:
        yield from _list_plain_calls("credits", "credits", fault, *_LOST, "completed")
    for fault in (*faults.SLOW, faults.EXTRA):
        yield from _list_plain_calls("credits", "credits", fault, "completed")
    for field in ("credits", "free-credits"):
        yield from _list_plain_calls(
            "credits", "credits", faults.without(field), *_LOST, "completed"
        )
    yield from list_limit_cases("credits", "credits", ("completed", "rate_limited"))


def _list_plain_calls(op: str, route: str, fault: Fault, *outcomes: str) -> Iterator[Case]:
    """Go through the sides of a fault that strikes a call which changes nothing."""
    for when in fault.sides:
        yield make_case(
            f"{op}/{route}/{fault.name}-{when}",
            f"Reports {fault.words}, or what came of asking again"
            if len(outcomes) > 1
            else f"Makes of {fault.words} what it is: {outcomes[0]}",
            "R7" if op == "download" else "R6",
            *inject(fault, when, route),
            expect=Expect(outcomes=outcomes),
        )


# --- Files ----------------------------------------------------------------------------------

FILES: dict[str, Callable[[], Iterator[Case]]] = {
    "cross-run-submit.json": list_submit_cases,
    "cross-run-status.json": list_status_cases,
    "cross-run-result.json": list_result_cases,
    "cross-run_sync.json": list_sync_cases,
    "cross-download.json": list_download_cases,
    "cross-credits.json": list_credits_cases,
}


def render_file(name: str) -> str:
    """Return what a file of the cross has to hold: one case a line."""
    dump = partial(json.dumps, ensure_ascii=False)
    lines = ",\n".join(dump(case.to_json()) for case in FILES[name]())
    return f'{{"cases": [\n{lines}\n]}}\n'


def main(arguments: list[str]) -> int:
    """Write the files, or say which of them are not as they would be written."""
    stale = []
    for name in FILES:
        path, text = FOLDER / name, render_file(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--write" in arguments:
                path.write_text(text, encoding="utf-8")
    verb = "wrote" if "--write" in arguments else "not up to date:"
    print(verb, ", ".join(stale) or "nothing")
    return 1 if stale and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
