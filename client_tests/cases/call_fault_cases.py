"""Faults of calls of one request: blocking runs, downloads, balances."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases import fault_catalogue as faults
from client_tests.cases.fault_cases import (
    LOST,
    MOMENTS,
    REFUSAL_FACTS,
    inject,
    list_limit_cases,
    list_sides,
    make_case,
    name_refusal,
)
from client_tests.cases.fault_catalogue import Fault, answer_with
from client_tests.cases.model import Case, Expect


def list_sync_cases() -> Iterator[Case]:
    """Go through what may become of a blocking run: it is a submit that takes longer."""
    yield from _list_refused_syncs()
    yield from _list_doubtful_syncs()
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
            expect=Expect(outcomes=("completed", *LOST), submits=(1,)),
        )
    for fault in (faults.FAIL, *faults.STALLS):
        yield make_case(
            f"run_sync/{fault.name}-before",
            f"Reports a server error when a blocking run is {fault.words}, or makes it once more",
            "V4 E7" if fault is faults.FAIL else "V3 E7",
            *inject(fault, "before", "sync"),
            expect=Expect(outcomes=(*LOST, "completed"), submits=(1, 2), charges=(0, 1)),
        )
    yield from list_limit_cases("run_sync", "sync", ("completed", "rate_limited"))


def _list_refused_syncs() -> Iterator[Case]:
    for status in faults.REFUSALS:
        yield make_case(
            f"run_sync/{status}-before-ends",
            f"Ends at once when a blocking run is refused with a {status}",
            f"S2 {REFUSAL_FACTS.get(status, 'E2')}",
            *inject(answer_with(status), "before", "sync"),
            expect=Expect(outcomes=(name_refusal(status),), submits=(1,)),
            level="SHOULD" if status == 422 else "MUST",
        )


def _list_doubtful_syncs() -> Iterator[Case]:
    """Go through blocking runs after which nobody knows whether there was one."""
    for fault, when in list_sides(*faults.SERVER_ERRORS, *faults.STRANGE_ERRORS):
        yield make_case(
            f"run_sync/{fault.name}-{when}",
            f"Reports a blocking run that got {fault.words} {MOMENTS[when]}, or makes it once more",
            "S2 E6",
            *inject(fault, when, "sync"),
            expect=Expect(outcomes=(*LOST, "completed"), submits=(1, 2)),
        )
    for fault, when in list_sides(*faults.LOSSES, *faults.GARBLED[:2]):
        yield make_case(
            f"run_sync/{fault.name}-{when}-not-repeated",
            f"Does not make a blocking run again after {fault.words} {MOMENTS[when]}",
            "S2 R1",
            *inject(fault, when, "sync"),
            expect=Expect(outcomes=LOST, submits=(1,)),
        )


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
        yield from _list_plain_calls("download", "output", fault, *LOST, "completed")
    for fault in faults.SLOW_FILES:
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
        yield from _list_plain_calls("credits", "credits", fault, *LOST, "completed")
    for fault in (*faults.SLOW, faults.EXTRA):
        yield from _list_plain_calls("credits", "credits", fault, "completed")
    for field in ("credits", "free-credits"):
        yield from _list_plain_calls(
            "credits", "credits", faults.without(field), *LOST, "completed"
        )
    yield from list_limit_cases("credits", "credits", ("completed", "rate_limited"))


def _list_plain_calls(op: str, route: str, fault: Fault, *outcomes: str) -> Iterator[Case]:
    """Go through what strikes a call that changes nothing: one side is the same as the other."""
    for when in fault.sides[:1]:
        yield make_case(
            f"{op}/{route}/{fault.name}-{when}",
            f"Reports {fault.words}, or what came of asking again"
            if len(outcomes) > 1
            else f"Makes of {fault.words} what it is: {outcomes[0]}",
            "R7" if op == "download" else "R6",
            *inject(fault, when, route),
            expect=Expect(outcomes=outcomes),
        )
