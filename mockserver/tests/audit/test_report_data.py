"""What decides the exit status of an audit."""

import pytest

from mockserver.audit.mutants import MUTANTS
from mockserver.audit.report_data import AuditReport, Charge, CleanRun, Finding, TestRun

PAID = (Charge(test="a", runs=2, clean_runs=1),)


def make_report(*findings, **fields):
    """Return a report of these findings, on a suite of no tests."""
    return AuditReport(
        command=("pytest",), clean=CleanRun(time_s=1.0, tests=()), findings=findings, **fields
    )


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "unnoticed"}, 1),
        ({"status": "handled"}, 0),
        ({"status": "not reached"}, 0),
        ({"status": "noticed", "by": "test", "failing_tests": ("a",)}, 0),
        ({"status": "noticed", "by": "test", "failing_tests": ("a",), "charges": PAID}, 0),
        ({"status": "noticed", "by": "verdict", "charges": PAID}, 1),
    ],
)
def test_what_went_unnoticed_or_was_paid_twice_under_passing_tests_is_bad(fields, status):
    """A failing test has told its author; a verdict alone has not, where money was lost."""
    report = make_report(Finding(mutant=MUTANTS[0], **fields))
    assert report.exit_code == status
    assert len(report.bad) == status


def test_a_suite_without_a_stable_test_cannot_be_audited():
    """Nothing was found out, which is no success."""
    stable = TestRun(id="a", passed=True)
    flaky = TestRun(id="b", passed=True, is_stable=False)
    clean = CleanRun(time_s=1.0, tests=(flaky,))
    assert AuditReport(command=("pytest",), clean=clean, findings=()).exit_code == 2
    mixed = CleanRun(time_s=1.0, tests=(stable, flaky))
    assert AuditReport(command=("pytest",), clean=mixed, findings=()).exit_code == 0


def test_an_interrupted_audit_says_so_whatever_it_found():
    """Whoever pressed Ctrl-C knows, and a script should."""
    assert make_report(is_interrupted=True).exit_code == 130
