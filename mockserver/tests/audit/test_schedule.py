"""Which runs an audit has, and how long they may take."""

from __future__ import annotations

import pytest

from mockserver.audit.choices import choose_mutants
from mockserver.audit.mutants import MUTANTS
from mockserver.audit.report_data import WHOLE_SUITE
from mockserver.audit.schedule import (
    compute_budget_s,
    compute_patience_s,
    make_clean_run,
    make_run,
)
from mockserver.base.errors import EmulatorError
from mockserver.tests.audit.calls import call, good_day, make_test
from mockserver.tests.audit.calls import make_run as make_record

LOST, LOST_V1 = MUTANTS[:2]
CLEAN = make_record(
    make_test(*good_day(), name="buys", time_s=2.0),
    make_test(call("credits"), name="asks", time_s=3.0),
    make_test(name="idle", time_s=4.0),
    time_s=10.0,
)


def test_a_run_has_the_tests_that_reach_the_mutant():
    """It takes as long as they do, and, in a process of its own, as long as that needs to start."""
    run = make_run(7, CLEAN, LOST, in_one_process=True)
    assert (run.run, run.mutant_id, run.rules) == (7, LOST.id, LOST.rules)
    assert (run.tests, run.estimate_s) == (("buys",), 2.0)
    assert make_run(7, CLEAN, LOST, in_one_process=False).estimate_s == 3.0
    assert make_run(7, CLEAN, LOST_V1, in_one_process=True) is None


def test_a_suite_whose_tests_cannot_be_told_apart_is_run_as_a_whole():
    """That takes as long as it took."""
    clean = make_record(make_test(*good_day(), name=WHOLE_SUITE, outcome="unknown"), time_s=10.0)
    run = make_run(7, clean, LOST, in_one_process=False)
    assert (run.tests, run.estimate_s) == (None, 10.0)
    assert make_clean_run(2, clean).tests is None


def test_tests_without_times_are_taken_to_need_as_long_as_all():
    """Their runner does not say."""
    clean = make_record(make_test(*good_day(), name="node"), time_s=10.0)
    assert make_run(7, clean, LOST, in_one_process=False).estimate_s == 10.0


def test_the_clean_run_is_repeated_with_the_tests_that_call():
    """The others cannot change."""
    assert make_clean_run(2, CLEAN).tests == ("buys", "asks")
    assert make_clean_run(2, CLEAN).mutant_id is None


@pytest.mark.parametrize(("clean_s", "budget_s"), [(0.5, 10.0), (60.0, 180.0)])
def test_runs_may_take_three_times_the_suite_and_ten_seconds_at_least(clean_s, budget_s):
    """Starting a program ten times is more than most small suites take."""
    assert compute_budget_s(clean_s) == budget_s


@pytest.mark.parametrize(
    ("gap_s", "left_s", "patience_s"),
    [(0.1, 5.0, 10.0), (3.0, 5.0, 15.0), (0.1, -1.0, 2.0), (3.0, -1.0, 15.0)],
)
def test_a_suite_hangs_after_several_times_its_longest_silence(gap_s, left_s, patience_s):
    """A slow machine is slow in the clean run as well."""
    assert compute_patience_s(gap_s, left_s) == patience_s


def test_mutants_are_chosen_by_ids_and_patterns_in_their_own_order():
    """Without any there are all."""
    assert choose_mutants() == MUTANTS
    chosen = choose_mutants(["poll-503", "answer-lost-*"])
    assert [mutant.id for mutant in chosen] == [LOST.id, LOST_V1.id, "poll-503"]


def test_a_name_of_no_mutant_is_refused_with_the_one_that_was_meant():
    """And with all that there are."""
    with pytest.raises(EmulatorError, match=r"did you mean `poll-503`\? mutants: answer-lost"):
        choose_mutants(["poll-500"])
