"""A run of many checks: over processes, in order, within its budget, with known failures."""

import multiprocessing
import subprocess
import sys
import threading
from dataclasses import replace
from math import inf

import pytest

from client_tests.cases import strategies
from client_tests.cases.model import Effect, Expect
from client_tests.cases.model import load as load_cases
from client_tests.cases.properties import properties
from client_tests.driver.messages import DriverBrokenError
from client_tests.judging.trace import Exchange, Trace
from client_tests.judging.violations import Violation
from client_tests.running import bench, workers
from client_tests.running.bench import Bench
from client_tests.running.case_execution import make_result
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.known_failures import (
    KnownFailure,
    KnownFailuresError,
    apply_known_failures,
    load,
)
from client_tests.running.limits import Limits
from client_tests.running.order import order_test_cases
from client_tests.running.results import Failure
from client_tests.running.scheduler import (
    BUDGET_S,
    KitError,
    Run,
    add_stray,
    budget_for,
    run,
)
from client_tests.running.workers import Task
from mockserver.tests.conftest import PATIENCE_S

REFERENCE = ClientUnderTest("client_tests.clients.reference:InProcess", is_python=True)
LIMITS = Limits(examples=4, folder=None)


def case(name, **expect):
    """A case that the reference passes, unless something else is expected."""
    made = strategies.case([strategies.ask()], expect=Expect(**expect))
    return replace(made, id=name)


RIGHT = case("test/right", outcomes=("completed",))
WRONG = case("test/wrong", outcomes=("failed",))


def result_of(test_case, status="passed"):
    """What became of a check."""
    return make_result(test_case, status)


def test_results_come_in_the_order_of_the_checks_from_several_workers():
    """Whichever worker was first, and with live progress."""
    gone = next(each for each in properties() if each.id == "property/gone")
    wanted = (RIGHT, WRONG, replace(RIGHT, id="test/again"), gone)
    told = []
    report = run(
        Run(client=REFERENCE, test_cases=wanted, limits=LIMITS, workers=2),
        lambda result, done, total: told.append((result.id, done, total)),
    )
    assert [each.id for each in report.results] == [each.id for each in wanted]
    assert [each.status for each in report.results] == ["passed", "failed", "passed", "passed"]
    assert report.exit_code == 1
    assert report.driver == REFERENCE.name
    assert [done for _, done, _ in told] == [1, 2, 3, 4]
    assert told[0][0] == "property/gone" or told[0][2] == 4


def test_a_driver_that_never_answers_does_not_hold_up_the_run():
    """What was not done by the end of the budget is said not to have been run."""
    asleep = ClientUnderTest("sleep 99999999")
    wanted = Run(client=asleep, test_cases=(RIGHT, WRONG), limits=LIMITS, budget_s=4)
    report = run(wanted)
    assert {each.status for each in report.results} == {"not run"}
    assert report.exit_code == 1, "nothing was checked"


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (ClientUnderTest("no-such-program"), "does not start"),
        (ClientUnderTest("echo hello"), "is not JSON"),
        (ClientUnderTest("no_such_module:attr", is_python=True), "no_such_module"),
    ],
)
def test_a_broken_driver_ends_the_run(client, words):
    """At once, and with the reason."""
    with pytest.raises(DriverBrokenError, match=words):
        run(Run(client=client, test_cases=(RIGHT,) * 2, limits=LIMITS, workers=1))


BREAKING = """
import json, sys
for line in sys.stdin:
    call = json.loads(line)
    is_run = call["op"] == "run"
    outcome = "no-such-outcome" if is_run else "unsupported"
    print(json.dumps({"id": call["id"], "outcome": outcome}), flush=True)
"""


def test_a_driver_that_breaks_on_the_way_takes_nothing_away_that_was_found(tmp_path):
    """The rest was not run, and the exit code is 2."""
    (tmp_path / "driver.py").write_text(BREAKING)
    client = ClientUnderTest(f"{sys.executable} {tmp_path / 'driver.py'}")
    balance = strategies.case([strategies.ask("credits")])
    cases = (replace(balance, id="test/a"), RIGHT, replace(balance, id="test/b"))
    report = run(Run(client=client, test_cases=cases, limits=LIMITS, workers=1))
    assert [each.status for each in report.results] == ["not covered", "not run", "not run"]
    assert "'no-such-outcome' is not one of" in report.broken_driver
    assert report.exit_code == 2


def test_a_run_without_checks_has_failed():
    """A typing error in a pattern must not look like success."""
    report = run(Run(client=REFERENCE, test_cases=()))
    assert report.results == ()
    assert report.exit_code == 1


def test_more_examples_have_more_time():
    """And fewer have as much."""
    assert budget_for(10) == budget_for(100) == BUDGET_S
    assert budget_for(200) == 2 * BUDGET_S
    assert budget_for(100, 3) == 3 * BUDGET_S


def test_a_check_has_no_more_time_than_is_left_for_it(monkeypatch):
    """Neither for looking nor for shrinking; a run without a budget leaves all that there is."""
    seen = []
    monkeypatch.setattr(bench.execution, "run", lambda _case, _bed, limits: seen.append(limits))
    for left_s in (inf, 5.0, -1.0):
        Bench(None, LIMITS).run(RIGHT, left_s)
    assert [(each.slice_s, each.shrink_s) for each in seen] == [(30, 10), (5, 5), (0, 0)]


class Doer:
    """Does what a bench does, and finds a stray each time."""

    def run(self, test_case, left_s):
        """Pass."""
        assert left_s == 7
        return result_of(test_case)

    def decide(self, result):
        """Fail."""
        return replace(result, status="failed", plays=3)

    def listen(self):
        """Hear nothing."""

    def take_strays(self):
        """Return something."""
        return ["stray"]


def test_a_worker_does_each_task_that_comes():
    """And tells of cases that go on after their end with each answer."""
    ours, theirs = multiprocessing.Pipe()
    thread = threading.Thread(target=workers.serve, args=(theirs, Doer()))
    thread.start()
    flaky = result_of(RIGHT, "flaky")
    answers = []
    for task in (Task(test_case=RIGHT, left_s=7), Task(flaky=flaky), Task()):
        ours.send(task)
        assert ours.poll(PATIENCE_S), "the worker has ended without an answer"
        kind, answer = ours.recv()
        answers.append((kind, answer.result, answer.strays))
    ours.close()
    thread.join()
    theirs.close()
    assert answers == [
        ("done", result_of(RIGHT), ["stray"]),
        ("done", replace(flaky, status="failed", plays=3), ["stray"]),
        ("done", None, ["stray"]),
    ]


def test_written_cases_come_before_properties_and_the_longest_of_each_first():
    """So a short budget is spent on each written case, and nobody waits for one at the end."""
    slow = strategies.case([strategies.ask()], [Effect(route="submit", ordinal=0, do=STALL)])
    slow = replace(slow, id="test/slow")
    short, long = (each for each in properties() if each.id in PROPERTIES)
    ordered = order_test_cases([short, RIGHT, long, slow])
    assert [each.id for each in ordered] == [slow.id, RIGHT.id, *PROPERTIES]


STALL = {"stall": "PROCESSING"}
PROPERTIES = ["property/states", "property/rate-limit"]


@pytest.mark.parametrize(
    ("wrong", "status", "plays", "exit_code"),
    [("", "passed", 1, 0), ("1", "flaky", 3, 0), ("1 3", "failed", 3, 1), ("1 2", "failed", 2, 1)],
)
def test_two_of_three_plays_decide_what_becomes_of_a_check(
    tmp_path, monkeypatch, wrong, status, plays, exit_code
):
    """What failed once and passed once is played again at the end."""
    monkeypatch.setenv("MOODY_CALLS", wrong)
    monkeypatch.setenv("MOODY_COUNTER", str(tmp_path / "calls"))
    moody = ClientUnderTest("mockserver.tests.kit.odd_clients:Moody", is_python=True)
    report = run(Run(client=moody, test_cases=(RIGHT,), limits=LIMITS, workers=1))
    (result,) = report.results
    assert (result.status, result.plays, report.exit_code) == (status, plays, exit_code)


def test_a_client_that_goes_on_after_the_end_fails_the_case_that_had_passed(tmp_path):
    """Also where it was the last one: there is a last look."""
    undead = ClientUnderTest("mockserver.tests.kit.odd_clients:Undead", is_python=True)
    limits = replace(LIMITS, folder=tmp_path)
    report = run(Run(client=undead, test_cases=(RIGHT,), limits=limits, workers=1))
    (result,) = report.results
    assert (result.status, result.level, report.exit_code) == ("failed", "MUST", 1)
    (violation,) = result.failure.violations
    assert violation.assertion == "after-the-end"
    assert "submitted" in violation.message
    (saved,) = load_cases(result.failure.file)
    assert saved.listen_s >= 2


def test_a_run_may_end_with_the_first_must_that_fails():
    """What somebody has said would fail is none of those."""
    wanted = Run(
        client=REFERENCE,
        test_cases=(WRONG, *(replace(RIGHT, id=f"test/{n}") for n in range(4))),
        limits=LIMITS,
        workers=1,
        stop_at_first=True,
    )
    first, *others = run(wanted).results
    assert first.status == "failed"
    assert {each.status for each in others} == {"not run"}
    known = replace(wanted, known=(KnownFailure(WRONG.id, "so it is"),))
    assert {each.status for each in run(known).results[1:]} == {"passed"}


def test_a_run_without_a_budget_takes_as_long_as_it_takes():
    """Nothing is left out."""
    report = run(Run(client=REFERENCE, test_cases=(RIGHT,), limits=LIMITS, budget_s=None))
    assert [each.status for each in report.results] == ["passed"]


def test_what_failed_has_what_was_asked_after_its_end_added_to_it():
    """Once; a result that had passed is replaced."""
    trace = Trace(replies=(), exchanges=(), verdicts=(), jobs=(), ledger=())
    later = replace(trace, exchanges=(Exchange({"seq": 7}),))
    own, after = Violation("own", "SHOULD", "-"), Violation("after-the-end", "MUST", "-")
    stray = Failure(case=RIGHT, violations=(after,), trace=later)
    failed = make_result(
        RIGHT, "failed", failure=Failure(case=RIGHT, violations=(own,), trace=trace)
    )
    both = add_stray(failed, stray)
    assert both.failure.violations == (own, after)
    assert [each.seq for each in both.failure.trace.exchanges] == [7]
    assert (both.level, add_stray(both, stray)) == ("MUST", both)
    for status in ("passed", "flaky"):
        assert add_stray(result_of(RIGHT, status), stray).failure == stray


STOPPED_IN_A_CALLBACK = """
import gc, multiprocessing, os, signal, threading
from client_tests.running import workers
from client_tests.running.limits import Limits

def end_in_here(phase, info):
    gc.callbacks.remove(end_in_here)
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(1000):  # the handler runs between two of these
        pass

class Stuck:
    def open_testbed(self):
        print("started", flush=True)
        gc.callbacks.append(end_in_here)
        gc.collect()
        threading.Event().wait()

workers._work(multiprocessing.Pipe()[1], Stuck(), Limits(folder=None))
print("ended")
"""


def test_a_worker_that_is_told_to_end_where_no_exception_passes_ends_without_a_word():
    """As in a callback of the garbage collector, which Hypothesis has."""
    command = [sys.executable, "-c", STOPPED_IN_A_CALLBACK]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_S)
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\nended\n", "")


def test_a_worker_that_dies_says_nothing_of_the_client():
    """The owner is told what happened, in full."""

    class Odd:
        """A subject on which the kit fails."""

        name = "odd"

        def open_testbed(self):
            """Fail."""
            raise RuntimeError("this is the kit's own mistake")

    ours, theirs = multiprocessing.Pipe()
    workers._serve_client(theirs, Odd(), LIMITS)
    kind, words = ours.recv()
    assert kind == "crashed"
    assert "the kit's own mistake" in words
    ours.close()
    theirs.close()
    assert issubclass(KitError, Exception)


def test_known_failures_are_read_with_their_reasons(tmp_path):
    """A reason may hold a # of its own."""
    file = tmp_path / "known.txt"
    file.write_text("# ours\n\nrun/*  # issue 12\nproperty/states # slow #2\n", encoding="utf-8")
    assert load(file) == (
        KnownFailure("run/*", "issue 12"),
        KnownFailure("property/states", "slow #2"),
    )


@pytest.mark.parametrize("line", ["run/*", "run/* #", "run/*  #  "])
def test_a_known_failure_needs_a_reason(tmp_path, line):
    """The message says which line; a file that is not there is an error too."""
    file = tmp_path / "known.txt"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(KnownFailuresError, match=r"known\.txt:2: run/\* has no reason"):
        load(file)
    with pytest.raises(KnownFailuresError, match=r"none\.txt"):
        load(tmp_path / "none.txt")


def test_a_known_failure_that_fails_is_forgiven():
    """The report carries the reason."""
    failed = replace(result_of(RIGHT, "failed"))
    results, stale = apply_known_failures([failed], [KnownFailure("test/*", "issue 1")], [RIGHT.id])
    assert [each.known for each in results] == ["issue 1"]
    assert stale == ()


def test_a_known_failure_that_passes_is_stale():
    """The list is to be shortened then."""
    results, stale = apply_known_failures(
        [result_of(RIGHT)], [KnownFailure("test/*", "issue 1")], [RIGHT.id]
    )
    assert results[0].known is None
    assert stale == ("test/right passes, though test/* lists it as failing",)


def test_a_line_that_matches_nothing_is_stale_and_one_that_was_not_run_is_not():
    """--only leaves checks out without making lines stale."""
    known = [KnownFailure("no/such", "x"), KnownFailure("test/wrong", "y")]
    _, stale = apply_known_failures([result_of(RIGHT)], known, [RIGHT.id, WRONG.id])
    assert stale == ("no/such matches no check",)
