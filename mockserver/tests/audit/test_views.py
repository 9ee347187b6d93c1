"""What all reports of an audit say of a finding."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args, get_type_hints

import pytest

from client_tests.reports.exchange_lines import Gap
from mockserver.audit.report_data import WHOLE_SUITE, NotRun
from mockserver.audit.views import (
    GROUPS,
    count_groups,
    describe_not_run,
    describe_outcome,
    describe_silence,
    find_way,
    fold_exchanges,
    make_paste,
    quote_test,
    render_verdict,
)
from mockserver.tests.audit.reports import (
    BUYS,
    BY_ID,
    FAILS,
    FINDINGS,
    PAID_TWICE,
    UNNOTICED,
    UNSTABLE,
    make_report,
)


def test_every_mutant_is_counted_once_in_the_order_of_the_groups():
    """Money counts before all else: paid twice is what a rule has noticed, too."""
    counts = count_groups(make_report())
    assert tuple(counts) == GROUPS
    assert list(counts.values()) == [1, 1, 1, 2, 1, 1]


def test_the_runs_beyond_those_of_the_clean_run_are_marked_as_paid_again():
    """The first is what the test would have paid for anyway."""
    marked = [
        item.seq for item in fold_exchanges(PAID_TWICE) if not isinstance(item, Gap) and item.marks
    ]
    assert marked == [2]
    [charge] = PAID_TWICE.charges
    twice = replace(PAID_TWICE, charges=(replace(charge, runs=3, clean_runs=2),))
    assert [
        item for item in fold_exchanges(twice) if not isinstance(item, Gap) and item.marks
    ] == []


def test_what_a_mutant_struck_says_so():
    """With its title, as a fault."""
    items = [item for item in fold_exchanges(UNNOTICED) if not isinstance(item, Gap)]
    assert [item.fault for item in items if item.fault] == ["a download is cut short"]


@pytest.mark.parametrize(
    ("fields", "host", "way"),
    [
        ({"runner": "pytest"}, "127.0.0.1:8765", "pytest"),
        ({"runner": "pytest"}, "api.segmind.com", "respx"),
        ({"runner": "unittest"}, "127.0.0.1:8765", "unittest"),
        ({"runner": "node", "command": ("node", "--test")}, "127.0.0.1:8765", "node-test"),
        ({"runner": "node", "command": ("npx", "vitest", "run")}, "127.0.0.1:8765", "vitest"),
        ({"runner": "other", "command": ("make", "test")}, "127.0.0.1:8765", "shell"),
    ],
)
def test_what_is_to_be_pasted_fits_the_suite(fields, host, way):
    """By its runner, its command, and the host that its client asks."""
    exchanges = tuple(replace(each, host=host) for each in UNNOTICED.exchanges)
    finding = replace(UNNOTICED, exchanges=exchanges)
    assert find_way(make_report(**fields), finding) == way


def test_the_fault_to_paste_is_for_the_route_that_was_struck():
    """A mutant of several routes struck one of them."""
    mutant = BY_ID["answer-cut-after-submit"]
    sync = replace(UNNOTICED.exchanges[-1], route="sync", struck=True)
    finding = replace(UNNOTICED, mutant=mutant, exchanges=(sync,))
    assert 'on="sync"' in make_paste(make_report(), finding).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {},
            "1 mutant made the client pay twice, and no assertion noticed; 1 mutant went",
        ),
        (
            {"findings": FINDINGS[1:]},
            "1 mutant went unnoticed; 4 struck in all. 1 mutant was not run.",
        ),
        (
            {"findings": FINDINGS[2:], "not_run": ()},
            "All 3 mutants that struck were noticed or handled.",
        ),
        ({"findings": FINDINGS[2:3]}, "The mutant that struck was noticed or handled."),
        ({"findings": FINDINGS[-1:]}, "No mutant struck"),
        ({"is_interrupted": True}, "Interrupted after 5 mutants"),
        ({"clean": UNSTABLE}, "No test that calls segmock is stable"),
    ],
)
def test_the_verdict_says_what_the_exit_code_means(fields, says):
    """Money before all else, and what was not run at the end."""
    assert render_verdict(make_report(**fields)).startswith(says)


@pytest.mark.parametrize("why", get_args(get_type_hints(NotRun)["why"]))
def test_every_reason_for_which_a_mutant_is_not_run_is_told(why):
    """In words."""
    assert describe_not_run(why)


def test_a_mutant_that_struck_nothing_says_whether_anybody_calls_what_it_strikes():
    """It may be that no test does, or that those which do are left out."""
    missed = FINDINGS[-1]
    assert describe_outcome(missed).startswith("no test calls ")
    assert describe_outcome(replace(missed, time_s=1.0)).startswith("it struck no call of ")


def test_who_kept_silent_is_told():
    """A test that passed; or one that segmock's own rule has failed, and nothing of its own."""
    assert describe_silence(PAID_TWICE) == f"{BUYS} passed"
    told = describe_silence(replace(PAID_TWICE, failing_tests=(BUYS, FAILS)))
    assert told == f"{BUYS} and 1 more failed by a rule of segmock's alone"


def test_a_test_whose_name_is_a_sentence_stands_in_quotes():
    """As in Node; ids of pytest's do not, nor what stands for the whole suite."""
    assert quote_test("a.test.mjs > a boat") == "“a.test.mjs > a boat”"
    assert [quote_test(name) for name in (BUYS, WHOLE_SUITE)] == [BUYS, WHOLE_SUITE]
