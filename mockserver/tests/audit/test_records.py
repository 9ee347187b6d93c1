"""What became of tests is read off lines, whoever wrote them."""

from __future__ import annotations

from mockserver.audit.records import read_records
from mockserver.audit.report_data import WHOLE_SUITE
from mockserver.probe.lines import Began, Ended, OfAccount, Seen, Started
from mockserver.state.journal import pack
from mockserver.tests.audit.calls import KEY, call


def seen(at_us, *, owner=KEY, test=None, run=1):
    """Return the line of an exchange."""
    data = pack(call("credits").exchange)
    return Seen(run=run, at_us=at_us, test=test, owner=owner, exchange=data)


def began(test, at_us, run=1, process=0):
    """Return the line of a test that begins."""
    return Began(run=run, at_us=at_us, test=test, process=process)


def ended(test, at_us, run=1, outcome="passed", **fields):
    """Return the line of a test that has ended."""
    return Ended(run=run, at_us=at_us, test=test, outcome=outcome, **fields)


def count_calls(records, run=1):
    """Return how many calls each test made."""
    return {name: len(test.calls) for name, test in records.runs[run].tests.items() if test.calls}


def test_a_call_is_of_the_test_that_has_the_account():
    """Whatever ran in the emulator's process meanwhile, and whoever wrote that down."""
    lines = [seen(1, test="b"), OfAccount(test="a", api_key=KEY)]
    assert count_calls(read_records(lines)) == {"a": 1}


def test_an_account_that_tests_of_a_process_share_is_each_ones_while_it_runs():
    """Those of another process, as of pytest-xdist, have accounts of their own."""
    lines = [
        OfAccount(test="a", api_key=KEY, shared_in=7),
        *(began("a", 0, process=7), seen(1), ended("a", 2)),
        *(began("other", 2, process=8), began("b", 3, process=7), seen(4), ended("b", 5)),
        *(seen(6), ended("other", 7), seen(8)),
        *(began("b", 10, run=2, process=7), seen(11, run=2)),
    ]
    records = read_records(lines)
    assert count_calls(records) == {"a": 3, "b": 1}
    assert count_calls(records, run=2) == {"b": 1}


def test_without_an_account_it_is_of_the_test_that_ran():
    """In the emulator's process, or else as the only one at that instant."""
    lines = [
        seen(1, test="b"),
        seen(5, owner="other"),
        seen(15),
        seen(25, owner=None),
        began("c", 4),
        ended("c", 6),
        began("d", 10),
        ended("d", 20),
        began("e", 14),
        ended("e", 30),
    ]
    assert count_calls(read_records(lines)) == {"b": 1, "c": 1, WHOLE_SUITE: 1, "e": 1}


def test_runs_are_told_apart_and_tests_have_their_outcomes_and_times():
    """The same test may go another way in the next run."""
    lines = [
        began("a", 0),
        ended("a", 2_000_000),
        began("a", 5, run=2),
        ended("a", 9, run=2, outcome="failed", has_verdict=True),
        seen(7, run=2),
    ]
    runs = read_records(lines).runs
    assert (runs[1].tests["a"].outcome, runs[1].tests["a"].time_s) == ("passed", 2.0)
    assert (runs[2].tests["a"].outcome, runs[2].tests["a"].has_verdict) == ("failed", True)
    assert (runs[1].tests["a"].routes, runs[2].tests["a"].routes) == ((), ("credits",))


def test_a_test_that_had_not_ended_with_its_process_hung_or_failed():
    """One of which its runner tells nothing did neither."""
    run = read_records([began("a", 1), seen(2, owner=None, test="b")]).runs[1]
    hung = run.conclude(has_failed=False, has_hung=True, time_s=3.0)
    died = run.conclude(has_failed=True, has_hung=False, time_s=3.0)
    assert [hung.tests[name].outcome for name in ("a", "b")] == ["hung", "unknown"]
    assert [died.tests[name].outcome for name in ("a", "b")] == ["failed", "unknown"]
    assert (hung.has_hung, died.has_failed, died.time_s) == (True, True, 3.0)


def test_it_is_known_who_runs_the_tests_and_whether_plans_are_taken():
    """A suite of which one part takes none is run as a whole."""
    takes, none = Started(runner="pytest", takes_plans=True), Started(runner="unittest")
    assert read_records([]).runner is None
    assert not read_records([]).takes_plans
    assert read_records([takes]).takes_plans
    assert not read_records([takes, none]).takes_plans
