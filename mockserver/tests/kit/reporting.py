"""Results and what they consist of, made by hand: for tests of reports, causes and findings."""

from __future__ import annotations

from pathlib import Path

from client_tests.cases.model import Case, Effect, Operation
from client_tests.driver.messages import Answer
from client_tests.judging.trace import Exchange, Reply, Trace
from client_tests.judging.violations import Violation
from client_tests.running.results import Failure, Report, Result

ID = "76f467f5149d43ab8d4b4c9a4b1f2f3e"


def exchange(seq, *, at_s=0.0, fault=False, **given):
    """An exchange as the journal has it."""
    entry = {
        "seq": seq,
        "method": "GET",
        "path": f"/v2/requests/{ID}/status",
        "route": "status",
        "status": 200,
        "delivery": "intact",
        "received_s": 100 + at_s,
        "request": {"headers": {}, "body": ""},
        "response": {
            "headers": {"Content-Type": "application/json"},
            "body": {"status": "QUEUED"},
        },
    }
    if fault:
        entry["fault_id"] = "fault-9"
    if "body" in given:
        entry["response"] = {**entry["response"], "body": given.pop("body")}
    return Exchange(entry | given)


def submit(seq, **given):
    """A POST of a run."""
    return exchange(
        seq, **({"method": "POST", "path": "/v2/ideogram-3", "route": "submit"} | given)
    )


def observation(*exchanges, outcome="completed", error=None, problem=None, verdicts=()):
    """What happened in a case of one call."""
    answer = None if problem else Answer(outcome=outcome, error=error)
    reply = Reply(answer=answer, problem=problem, elapsed_s=0.085)
    return Trace(replies=(reply,), exchanges=exchanges, verdicts=verdicts, jobs=(), ledger=())


def case(*behaviour, **given):
    """A case of one run."""
    operations = (Operation(op="run", params={"prompt": "A kit"}),)
    parts = {"id": "run/submit/reset", "title": "A run is not sent twice", "level": "MUST"}
    return Case(
        **(parts | {"facts": ("S2",), "operations": operations, "behaviour": behaviour} | given)
    )


LOST = Effect(route="submit", ordinal=0, do={"reset": True}, when="after")
TWICE = Violation("submitted", "MUST", "2 runs were asked for; 1 would be right.", ("R2",), (1, 2))


def failure(**given):
    """A client that paid twice."""
    cut = submit(1, fault=True, status=None, delivery="lost", body="")
    trace = observation(cut, submit(2, at_s=0.004), exchange(3, at_s=0.005))
    parts = {
        "case": case(LOST),
        "violations": (TWICE,),
        "trace": trace,
        "file": Path("f/case.json"),
    }
    return Failure(**(parts | given))


def result(id_="run/submit/reset", status="failed", **given):
    """A check; it failed unless told otherwise."""
    parts = {
        "id": id_,
        "kind": "case",
        "title": "A run is not sent twice",
        "level": "MUST",
        "facts": ("S2",),
        "feature": "run",
        "status": status,
        "failure": failure() if status == "failed" else None,
    }
    return Result(**(parts | given))


def report(*results, **given):
    """A report of checks."""
    parts = {"driver": "node 'my client.js'", "seed": 7, "examples": 100, "elapsed_s": 12.3}
    return Report(**(parts | given), results=results)
