"""Reports of audits, made by hand: one of each outcome."""

from __future__ import annotations

from dataclasses import replace

from mockserver.audit.mutants import MUTANTS
from mockserver.audit.report_data import (
    AuditReport,
    Charge,
    CleanRun,
    DrawnVerdict,
    Finding,
    NotRun,
    SeenExchange,
    TestRun,
)

BY_ID = {mutant.id: mutant for mutant in MUTANTS}
BUYS = "tests/test_shop.py::test_a_picture_is_bought"
FAILS = "tests/test_shop.py::test_a_failed_run_is_told"
JOB = "3b22b839c4f04f1d9a5c7e61d2b80a94"


def seen(at_s, method, path, route, **fields):
    """Return an exchange of the test that buys a picture."""
    fields = {"status": 200, "answer": "200 QUEUED", "host": "127.0.0.1:8765", **fields}
    return SeenExchange(test=BUYS, at_s=at_s, method=method, path=path, route=route, **fields)


LOST = {"status": None, "delivery": "lost", "answer": "no answer: lost", "struck": True}
TWICE = (
    seen(0.0, "POST", "/v2/ideogram-3", "submit", began_run=True, **LOST),
    seen(1.02, "POST", "/v2/ideogram-3", "submit", began_run=True),
    *(
        seen(1.03 + n, "GET", f"/v2/requests/{JOB}/status", "status", answer=f"200 {state}")
        for n, state in enumerate(["QUEUED"] * 5 + ["COMPLETED"])
    ),
    seen(8.0, "GET", f"/v2/requests/{JOB}", "result", answer="200 COMPLETED"),
    seen(8.1, "GET", "/outputs/5f3a.png", "output", answer="200 image/png, 815 bytes"),
)

PAID_TWICE = Finding(
    mutant=BY_ID["answer-lost-after-submit"],
    status="noticed",
    by="verdict",
    tests_reaching=(BUYS, FAILS),
    unnoticing_tests=(BUYS,),
    exchanges=TWICE,
    charges=(Charge(test=BUYS, runs=2, clean_runs=1, credits="0.15", clean_credits="0.075"),),
    verdicts=(
        DrawnVerdict(
            test=BUYS,
            id="resubmitted-after-lost-answer",
            level="MUST",
            title="Do not send a run again when its answer went missing",
        ),
    ),
    time_s=1.4,
)
UNNOTICED = Finding(
    mutant=BY_ID["cut-download"],
    status="unnoticed",
    tests_reaching=(BUYS,),
    unnoticing_tests=(BUYS,),
    exchanges=(
        *TWICE[1:-1],
        seen(
            8.1,
            "GET",
            "/outputs/5f3a.png",
            "output",
            answer="200 image/png, 100 bytes (damaged)",
            delivery="damaged",
            struck=True,
        ),
    ),
    time_s=1.3,
)
FINDINGS = (
    PAID_TWICE,
    UNNOTICED,
    Finding(mutant=BY_ID["poll-503"], status="handled", tests_reaching=(BUYS,), time_s=1.0),
    Finding(
        mutant=BY_ID["job-failed"],
        status="noticed",
        by="test",
        tests_reaching=(BUYS, FAILS),
        failing_tests=(BUYS, FAILS),
        time_s=1.0,
    ),
    Finding(
        mutant=BY_ID["stalled-job"],
        status="noticed",
        by="hang",
        tests_reaching=(BUYS,),
        failing_tests=(BUYS,),
        time_s=6.0,
    ),
    Finding(mutant=BY_ID["answer-lost-v1"], status="not reached"),
)
NOT_RUN = (NotRun(mutant=BY_ID["long-run"], why="time"),)
CLEAN = CleanRun(
    time_s=2.1,
    tests=(
        TestRun(
            id=BUYS,
            passed=True,
            time_s=0.31,
            routes=("submit", "status", "result", "output"),
            runs=1,
        ),
        TestRun(id=FAILS, passed=True, time_s=0.2, routes=("submit", "status")),
    ),
    others=3,
)
UNSTABLE = replace(CLEAN, tests=tuple(replace(test, is_stable=False) for test in CLEAN.tests))


def make_report(findings=FINDINGS, **fields):
    """Return a report of a suite of pytest's."""
    told = {"runner": "pytest", "not_run": NOT_RUN, "elapsed_s": 14.2, "budget_s": 10.0, **fields}
    command = told.pop("command", ("pytest", "tests/"))
    return AuditReport(command=command, clean=told.pop("clean", CLEAN), findings=findings, **told)
