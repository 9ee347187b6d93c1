"""`segmock audit` as a user types it."""

from __future__ import annotations

import json
import sys

import pytest

from mockserver.audit.mutants import MUTANTS
from mockserver.audit.report_data import AuditReport
from mockserver.tests.audit.reports import make_report
from mockserver.tests.cli.results import assert_refused

FAILS = "print('what it says'); raise SystemExit(3)"


@pytest.fixture
def asked(monkeypatch):
    """What an audit was asked for; it finds what the reports of the tests have."""
    found = {}

    def audit(command, mutants, **fields):
        found.update(fields, command=command, mutants=mutants)
        fields["tell"]("1 of 1")
        return make_report()

    monkeypatch.setattr("mockserver.audit.auditing.audit", audit)
    return found


def test_the_mutants_are_listed(run):
    """All, or those that a list of patterns names."""
    listed = run("audit", "--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [mutant.id for mutant in MUTANTS]
    few = run("audit", "--list", "--effects", "answer-lost-*,poll-503").stdout.splitlines()
    assert [line.split()[0] for line in few] == [
        "answer-lost-after-submit",
        "answer-lost-v1",
        "poll-503",
    ]


def test_a_report_is_printed_and_written_and_decides_the_exit_status(run, asked, tmp_path):
    """How far it has come is told on stderr, so that stdout is the report alone."""
    flags = "--json", "r.json", "--html", "r.html", "--effects", "poll-*", "--max-runs", "4"
    result = run("audit", *flags, "--", "pytest", "-x", "--json")
    assert result.exit_code == make_report().exit_code == 1
    assert asked["command"] == ("pytest", "-x", "--json")
    assert ([mutant.id for mutant in asked["mutants"]], asked["max_runs"]) == (["poll-503"], 4)
    assert result.stdout.startswith("PAID TWICE")
    assert result.stderr == "segmock audit: 1 of 1\n"
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert told["exit_code"] == 1
    assert "<html" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_an_interrupted_audit_prints_what_was_found(run, monkeypatch):
    """And exits as shells expect it."""

    def audit(*_arguments, **_fields) -> AuditReport:
        return make_report(is_interrupted=True, signal_number=15)

    monkeypatch.setattr("mockserver.audit.auditing.audit", audit)
    result = run("audit", "--", "pytest")
    assert result.exit_code == 143
    assert "PAID TWICE" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give the command that runs your tests behind --"),
        (("--effects", "poll-500", "--", "x"), "did you mean `poll-503`?"),
        (("--max-runs", "0", "--", "x"), "--max-runs"),
        (("--json", "no/such/folder", "--", "x"), "there is no folder"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_run(run, asked, arguments, says):
    """In one line, with exit 2."""
    assert_refused(run("audit", *arguments), says)
    assert asked == {}


def test_a_suite_that_fails_is_shown_with_what_it_printed(run):
    """Nobody has to run it again to see why."""
    result = run("audit", "--", sys.executable, "-c", FAILS)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "\nwhat it says\nsegmock: the suite fails without any mutant: exit 3" in result.stderr
