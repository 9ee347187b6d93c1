"""What became of a mutant is judged from data alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.audit.judgement import (
    find_reaching,
    find_unstable,
    judge,
    list_tests,
    sort_findings,
)
from mockserver.audit.mutants import MUTANTS
from mockserver.audit.report_data import WHOLE_SUITE, Charge, Finding
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.tests.audit.calls import KEY, call, good_day, make_run, make_test, submit

ROWS = load_shipped_catalogue().verdicts
BY_ID = {mutant.id: mutant for mutant in MUTANTS}
LOST = BY_ID["answer-lost-after-submit"]
CLEAN = make_run(make_test(*good_day()))


def lost_submit(job, **fields):
    """Return a submit whose answer is lost."""
    return submit(job, is_struck=True, delivery="lost", **fields)


def judge_calls(*calls, mutant=LOST, clean=CLEAN, **fields):
    """Return the finding about a suite of one test, which made these calls."""
    return judge(mutant, clean, make_run(make_test(*calls, **fields)), (), ROWS)


GIVEN_UP = (lost_submit("x", at=0),)
READ = (lost_submit("x", at=0), *[replace(each) for each in good_day("x")[1:]])
GOES_ON = (
    submit("a", at=0),
    call("status", "a", status=503, body=b"", is_struck=True, at=1),
    call("status", "a", at=2),
    call("result", "a", at=3),
    call("output", "a", at=4),
)


@pytest.mark.parametrize(
    ("calls", "fields", "status", "by"),
    [
        (good_day(), {}, "not reached", None),
        (GIVEN_UP, {}, "unnoticed", None),
        (GIVEN_UP, {"outcome": "failed"}, "noticed", "test"),
        (GIVEN_UP, {"outcome": "failed", "has_verdict": True}, "noticed", "verdict"),
        (GIVEN_UP, {"outcome": "hung"}, "noticed", "hang"),
        (READ, {}, "handled", None),
        (GOES_ON, {}, "handled", None),
        (GOES_ON[:2], {}, "unnoticed", None),
        (GOES_ON[:3], {}, "unnoticed", None),
        (GOES_ON, {"outcome": "failed"}, "noticed", "test"),
    ],
)
def test_a_mutant_is_noticed_handled_or_not(calls, fields, status, by):
    """Handled is what got the client as much as without it, at the same price."""
    finding = judge_calls(*calls, **fields)
    assert (finding.status, finding.by) == (status, by)
    assert finding.failing_tests == (("t",) if status == "noticed" else ())
    assert finding.unnoticing_tests == (("t",) if status == "unnoticed" else ())
    assert finding.paid_twice is False


def test_a_run_that_is_made_again_after_a_lost_answer_is_paid_twice():
    """The rule that says so is drawn, though no test failed."""
    calls = (lost_submit("x", at=0), *[replace(each, at_us=each.at_us + 1) for each in good_day()])
    finding = judge_calls(*calls)
    assert finding.charges == (
        Charge(test="t", runs=2, clean_runs=1, credits="0.10", clean_credits="0.05"),
    )
    assert [verdict.id for verdict in finding.verdicts] == ["resubmitted-after-lost-answer"]
    assert (finding.status, finding.by, finding.is_bad) == ("noticed", "verdict", True)


@pytest.mark.parametrize("status", [422, 200])
def test_a_run_that_failed_costs_nothing_and_may_be_made_again(status):
    """Whether that was so from the beginning or is told by a poll."""
    ends = "FAILED" if status == 200 else "COMPLETED"
    calls = (
        submit("x", ends=ends, is_struck=True, at=0),
        call("status", "x", status=status, body=b"{}", at=1),
        *good_day(),
    )
    finding = judge_calls(*calls, mutant=BY_ID["job-failed"])
    assert (finding.status, finding.paid_twice) == ("handled", False)


@pytest.mark.parametrize(
    ("mutant", "status"), [("slow-poll", "handled"), ("page-for-json", "unnoticed")]
)
def test_a_struck_answer_counts_where_it_was_right_all_the_same(mutant, status):
    """A late COMPLETED is one; a page with status 200 is none."""
    calls = list(good_day())
    calls[1] = call("status", "a", is_struck=True, at=1)
    assert judge_calls(*calls, mutant=BY_ID[mutant]).status == status


def test_rules_that_were_broken_without_the_mutant_notice_nothing():
    """The suite has lived with them."""
    query = {"query": f"api_key={KEY}", "at": 1}
    clean = make_run(make_test(submit("a", at=0), call("status", "a", **query)))
    finding = judge_calls(lost_submit("a", at=0), call("status", "a", **query), clean=clean)
    assert finding.verdicts == ()
    assert finding.status == "handled"


def test_a_finding_shows_the_calls_of_its_worst_test_without_keys():
    """Who paid twice comes before who noticed nothing, and that one before who failed."""
    played = make_run(
        make_test(*GIVEN_UP, name="failed", outcome="failed"),
        make_test(*GIVEN_UP, name="given up"),
        make_test(lost_submit("x", query=f"k={KEY}", at=0), submit("y", at=1), name="paid"),
    )
    clean = make_run(*(make_test(*good_day(), name=name) for name in played.tests))
    finding = judge(LOST, clean, played, (), ROWS)
    assert finding.tests_reaching == ("paid", "given up", "failed")
    assert finding.failing_tests == ("failed",)
    assert finding.unnoticing_tests == ("paid", "given up")
    first, second = finding.exchanges
    assert (first.method, first.route, first.status, first.struck) == ("POST", "submit", None, True)
    assert (first.delivery, first.began_run, first.at_s, second.at_s) == ("lost", True, 0.0, 10.0)
    assert first.path.startswith("/v2/ideogram-3?k=")
    assert KEY not in first.path


def test_a_suite_that_does_not_tell_of_tests_fails_or_hangs_as_a_whole():
    """Its exit status is all there is."""
    clean = make_run(make_test(*good_day(), name=WHOLE_SUITE, outcome="unknown"))
    for fields, by in (({"has_failed": True}, "test"), ({"has_hung": True}, "hang")):
        played = make_run(make_test(*GIVEN_UP, name=WHOLE_SUITE, outcome="unknown"), **fields)
        finding = judge(LOST, clean, played, (), ROWS)
        assert (finding.status, finding.by) == ("noticed", by)
        assert finding.failing_tests == (WHOLE_SUITE,)


def test_the_exit_status_of_a_suite_that_tells_of_tests_is_nothing_to_go_by():
    """It may be about the coverage of the few tests that were run."""
    played = make_run(make_test(*GIVEN_UP), has_failed=True)
    assert judge(LOST, CLEAN, played, (), ROWS).status == "unnoticed"


def test_a_suite_of_which_some_tests_tell_nothing_may_fail_by_one_of_those():
    """As those of Node's that have no account of the package's; one that failed explains it."""
    clean = make_run(make_test(*good_day()), tells_all=False)
    told = {"has_failed": True, "tells_all": False}
    finding = judge(LOST, clean, make_run(make_test(*GIVEN_UP), **told), (), ROWS)
    assert (finding.status, finding.failing_tests) == ("noticed", (WHOLE_SUITE,))
    failed = make_run(make_test(*GIVEN_UP, outcome="failed"), **told)
    assert WHOLE_SUITE not in judge(LOST, clean, failed, (), ROWS).failing_tests


def test_tests_that_are_not_stable_take_no_part():
    """Neither do they fail for a mutant's sake, nor does it strike them."""
    played = make_run(make_test(*GIVEN_UP, outcome="failed"))
    assert judge(LOST, CLEAN, played, {"t"}, ROWS).status == "not reached"
    both = make_run(make_test(*GIVEN_UP, outcome="failed"), make_test(*GIVEN_UP, name="u"))
    clean = make_run(make_test(*good_day()), make_test(*good_day(), name="u"))
    assert judge(LOST, clean, both, {"t"}, ROWS).status == "unnoticed"


def test_without_a_run_there_is_nothing_reached():
    """No test of the clean run called one of its routes."""
    assert judge(BY_ID["answer-lost-v1"], CLEAN, None, (), ROWS).status == "not reached"
    assert find_reaching(CLEAN, BY_ID["answer-lost-v1"]) == ()
    assert find_reaching(CLEAN, LOST) == ("t",)


@pytest.mark.parametrize(
    ("other", "is_stable"),
    [
        (make_test(*good_day("b")), True),
        (make_test(*good_day(), outcome="failed"), False),
        (make_test(*good_day()[:3]), False),
        (make_test(*good_day(), *good_day("c")), False),
    ],
)
def test_a_test_is_stable_if_it_goes_the_same_way_again(other, is_stable):
    """The same outcome, routes and runs; ids may differ, and how often it polled."""
    unstable = find_unstable([CLEAN, make_run(other)])
    assert ("t" not in unstable) is is_stable
    [listed] = list_tests(CLEAN, unstable)
    assert (listed.id, listed.runs, listed.is_stable) == ("t", 1, is_stable)
    assert listed.routes == ("submit", "status", "result", "output")


def test_tests_that_never_call_are_not_listed():
    """They play no part."""
    assert list_tests(make_run(make_test()), ()) == ()


def test_findings_come_worst_first():
    """Paid twice, unnoticed, handled, noticed, not reached; then as mutants matter."""
    paid = (Charge(test="t", runs=2, clean_runs=1),)
    last, first = MUTANTS[5], MUTANTS[0]
    ordered = (
        Finding(mutant=last, status="noticed", by="test", charges=paid),
        Finding(mutant=first, status="unnoticed"),
        Finding(mutant=last, status="unnoticed"),
        Finding(mutant=first, status="handled"),
        Finding(mutant=first, status="noticed", by="test"),
        Finding(mutant=first, status="not reached"),
    )
    assert sort_findings(reversed(ordered)) == ordered
