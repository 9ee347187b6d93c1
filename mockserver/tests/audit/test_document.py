"""The report of an audit as JSON."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from mockserver.audit.document import load_schema, render_document
from mockserver.audit.mutants import MUTANTS
from mockserver.audit.report_data import Finding
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.tests.audit.reports import FINDINGS, make_report

STATEMENTS = {row.id: row.statement for row in load_shipped_catalogue().behaviours}
VALIDATOR = Draft202012Validator(load_schema())


def render(report):
    """Return a report as a program reads it."""
    return json.loads(json.dumps(render_document(report, "0.1.0", STATEMENTS)))


@pytest.mark.parametrize(
    "report",
    [
        make_report(),
        make_report(FINDINGS[2:], not_run=(), budget_s=None),
        make_report(is_interrupted=True, runner="other", command=("make", "test")),
        make_report(tuple(Finding(mutant=mutant, status="not reached") for mutant in MUTANTS)),
    ],
    ids=["all", "well", "interrupted", "unreached"],
)
def test_every_report_fits_its_schema(report):
    """Whatever was found."""
    assert [error.message for error in VALIDATOR.iter_errors(render(report))] == []


def test_the_schema_describes_all_that_there_is_and_no_more():
    """A report with a field more, or with one less, is none."""
    told = render(make_report())
    assert not VALIDATOR.is_valid(told | {"more": 1})
    assert not VALIDATOR.is_valid({key: value for key, value in told.items() if key != "clean"})
    told["findings"][0]["more"] = 1
    assert not VALIDATOR.is_valid(told)


def test_what_is_bad_has_a_test_to_paste_and_nothing_else_has():
    """It is what a program can put into a file."""
    findings = render(make_report())["findings"]
    assert [finding["is_bad"] for finding in findings] == [
        "paste" in finding for finding in findings
    ]
    assert findings[0]["paste"]["way"] == "pytest"
    assert findings[0]["paste"]["text"].startswith("import pytest\n")


def test_each_fact_that_a_mutant_stands_on_is_stated():
    """So that nobody needs the register beside it."""
    told = render(make_report())
    cited = {fact for each in told["findings"] + told["not_run"] for fact in each["facts"]}
    assert set(told["facts"]) == cited
