"""The report of an audit in a terminal."""

from __future__ import annotations

import re

import pytest

from mockserver.audit.report_data import CleanRun, TestRun
from mockserver.audit.text_report import render_text
from mockserver.tests.audit.reports import BUYS, FINDINGS, make_report


def test_money_comes_first_and_what_is_well_last():
    """Paid twice, unnoticed, handled, noticed, not reached, not run."""
    told = render_text(make_report())
    heads = r"^(PAID TWICE|UNNOTICED|paid twice|unnoticed|handled|noticed|not reached|not run) "
    order = re.findall(heads, told, re.MULTILINE)
    assert order[:4] == ["PAID TWICE", "UNNOTICED", "paid twice", "unnoticed"]
    assert order[4:] == ["handled", "noticed", "noticed", "not reached", "not run"]


def test_a_bad_finding_says_who_paid_what_and_what_was_asked():
    """With the second run marked, and the rule that it broke."""
    told = render_text(make_report())
    assert f"paid: {BUYS}: 2 runs (0.15 dollars) in place of 1" in told
    assert re.search(r"> +#2 +1020 ms  POST /v2/ideogram-3 +→ 200 QUEUED", told)
    assert "^ fault: the answer to a submit is lost" in told
    assert "rule broken: MUST resubmitted-after-lost-answer" in told


def test_the_test_to_paste_is_there_line_by_line():
    """Nothing of it is wrapped, however narrow the terminal is."""
    told = render_text(make_report(), width=60)
    assert "    def test_a_run_whose_answer_was_lost_is_not_sent_again(segmock):\n" in told
    assert "# <<< your call\n" in told


@pytest.mark.parametrize("width", [60, 80, 100])
def test_prose_keeps_to_the_width(width):
    """What is to be copied, and exchanges, may be longer."""
    told = render_text(make_report(), width=width)
    prose = re.compile(r"  (what happens|a right client|rule broken|as it is)|handled|noticed|not ")
    lines = [line for line in told.splitlines() if prose.match(line)]
    assert lines
    assert [line for line in lines if len(line) > width] == []


def test_an_audit_that_found_nothing_bad_is_short():
    """A line for each mutant, and the summary."""
    told = render_text(make_report(FINDINGS[2:], not_run=()), colour=True)
    assert "your_client" not in told
    assert "\x1b[32mhandled" in told
    assert told.endswith("noticed or handled.\x1b[0m\n")


@pytest.mark.parametrize(
    ("clean", "says"),
    [
        (CleanRun(time_s=2, tests=(), others=None), "its tests cannot be told apart"),
        (
            CleanRun(time_s=2, tests=(TestRun(id="a", passed=True),), others=0, times=3),
            "2.0 s (the first of 3 runs, as two differed); 1 of 1 test calls segmock",
        ),
        (
            CleanRun(time_s=2, tests=(TestRun(id="b", passed=True, is_stable=False),), others=0),
            "not stable, left out: b",
        ),
    ],
    ids=["whole", "thrice", "unstable"],
)
def test_the_clean_run_is_told(clean, says):
    """How long it took, how often it was run, and what was left out."""
    assert says in render_text(make_report(clean=clean))
