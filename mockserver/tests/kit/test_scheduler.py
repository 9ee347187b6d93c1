"""A run of many checks: over processes, in order, within its budget, with known failures."""

import multiprocessing
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from client_tests.cases import strategies
from client_tests.cases.model import Expect
from client_tests.cases.properties import properties
from client_tests.driver.messages import DriverBrokenError
from client_tests.running import workers
from client_tests.running.case_execution import make_result
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.known_failures import (
    KnownFailure,
    KnownFailuresError,
    apply_known_failures,
    load,
)
from client_tests.running.limits import Limits
from client_tests.running.scheduler import BUDGET_S, KitError, Run, budget_for, run
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
    assert report.exit_code == 1


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


def test_a_worker_runs_what_comes_with_no_more_time_than_is_left():
    """Neither for looking nor for shrinking."""
    ours, theirs = multiprocessing.Pipe()
    trace = []

    def tried(test_case, limits):
        """Remember the limits."""
        trace.append((limits.slice_s, limits.shrink_s))
        return result_of(test_case)

    thread = threading.Thread(target=workers.serve, args=(theirs, tried, LIMITS))
    thread.start()
    for left_s in (100.0, 5.0, -1.0):
        ours.send((RIGHT, left_s))
        assert ours.poll(PATIENCE_S), "the worker has ended without an answer"
        assert ours.recv() == ("result", result_of(RIGHT))
    ours.close()
    thread.join()
    theirs.close()
    assert trace == [(30.0, 10.0), (5.0, 5.0), (0.0, 0.0)]


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
